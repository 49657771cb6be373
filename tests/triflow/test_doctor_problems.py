"""The guide as data: what it tells to type exists, and its names are those of the platform."""

import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
import yaml
from botocore import xform_name
from pydantic.alias_generators import to_snake
from typer.main import get_command

import settings
from components import alarm_table
from tests.triflow import doctor_world
from tests.triflow.doctor_cases import CASES
from tests.triflow.doctor_stack import a_stack
from triflow.__main__ import app
from triflow.doctor import checks, problems, verdict
from triflow.doctor.problems import Problem, Step

ROOT = Path(__file__).parents[2]
GUIDE = problems.guide()
# Verbs of the AWS command line that are no call of the service's own.
OF_THE_TOOL = {("ecr", "get-login-password"), ("logs", "tail"), ("sso", "login")}
# The command line has another use for --endpoint, and a word for what is not --egress.
RENAMED = {"notification-endpoint", "ingress"}
GLOBAL_OPTIONS = {"query", "output", "region", "max-items", "profile"}
PULUMI_VERBS = {
    *("up", "preview", "refresh", "cancel", "import", "install", "login", "whoami"),
    *("config set", "config get", "plugin ls", "plugin rm", "plugin install", "stack output"),
    "state repair",
}
PULUMI_GROUPS = {"config", "plugin", "stack", "state"}


def steps(problem: Problem) -> tuple[Step, ...]:
    """Return all that a problem has one do."""
    return problem.look + problem.remedies


def depending() -> Iterator[str]:
    """Yield the remedies that a check writes by what it found, as the cases bring them about."""
    for case in CASES:
        check = checks.load()[case.finding]
        if check.remedy == "{remedy}":
            answers = doctor_world.healthy(case.stack)
            case.spoil(answers)
            found = verdict.ask(check, doctor_world.facts(answers, a_stack(case.stack)))
            yield from (one.remedy for one in found.findings)


def commands(tool: str) -> Iterator[list[str]]:
    """Yield the words of every line to type that begins with the tool, also inside $( )."""
    guide = [step for one in GUIDE for step in steps(problems.in_stack(one, "prod"))]
    lines = (*(one.remedy for one in checks.load().values()), *depending())
    for step in (*guide, *(Step("", line) for line in lines)):
        inner = re.findall(r"\$\(([^()]*)\)", step.type)
        for line in (re.sub(r"\$\([^()]*\)", "INNER", step.type), *inner):
            yield from (words for words in piped(line) if words and words[0] == tool)


def piped(line: str) -> Iterator[list[str]]:
    """Yield the words of each command of a shell's line; | and && in quotes belong to a word."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word in ("|", "&&"):
            yield words
            words = []
        else:
            words.append(word)
    yield words


def test_the_guide_has_its_23_problems_and_three_pages_beyond() -> None:
    """Numbered as in the guide, so that alarms and people can name them."""
    numbered = [f"P{number:02}" for number in range(1, 24)]

    assert [problem.id for problem in GUIDE] == [*numbered, *problems.BEYOND]


@pytest.mark.parametrize("problem", GUIDE, ids=lambda problem: problem.id)
def test_a_problem_says_all_that_a_person_needs(problem: Problem) -> None:
    """Both titles, causes, where to look, what to do, whom to call, which decision it touches."""
    clauses = yaml.safe_load((ROOT / "docs/clauses.yaml").read_text(encoding="utf-8"))["clauses"]

    assert re.search("[가-힣]", problem.korean)
    assert not re.search("[가-힣]", problem.title)
    assert problem.severity in ("critical", "warning")
    assert problem.level in problems.ESCALATION
    assert set(re.findall(r"L\d", problem.escalate)) <= set(problems.ESCALATION)
    assert all((problem.causes, problem.look, problem.remedies, problem.signs, problem.clauses))
    assert all(step.type for step in problem.look)
    assert set(problem.clauses) <= set(clauses)


@pytest.mark.parametrize("problem", GUIDE, ids=lambda problem: problem.id)
def test_nothing_tells_to_type_what_the_platform_forbids(problem: Problem) -> None:
    """No Terraform, no administrator's rights, no public database, no change behind the engine."""
    typed = "\n".join(step.type for step in steps(problem))

    assert "terraform" not in typed.lower()
    assert "AdministratorAccess" not in typed
    assert "--publicly-accessible" not in typed
    assert "modify-db-instance" not in typed
    assert "attach-role-policy" not in typed
    assert "create-log-group" not in typed


def test_every_place_for_a_name_is_filled_in() -> None:
    """A reader pastes a line at three in the morning."""
    for problem in GUIDE:
        for step in steps(problems.in_stack(problem, "staging")):
            assert not re.search(r"\{(prefix|stack)\}", step.type)
            assert "production" not in step.type.replace("triflow-production", "")
            assert step.says == step.says.strip(". :")
            assert "\n" not in step.type


def test_every_aws_line_is_a_call_that_aws_has_with_its_options() -> None:
    """As botocore knows the services; a misspelt option would be found out at the worst time."""
    session = botocore.session.get_session()
    known = set(session.get_available_services())
    seen = 0
    for words in commands("aws"):
        service, verb = words[1:3]
        if (service, verb) in OF_THE_TOOL:
            continue
        model = session.get_service_model("s3" if service == "s3api" else service)
        operations = {
            xform_name(name).replace("_", "-"): model.operation_model(name)
            for name in model.operation_names
        }
        shape = operations[verb].input_shape
        assert shape is not None
        options = {word[2:].partition("=")[0] for word in words if word.startswith("--")}
        allowed = {xform_name(name).replace("_", "-") for name in shape.members}
        assert service in known | {"s3api"}
        assert options - GLOBAL_OPTIONS <= allowed | {"interactive"} | RENAMED, words
        seen += 1

    assert seen > 50


def test_every_pulumi_line_is_a_verb_of_pulumi() -> None:
    """And every output that one asks for is one that the program exports."""
    exported = set(re.findall(r'pulumi\.export\("(\w+)"', (ROOT / "__main__.py").read_text()))
    asked = set()
    for words in commands("pulumi"):
        verb = " ".join(words[1:3]) if words[1] in PULUMI_GROUPS else words[1]
        assert verb in PULUMI_VERBS
        if verb == "stack output":
            asked.add(words[3])

    assert asked
    assert asked <= exported


def test_every_setting_to_set_exists() -> None:
    """Under its key in the stack file; `triflow-ai:` is the project's name."""
    seen = set()
    for words in commands("pulumi"):
        if words[1] == "config":
            key = next(word for word in words if word.startswith(f"{settings.PROJECT}:"))
            section: type = settings.Settings
            for name in key.partition(":")[2].split("."):
                field = section.model_fields[to_snake(name)]  # type: ignore[attr-defined]
                section = field.annotation
            seen.add(key)

    assert len(seen) >= 8


def test_every_line_of_our_own_is_one_of_our_verbs() -> None:
    """With its options. A verb that is still to be written is not yet told to anyone."""
    for words in commands("triflow"):
        command = get_command(app)
        for word in words[1:]:
            if word.startswith("--"):
                assert word in {name for one in command.params for name in one.opts}, words
            else:
                command = getattr(command, "commands", {}).get(word, command)

        assert command is not get_command(app), words


def test_the_alarms_link_to_the_problems_that_name_them() -> None:
    """A page lists the alarms that lead to it, and no other."""
    linked: dict[str, set[str]] = defaultdict(set)
    tables = (
        *(alarm_table.DEPLOYMENT, alarm_table.BALANCER, alarm_table.DATABASE),
        *(alarm_table.SERVICE, alarm_table.SURROUNDINGS, alarm_table.nat_gateways([""])),
    )
    for row in (row for table in tables for row in table):
        linked[row.problem].add(row.key.rstrip("-"))

    assert {one.id: set(one.alarms) for one in GUIDE if one.alarms} == linked


@pytest.mark.parametrize("stack", problems.PREFIXES)
def test_names_begin_as_the_program_makes_them(stack: str) -> None:
    """The guide has them by heart, since it also helps where no state can be read."""
    made = settings.Settings.model_construct(stack=stack).prefix

    assert problems.PREFIXES[stack] == made
