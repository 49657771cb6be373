# ruff: noqa: INP001  # a script that is run as a file
"""Writes the pages that repeat what stands elsewhere, so that they cannot say anything else.

adr.md, policies.md and baselines.md come from rules, code and tests, cost.md from what the program
registers, environments.md from the stack files and the settings, local-aws.md from the catalogue of
the local AWS, the runbook from the guide of the doctor.

    python docs/generate.py           write all
    python docs/generate.py --check   write nothing; exit code 1 and a sentence if one is old

A place in the code is named by class and method and not by line, because a line number is wrong
after every edit above it.
"""

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from cost import page as costs
from cost.pictures import pictures
from local.aws import catalogue
from policy import baselines, rules
from policy import monitoring_figures as figures
from policy import page as pack
from policy.registry import REGISTRY, Rule
from program.stack_config import filled
from settings import Settings
from tests.cost import recorded
from tests.policy import cases
from triflow.doctor import pages as runbook

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"
CODE: Final = (
    *("components", "program", "cost", "foundation", "functions", "triflow", "triflow_storage"),
)
HEAD: Final = "<!-- Written by docs/generate.py; `make docs` writes it anew. -->"
# "ADR N1", "ADR N1, N4", "ADR S2 to S5": the way the code cites a clause.
CITATION: Final = re.compile(r"ADR ([A-Z]\d+(?:(?:, | and | to )[A-Z]\d+)*)")
STEP: Final = re.compile(r"(, | and | to |^)([A-Z])(\d+)")
ENVIRONMENTS: Final = """\
# The environments side by side

Every setting of the program (ADR E1). **Bold** stands in the stack file, because it differs or has
no default; the rest is a default of `settings.py` or `program/sections/`. A dash: the stack does
not have it.
"""
LOCAL_AWS: Final = """\
# What the local AWS lacks

The local AWS is a moto server. What it has no operation for, the provider holds itself, in a store
that lives and dies with the server; what it answers differently from AWS is not compared when
looking for drift. Nothing else is left out: a property that no call carries is refused in preview.
No policy of IAM or of a bucket is judged: whoever asks, may. What they say, tests/isolation judges.
"""
Places = dict[str, dict[str, list[str]]]  # clause -> file -> names


def cited(text: str) -> set[str]:
    """Return the clauses that a text cites; "S2 to S5" names four."""
    found: set[str] = set()
    for citation in CITATION.findall(text):
        last = 0
        for joint, letter, number in STEP.findall(citation):
            first = last + 1 if joint == " to " else int(number)
            found |= {f"{letter}{each}" for each in range(first, int(number) + 1)}
            last = int(number)
    return found


def code_places() -> Places:
    """Find where the code cites a clause: the innermost class or function around each line."""
    places: Places = defaultdict(lambda: defaultdict(list))
    for file in _python_files(CODE):
        text = file.read_text(encoding="utf-8")
        spans = list(_spans(ast.parse(text), ""))
        joined = text.splitlines()
        for number, line in enumerate(joined, start=1):
            name = _innermost(spans, number)
            for clause in cited(line):
                names = places[clause][str(file.relative_to(ROOT))]
                if name and name not in names:
                    names.append(name)
    return places


def test_places() -> Places:
    """Find the tests that carry a clause's mark."""
    places: Places = defaultdict(lambda: defaultdict(list))
    for file in _python_files(("tests",)):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        shared = {c for node in tree.body if isinstance(node, ast.Assign) for c in _marks(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for clause in shared | {c for mark in node.decorator_list for c in _marks(mark)}:
                    places[clause][str(file.relative_to(ROOT))].append(node.name)
    return places


def _python_files(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _spans(node: ast.AST, inside: str) -> Iterator[tuple[int, int, str]]:
    for child in ast.iter_child_nodes(node):
        name = inside
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            name = f"{inside}.{child.name}".lstrip(".")
            yield child.lineno, child.end_lineno or child.lineno, name
        yield from _spans(child, name)


def _innermost(spans: list[tuple[int, int, str]], line: int) -> str:
    around = [(end - begin, name) for begin, end, name in spans if begin <= line <= end]
    return min(around)[1] if around else ""


def _marks(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.clause":
            yield from (a.value for a in call.args if isinstance(a, ast.Constant))  # type: ignore[misc]


def coverage() -> str:
    """Return docs/adr.md."""
    content = yaml.safe_load((DOCS / "clauses.yaml").read_text(encoding="utf-8"))
    code, tests = code_places(), test_places()
    guards: dict[str, list[Rule]] = defaultdict(list)
    for rule in REGISTRY.rules.values():
        for clause in rule.clause:
            guards[clause].append(rule)
    lines = [HEAD, "# Coverage of the architecture decision record", "", *_INTRODUCTION]
    gaps = 0
    for letter, layer in content["layers"].items():
        lines += ["", f"## {layer['title']}", ""]
        lines += ["| clause | record or guide | deployed | built in | guarded by | proven by |"]
        lines += ["|---|---|---|---|---|---|"]
        for clause, row in content["clauses"].items():
            if clause[0] != letter:
                continue
            later = layer["later"]
            cells = (
                _code(code[clause]) or f"**gap**: not built yet, {later}",
                _guarded(guards[clause], row) or f"**gap**: no rule yet, {later}",
                _tests(tests[clause], guards[clause]) or f"**gap**: no test yet, {later}",
            )
            gaps += any("**gap**" in cell for cell in cells)
            lines.append(_row(clause, row["says"], row["deployed"], *cells))
    total = len(content["clauses"])
    lines += [
        "",
        f"{total} clauses; {total - gaps} built, guarded and proven; {gaps} with a gap.",
        "",
    ]
    return "\n".join(lines)


_INTRODUCTION: Final = [
    "What the record says, what is deployed, and for each clause where it is decided, which policy",
    "guards it and which tests prove it. A gap is called a gap, with its reason.",
    "Rules of the clause `all` guard the record as a whole: see [policies.md](policies.md).",
]


def _code(files: dict[str, list[str]]) -> str:
    return "<br>".join(
        f"[{file}](../{file})" + (f" {', '.join(names)}" if names else "")
        for file, names in sorted(files.items())
    )


def _guarded(found: list[Rule], row: dict[str, Any]) -> str:
    """Name the rules of a clause, those that are still to be written, or who judges it instead."""
    missing = [rule_id for rule_id in row.get("awaits", ()) if rule_id not in REGISTRY.rules]
    cells = [", ".join(f"[{rule.id}](policies.md#{rule.id})" for rule in found)]
    cells.append(row.get("no_rule", ""))
    cells.append(f"**gap**: {', '.join(missing)} to be written" if missing else "")
    return "<br>".join(filter(None, cells))


def _tests(files: dict[str, list[str]], guards: list[Rule]) -> str:
    proofs = [f"[{file}](../{file})" for file in sorted(files)]
    if guards:
        proofs.append("[cases of its rules](../tests/policy)")
    return "<br>".join(proofs)


def case_counts() -> dict[str, Counter[str]]:
    """Count each rule's cases: what it must report, let pass, and leave open."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases.CASES:
        counted[case.rule][
            "reports" if case.reports else "leaves open" if case.waits else "lets pass"
        ] += 1
    return counted


def policies() -> str:
    """Return docs/policies.md."""
    plan = yaml.safe_load((DOCS / "planned.yaml").read_text(encoding="utf-8"))
    return f"{HEAD}\n{pack.page(case_counts(), plan)}"


def environments() -> str:
    """Return the page that shows the three stacks side by side."""
    stacks = ("dev", "staging", "prod")
    given = {stack: _stack_file(stack) for stack in stacks}
    values = {stack: _flat(_settings(stack, given[stack])) for stack in stacks}
    written = {stack: _flat(given[stack]) for stack in stacks}
    lines = [
        HEAD,
        ENVIRONMENTS,
        _row("setting", *stacks),
        _row(*["---"] * 4),
    ]
    for key in sorted(set().union(*values.values())):
        shown = (_setting(values[stack].get(key), key in written[stack]) for stack in stacks)
        lines.append(_row(f"`{key}`", *shown))
    return "\n".join([*lines, ""])


def _stack_file(stack: str) -> dict[str, Any]:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.partition(":")[2]: value for key, value in config.items()}


def _settings(stack: str, given: dict[str, Any]) -> dict[str, Any]:
    read = Settings.model_validate(filled(Settings, {"(stack)": stack, **given}))
    return {k: v for k, v in read.model_dump(by_alias=True).items() if k != "(stack)"}


def _flat(tree: dict[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        key = f"{above}{name}"
        flat |= _flat(value, f"{key}.") if isinstance(value, dict) else {key: value}
    return flat


def _setting(value: object, written: bool) -> str:  # noqa: FBT001 - one of two ways to show it
    if value is None:
        return "-"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"**{text}**" if written else text


def local_aws() -> str:
    """Return the page that names what the local AWS does not do as AWS does."""
    held = catalogue.held()
    return "\n".join(
        [
            HEAD,
            LOCAL_AWS,
            f"{len(catalogue.ROWS)} resource types have a row; these are their {len(held)} limits.",
            "",
            _row("resource type", "what", "why"),
            _row(*["---"] * 3),
            *(_row(f"`{token}`", what, why) for token, what, why in held),
            "",
        ]
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> int:
    """Write the files, or with --check say which of them is old; the exit code is 0 or 1."""
    rules.load()
    cases.load()
    wanted: dict[Path, str] = {DOCS / "adr.md": coverage(), DOCS / "policies.md": policies()}
    wanted |= {DOCS / "environments.md": environments(), DOCS / "local-aws.md": local_aws()}
    drawn = pictures(recorded.a_stack, figures.CEILING_USD)
    costs_page = costs.page(recorded.a_stack, figures.CEILING_USD, drawn)
    wanted[DOCS / "cost.md"] = f"{HEAD}\n{costs_page}"
    wanted[DOCS / "baselines.md"] = f"{HEAD}\n{baselines.page()}"
    wanted |= {DOCS / place: text for place, text in runbook.pages(HEAD).items()}
    old = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    faded = [picture for picture in drawn if not picture.is_current(DOCS)]
    old += [file for picture in faded for file in picture.files(DOCS)]
    if "--check" not in arguments:
        for path, text in wanted.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for picture in faded:
            picture.write(DOCS)
        return 0
    for path in old:
        sys.stdout.write(
            f"{path.relative_to(ROOT)} is not what the code says. "
            "Readers would trust an old table.\n"
            "Fix: make docs\n"
        )
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
