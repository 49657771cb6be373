"""The catalogue: every token that the local AWS can build, from the files in `local/aws/rows`."""

import importlib
import pkgutil

from local.aws.row import Row

FOLDER = "local/aws/rows"


def _load() -> tuple[dict[str, Row], dict[str, str]]:
    rows: dict[str, Row] = {}
    files: dict[str, str] = {}
    for module in pkgutil.iter_modules(importlib.import_module("local.aws.rows").__path__):
        loaded: dict[str, Row] = importlib.import_module(f"local.aws.rows.{module.name}").ROWS
        rows |= loaded
        files |= dict.fromkeys(loaded, f"{FOLDER}/{module.name}.py")
    return rows, files


ROWS, FILES = _load()


def file_for(token: str) -> str:
    """Return the file in which the row of a token stands, or would stand: one a service."""
    service = token.partition(":")[2].partition("/")[0] or token
    return FILES.get(token, f"{FOLDER}/{service}.py")


def held() -> list[tuple[str, str, str]]:
    """Return what moto lacks: token, what of it the provider itself holds, and why."""
    table = []
    for token, row in sorted(ROWS.items()):
        if row.held:
            table.append((token, "the whole resource", row.held))
        calls = [*row.changing_calls(), *row.delete]
        table += [(token, call.operation, call.held) for call in calls if call.held]
        table += [(token, name, why) for name, why in sorted(row.ignored.items())]
        table += [
            (token, f"{name}, when looking for drift", why)
            for name, why in sorted(row.undrifting.items())
        ]
    return table
