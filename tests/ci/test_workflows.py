"""What runs on GitHub: whose role it takes, what it may do there, that the pack is named.

What this does not prove: that GitHub and AWS accept it. Their grammar is checked by actionlint, and
the habits by zizmor, where they can be installed.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.program.recorder import ACCOUNT, record

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ON_AWS = ROOT / ".github" / "actions" / "on-aws" / "action.yml"
STACKS = {"foundation", "staging", "prod", "dev"}
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
GITHUB = "token.actions.githubusercontent.com"


def read(file: Path) -> dict[Any, Any]:
    """Return a workflow; YAML reads its key `on` as the truth value."""
    content: dict[Any, Any] = yaml.safe_load(file.read_text())
    return content


def jobs() -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Yield each job of each workflow with its file and its id."""
    for file in WORKFLOWS:
        for name, job in read(file)["jobs"].items():
            yield file, name, job


EVERY_JOB = pytest.mark.parametrize(
    ("file", "name", "job"), [pytest.param(*one, id=f"{one[0].stem}-{one[1]}") for one in jobs()]
)
ON_AWS_JOBS = [one for one in jobs() if any("on-aws" in s.get("uses", "") for s in one[2]["steps"])]
EVERY_AWS_JOB = pytest.mark.parametrize(
    ("file", "name", "job"),
    [pytest.param(*one, id=f"{one[0].stem}-{one[1]}") for one in ON_AWS_JOBS],
)


def role_of(job: dict[str, Any]) -> str:
    """Return the name of the role that a job takes."""
    (step,) = [step for step in job["steps"] if "on-aws" in step.get("uses", "")]
    return str(step["with"]["role"])


def subjects(file: Path, job: dict[str, Any]) -> set[str]:
    """Return the ends of the `sub` that GitHub signs for a job's runs."""
    if "environment" in job:
        return {f"environment:{job['environment']}"}
    on = read(file)[True]
    return {"pull_request" if event == "pull_request" else "ref:refs/heads/main" for event in on}


def trusted() -> dict[str, set[str]]:
    """Return whom the foundation lets take each of its roles."""
    found = {}
    for role in record("foundation").of("aws:iam/role:Role"):
        conditions = yaml.safe_load(role.props["assumeRolePolicy"])["Statement"][0]["Condition"]
        named = conditions["StringEquals"][f"{GITHUB}:sub"]
        found[role.props["name"]] = {one.split(":", 2)[2] for one in named}
    return found


def test_there_is_a_workflow_for_each_occasion() -> None:
    """Every push, every pull request, every merge, every morning."""
    assert [file.stem for file in WORKFLOWS] == ["ci", "deploy", "drift", "preview"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_may_nothing_that_a_job_does_not_ask_for(file: Path) -> None:
    """Without this line every job would get whatever the repository's settings give."""
    assert read(file)["permissions"] == {}
    assert "pull_request_target" not in read(file)[True]


@EVERY_JOB
def test_a_job_writes_nothing_but_its_token_and_its_findings(
    file: Path, name: str, job: dict[str, Any]
) -> None:
    """It reads the code; on AWS it asks for a token; the drift check fills code scanning."""
    writes = {what for what, level in job["permissions"].items() if level != "read"}
    allowed = {"id-token"} if (file, name, job) in ON_AWS_JOBS else set()
    allowed |= {"security-events"} if file.stem == "drift" else set()

    assert job["permissions"]["contents"] == "read"
    assert writes == allowed


@EVERY_JOB
def test_a_job_ends_and_leaves_no_token_behind(file: Path, name: str, job: dict[str, Any]) -> None:
    """A hanging update would hold the stack's lock for six hours, which is GitHub's own limit."""
    del file, name
    (checkout,) = [s for s in job["steps"] if "actions/checkout" in s.get("uses", "")]

    assert job["timeout-minutes"] <= 60
    assert checkout["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", [*WORKFLOWS, ON_AWS], ids=lambda file: file.stem)
def test_an_action_of_others_is_pinned_to_a_commit(file: Path) -> None:
    """A tag can be moved to other code after it was reviewed; the version stands beside it."""
    used = re.findall(r"uses: (\S+)(.*)", file.read_text())

    for action, comment in used:
        assert action == "./.github/actions/on-aws" or PINNED.fullmatch(action), action
        assert action.startswith("./") or re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action


def test_one_action_has_one_version() -> None:
    """Two of them would be reviewed once."""
    versions: dict[str, set[str]] = {}
    for file in (*WORKFLOWS, ON_AWS):
        for action, commit in re.findall(r"uses: (\S+)@(\w+)", file.read_text()):
            versions.setdefault(action, set()).add(commit)

    assert {action: len(commits) for action, commits in versions.items()} == dict.fromkeys(
        versions, 1
    )


@pytest.mark.clause("X4")
@EVERY_AWS_JOB
def test_a_job_takes_a_role_that_the_foundation_makes_and_that_trusts_it(
    file: Path, name: str, job: dict[str, Any]
) -> None:
    """A renamed role, or an environment that it does not know, would fail on the first merge."""
    del name

    assert subjects(file, job) <= trusted()[role_of(job)]


@pytest.mark.clause("X4")
def test_nothing_is_trusted_that_no_workflow_uses() -> None:
    """A door that nobody walks through is open to whoever finds it."""
    used: dict[str, set[str]] = {}
    for file, _, job in ON_AWS_JOBS:
        used.setdefault(role_of(job), set()).update(subjects(file, job))

    assert used == trusted()


@pytest.mark.clause("X4")
def test_aws_is_reached_by_a_role_and_never_by_a_key() -> None:
    """The one action that signs in names a role of the given account, and no secret of AWS."""
    signs_in = read(ON_AWS)["runs"]["steps"][-1]["with"]
    texts = [file.read_text() for file in (*WORKFLOWS, ON_AWS)]

    assert signs_in["role-to-assume"] == (
        "arn:aws:iam::${{ inputs.account }}:role/${{ inputs.role }}"
    )
    assert signs_in["allowed-account-ids"] == "${{ inputs.account }}"
    assert not any(re.search(r"(?i)aws.access.key|aws.secret", text) for text in texts)
    assert {s for text in texts for s in re.findall(r"secrets\.(\w+)", text)} == {
        "PULUMI_CONFIG_PASSPHRASE"
    }


@EVERY_AWS_JOB
def test_whatever_touches_aws_is_judged_by_the_pack(
    file: Path, name: str, job: dict[str, Any]
) -> None:
    """The engine takes the pack from this variable; without it the program refuses an update."""
    del name, job
    settings = read(file)["env"]

    assert settings["PULUMI_OPTION_POLICY_PACK"] == "${{ github.workspace }}/policy"
    assert (ROOT / "policy" / "PulumiPolicy.yaml").is_file()


@EVERY_AWS_JOB
def test_the_state_is_in_the_foundations_bucket(file: Path, name: str, job: dict[str, Any]) -> None:
    """Another bucket would be an empty state, and an update would make everything a second time."""
    del name, job
    bucket = record("foundation").outputs["state_bucket_name"]
    url = read(file)["env"]["PULUMI_BACKEND_URL"]

    assert (
        url.replace("${{ vars.AWS_ACCOUNT_ID }}", ACCOUNT) == f"s3://{bucket}?region=ap-northeast-2"
    )


def test_every_stack_is_previewed_and_watched() -> None:
    """Those that a matrix names are those that there are."""
    for workflow in ("preview", "drift"):
        job = read(ROOT / ".github" / "workflows" / f"{workflow}.yml")["jobs"][workflow]
        assert set(job["strategy"]["matrix"]["stack"]) == STACKS


def test_a_merge_reaches_prod_after_staging_and_after_a_preview() -> None:
    """Dev lives in staging's network; prod's environment waits for its approval."""
    deploying = read(ROOT / ".github" / "workflows" / "deploy.yml")["jobs"]
    needed = {name: job.get("needs") for name, job in deploying.items()}

    assert needed == {
        "staging": None,
        "dev": "staging",
        "prod-preview": "staging",
        "prod": "prod-preview",
    }
    assert {n: job.get("environment") for n, job in deploying.items()} == {
        "staging": "staging",
        "dev": "dev",
        "prod-preview": None,
        "prod": "prod",
    }


def test_two_updates_never_run_at_once_and_none_is_interrupted() -> None:
    """An interrupted update leaves operations of which nobody knows how they ended."""
    concurrency = read(ROOT / ".github" / "workflows" / "deploy.yml")["concurrency"]

    assert concurrency == {"group": "deploy", "cancel-in-progress": False}


def an_engine(folder: Path, code: int) -> dict[str, str]:
    """Copy the scripts beside an engine that tells what it was asked and ends with a code."""
    (folder / ".ci").mkdir()
    for script in ("preview", "deploy", "with-engine"):
        (folder / ".ci" / script).write_bytes((ROOT / ".ci" / script).read_bytes())
        (folder / ".ci" / script).chmod(0o755)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name, lines in (
        ("pulumi", f'echo "pulumi $*" | tee -a {folder}/asked\nexit {code}'),
        (".venv/bin/python", f"echo {folder}/pulumi"),
        (".venv/bin/triflow", f'echo "triflow $*" | tee -a {folder}/asked'),
    ):
        (folder / name).write_text(f"#!/bin/sh\n{lines}\n")
        (folder / name).chmod(0o755)
    summary = {"GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    return {"PATH": os.environ["PATH"], "PULUMI_OPTION_POLICY_PACK": "policy"} | summary


def run(folder: Path, script: str, environment: dict[str, str], *arguments: str) -> int:
    """Run one of the scripts in its copy and return its exit code."""
    return subprocess.run(  # noqa: S603 - our own script
        [folder / ".ci" / script, *arguments], env=environment, capture_output=True, check=False
    ).returncode


def asked(folder: Path) -> list[str]:
    """Return what the scripts asked of engine and command line, names of temporary files cut."""
    return [
        re.sub(r"/\S*/tmp\.\S+", "PLAN", one) for one in (folder / "asked").read_text().splitlines()
    ]


def test_a_deployment_follows_the_plan_that_was_previewed_and_is_judged_after(
    tmp_path: Path,
) -> None:
    """Never without a preview: half of the rules see the whole stack, and run after the steps."""
    code = run(tmp_path, "deploy", an_engine(tmp_path, 0), "prod")

    assert code == 0
    assert asked(tmp_path) == [
        "pulumi preview -C . -s prod --non-interactive --color never --diff --save-plan PLAN",
        "pulumi up -s prod --yes --non-interactive --plan PLAN",
        "triflow policy report --stack prod --md",
        "triflow policy check --stack prod",
    ]


def test_a_preview_that_breaks_a_rule_stops_the_deployment_and_stays_readable(
    tmp_path: Path,
) -> None:
    """The exit code is the engine's, though its screen goes through a pipe into the summary."""
    code = run(tmp_path, "deploy", an_engine(tmp_path, 3), "staging")

    assert code == 3
    assert len(asked(tmp_path)) == 1
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("### Preview: staging\n~~~diff\npulumi preview")


def test_the_foundation_is_previewed_in_its_own_folder(tmp_path: Path) -> None:
    """Its project is another one."""
    assert run(tmp_path, "preview", an_engine(tmp_path, 0), "foundation", "--refresh") == 0
    (one,) = asked(tmp_path)
    assert one.startswith("pulumi preview -C foundation -s foundation --non-interactive")
    assert one.endswith("--diff --refresh")


def test_whoever_asks_for_a_stack_on_aws_finds_the_engine() -> None:
    """The command line reads an account's state through the engine that is on PATH."""
    scripts = [ROOT / ".ci" / name for name in ("preview", "deploy")]
    asking = [
        line.strip()
        for file in (*WORKFLOWS, *scripts)
        for line in file.read_text().splitlines()
        if re.search(r"\b(triflow|pulumi) (policy|preview|up)\b", line)
    ]

    assert len(asking) >= 5
    assert [line for line in asking if ".ci/with-engine" not in line] == []


def test_a_preview_without_a_pack_does_not_begin(tmp_path: Path) -> None:
    """It would be green whatever the policies say."""
    environment = an_engine(tmp_path, 0)
    del environment["PULUMI_OPTION_POLICY_PACK"]

    assert run(tmp_path, "preview", environment, "prod") != 0
    assert not (tmp_path / "asked").exists()
