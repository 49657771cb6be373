"""What all tests share: no clock, a shell of nobody's, workers, and what was counted."""

import gc
import os
from collections import Counter, defaultdict

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

# How long an example takes is the machine's affair: no test asks the clock.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

# Six thousand tests and the SDKs' models stay until the end: visiting them all again and again took
# a sixth of a run's processor time.
gc.set_threshold(100_000, 20, 50)

# What an operator's shell, or GitHub's, says of accounts and screens: a profile that is not there
# ends a client as it is made, and typer colours its help where GITHUB_ACTIONS stands.
OF_THE_SHELL = ("AWS_", "PULUMI_", "TRIFLOW_AWS", "TRIFLOW_STORAGE_")
OF_THE_SCREEN = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS")
for name in tuple(os.environ):
    if name.startswith(OF_THE_SHELL) or name in OF_THE_SCREEN:
        del os.environ[name]


# They share one deployed platform, which each leaves healthy but the last.
ON_PROD = tuple(
    f"tests/end_to_end/test_{name}.py" for name in ("bad_input", "changes", "doctor", "operations")
)


class ByPlatform(LoadFileScheduling):  # type: ignore[misc]
    """Gives one worker all tests of a file in their order, and all files on one platform."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "prod" if file in ON_PROD else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByPlatform | None:
    """Share the files out by platform where `--dist loadfile` asks for whole files."""
    return ByPlatform(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """Take what was collected out of the garbage collector's sight."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the proof of the policy pack has counted, before the closing line."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for report in terminalreporter.stats.get("passed", []):
        for key, counted in report.user_properties:
            if key.startswith("policy "):
                sums[key].update(counted)
    for key, counted in sorted(sums.items()):
        parts = ", ".join(f"{what} {count}" for what, count in counted.items())
        terminalreporter.write_line(f"{key} {counted.total()}: {parts}")
