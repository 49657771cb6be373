"""The page on the first deployment, typed line by line: the engine's own commands, no `make`."""

import re
import subprocess
from pathlib import Path

import pytest

from local.engine import locate
from tests.end_to_end.clone import Clone

pytestmark = pytest.mark.end_to_end
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# These ask AWS itself or somebody at the keyboard, and the last update is all of test_platform.
LEFT_OUT = ("read ", "aws ", ".venv/bin/triflow ", "pulumi up -s staging\n")


def lines_of(page: str, machine: Path, bucket: Path) -> str:
    """Return the page as a script: on the local AWS's account, with folders that keep the state."""
    lines = "".join(BLOCK.findall(page)).splitlines(keepends=True)
    script = "".join(line for line in lines if not line.startswith(LEFT_OUT))
    script = script.replace("111122223333", "123456789012")
    # The engine takes its user's home for it, whatever HOME says.
    script = script.replace("pulumi login --local", f"pulumi login file://{machine}")
    return re.sub(r"s3://[\w-]+\?region=[\w-]+", f"file://{bucket}", script)


def test_the_page_on_the_first_deployment_can_be_typed(
    engine: None, platform: Clone, tmp_path: Path
) -> None:
    """Foundation, its state moved into the bucket, and an environment up to its empty secrets."""
    del engine
    platform.ok("local", "start")
    (machine := tmp_path / "machine").mkdir()
    (bucket := tmp_path / "bucket").mkdir()
    script = lines_of(platform.read("docs/first-deployment.md"), machine, bucket)
    ready = locate.ensure(print)
    given = platform.workspace.environment(ready, platform.server, platform.root, None) | {
        "PULUMI_HOME": str(tmp_path / "pulumi"),
        "PULUMI_CONFIG_PASSPHRASE": "correct horse",
        "PULUMI_OPTION_YES": "true",
        "PULUMI_OPTION_NON_INTERACTIVE": "true",
    }
    for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        del given[name]

    done = subprocess.run(  # noqa: S603 - our own page
        ["/bin/bash", "-eux", "-c", script],
        cwd=platform.root,
        env=given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    names = platform.aws("secretsmanager").list_secrets()["SecretList"]
    assert "triflow-ai-staging-anthropic-api-key" in {one["Name"] for one in names}
    assert (bucket / ".pulumi/stacks/triflow-ai/staging.json").exists()
    assert "encryptionsalt" in platform.read("Pulumi.staging.yaml")
