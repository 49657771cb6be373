"""`make bench`: what layers, policies, looks and the storage client cost; no clock fails it.

BENCH_ROUNDS sets the rounds, 5 without it. Everything happens in a clone of its own.
"""

import json
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from local.engine import locate
from tests.bench import judgement, storage_client
from tests.bench.measure import Seconds, ratio, rounds, spread, timed
from tests.end_to_end.clone import Clone

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
WARM_UPS = 3
DISTURBED = 0.15  # where CPU and wall differ by more, something else was running
LOOKS = (
    (("--help",), (0,), 0.3),
    (("status",), (0, 1, 3), 1.5),
    (("doctor",), (0, 1, 2, 3), 3),
)
PACK, PLAIN, FLAT = "prod with the pack", "prod without a pack", "flat, without a pack"


def main() -> None:
    """Bring a clone up, measure warm updates, previews of what is not there yet, and uploads."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Clone(Path(folder))
        try:
            _say("bringing a clone up to measure in")
            clone.ok("up")
            _report_warm_up(clone)
            _report_looks(clone)
            _report_previews(clone)
        finally:
            clone.close()
    judgement.main(ROUNDS)
    storage_client.main(ROUNDS)


def _report_warm_up(clone: Clone) -> None:
    run = partial(timed, clone.command("up"), clone.environment, clone.root)
    found = spread([run().wall for _ in range(WARM_UPS)])
    _say(f"make up, all four stacks, nothing to change: {found} s   (aim: under 60)")


def _report_looks(clone: Clone) -> None:
    """Whole processes; the local AWS runs no task, so what they find is not well."""
    for verb, ends, aim in LOOKS:
        run = partial(timed, clone.command(*verb), clone.environment, clone.root, ends)
        found = spread([run().wall for _ in range(ROUNDS)])
        _say(f"triflow {' '.join(verb)}: {found} s   (aim: under {aim})")


def _report_previews(clone: Clone) -> None:
    inputs = _plain_resources(clone)
    clone.ok("destroy", "prod")
    found = rounds(_previews(clone, inputs), ROUNDS)
    for name, runs in found.items():
        wall, cpu = spread([run.wall for run in runs]), spread([run.cpu for run in runs])
        _say(f"preview, {name:<21} {wall} s, CPU {cpu} s")
    _compare(found, PACK, FLAT, "aim: at most 1.4")
    _compare(found, PACK, PLAIN, "aim: at most 1.15")


def _plain_resources(clone: Clone) -> Path:
    """Write what prod asks of AWS as a list without order or references, and return the file."""
    plain = [
        (resource["type"], resource["urn"].rpartition("::")[2], _given(resource["inputs"]))
        for resource in clone.resources("prod", "aws:")
    ]
    path = clone.workspace.home / "bench.json"
    path.write_text(json.dumps(plain))
    _say(f"{len(plain)} resources of AWS in prod, and as many in the flat program")
    return path


def _given(inputs: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in inputs.items() if not name.startswith("__")}


def _previews(clone: Clone, inputs: Path) -> dict[str, Callable[[], Seconds]]:
    """Return the three previews; none of what they plan is there."""
    engine, room = locate.ensure(_say), clone.workspace
    flat = clone.root / "tests" / "bench" / "flat"

    def preview(project: Path, stack: str, **more: str) -> Callable[[], Seconds]:
        environment = room.environment(engine, clone.server, project, stack)
        command = [str(engine.pulumi), "preview", "--non-interactive"]
        paths = {"PYTHONPATH": str(clone.root), "BENCH_RESOURCES": str(inputs)}
        return partial(timed, command, environment | paths | more, project)

    pack = str(clone.root / "policy")
    return {
        PACK: preview(clone.root, "prod", PULUMI_OPTION_POLICY_PACK=pack),
        PLAIN: preview(clone.root, "prod"),
        FLAT: preview(flat, "flat"),
    }


def _compare(found: dict[str, list[Seconds]], one: str, other: str, aim: str) -> None:
    wall = ratio([run.wall for run in found[one]], [run.wall for run in found[other]])
    cpu = ratio([run.cpu for run in found[one]], [run.cpu for run in found[other]])
    doubt = "   DISTURBED, repeat" if abs(wall.median - cpu.median) > DISTURBED else ""
    _say(f"{one} / {other}: wall {wall}, CPU {cpu}   ({aim}){doubt}")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the report


if __name__ == "__main__":
    main()
