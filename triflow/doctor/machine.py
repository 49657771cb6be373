"""What the doctor reads of this computer: plugins, the way to them, docker's logins. No secrets."""

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from triflow.doctor.answers import Facts, Unknown

SERVICE: Final = "machine"
SECONDS: Final = 5
PLUGINS_FROM: Final = "https://get.pulumi.com/"


def _plugins(_: Facts) -> dict[str, Any]:
    """Tell which plugins the engine on PATH has, and which one the locked package needs."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise Unknown("pulumi is not on PATH")
    try:
        told = subprocess.run(  # noqa: S603 - the engine
            [pulumi, "plugin", "ls", "--json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=SECONDS,
        )
        return {"plugins": json.loads(told.stdout), "needed": metadata.version("pulumi-aws")}
    except (subprocess.SubprocessError, ValueError) as failure:
        raise Unknown("pulumi plugin ls gave no list") from failure


def _plugin_host(facts: Facts) -> dict[str, Any]:
    """Tell whether the plugins' host answers; it is not asked where no plugin is missing."""
    needed = facts["plugins"]["needed"].text
    if any(is_aws(one.value, needed) for one in facts["plugins"]["plugins"].each()):
        return {"failure": ""}
    try:
        urllib.request.urlopen(PLUGINS_FROM, timeout=SECONDS).close()
    except urllib.error.HTTPError as answer:
        return {"failure": f"HTTP {answer.code}" if answer.code >= 500 else ""}  # noqa: PLR2004 - HTTP's own
    except OSError as failure:
        return {"failure": str(failure)}
    return {"failure": ""}


def is_aws(plugin: object, version: str) -> bool:
    """Tell whether an entry of the list is the aws plugin of that version."""
    if not isinstance(plugin, Mapping):
        return False
    found = (plugin.get("name"), str(plugin.get("version")).removeprefix("v"))
    return found == ("aws", version)


def _docker_logins(facts: Facts) -> dict[str, Any]:
    """Tell for which registries docker has a login or a program that makes one; never the login."""
    if shutil.which("docker") is None:
        return {"docker": False, "registries": [], "helpers": []}
    folder = facts.environment.get("DOCKER_CONFIG") or Path.home() / ".docker"
    try:
        known = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = {}
    except (OSError, ValueError) as failure:
        raise Unknown("docker's config.json cannot be read") from failure
    return {
        "docker": True,
        "registries": sorted(known.get("auths") or ()),
        "helpers": sorted(known.get("credHelpers") or ()),
    }


CALLS: Final[Mapping[str, Callable[[Facts], dict[str, Any]]]] = {
    "get_plugins": _plugins,
    "get_plugin_host": _plugin_host,
    "get_docker_logins": _docker_logins,
}
