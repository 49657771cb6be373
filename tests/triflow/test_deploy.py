"""`triflow deploy` as a whole: the engine and AWS are staged, the files and the screen are real."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import CLUSTER, GROUP, LOG_GROUP, SERVICE, TASK, resource
from tests.triflow.stage import (
    Event,
    StagedRunner,
    a_judgement,
    a_screen,
    a_summary,
    an_error,
    text_of,
)
from triflow import aws
from triflow.deploy import release, verb
from triflow.deploy.verb import Wish
from triflow.deployed import Deployed
from triflow.errors import Exit, TriflowError
from triflow.stacks import Stack
from triflow.tally import Tally

ARN = "arn:aws:ecs:ap-northeast-2:123456789012:task-definition/{family}:{revision}"
FAMILY = "triflow-ai-production-backend"
CANARY_GROUP = GROUP.replace("backend-tg", "canary-tg")
STACK_FILE = 'config:\n  triflow-ai:compute:\n    image: "1.0.0" # the first\n    minTasks: 2\n'


def a_revision(number: int, family: str = FAMILY) -> str:
    """Return the ARN of a task definition."""
    return ARN.format(family=family, revision=number)


def deployed(revision: int, *, trial: bool = False) -> Deployed:
    """Return prod as recorded, with this revision, and with a canary or not."""
    outputs = {
        "cluster_name": CLUSTER,
        "service_name": SERVICE,
        "log_group_name": LOG_GROUP,
        "alb_target_group_arn": GROUP,
        "alb_arn": "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/a/5",
        "ecr_repository_url": "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/backend",
    }
    families = [FAMILY, f"{FAMILY}-canary"] if trial else [FAMILY]
    return Deployed(
        "prod",
        (
            {"type": "pulumi:pulumi:Stack", "outputs": outputs},
            resource(release.SERVICE, "s", name=SERVICE, taskDefinition=a_revision(revision)),
            *(
                resource(release.TASK_DEFINITION, f, family=f, arn=a_revision(revision, f))
                for f in families
            ),
            resource(
                release.TARGET_GROUP, "g", name="triflow-ai-production-canary-tg", arn=CANARY_GROUP
            ),
        ),
    )


class Engine(StagedRunner):
    """A staged engine that keeps the settings it is given, and records new resources."""

    root: Path
    settings: list[str]
    outcomes: list[Deployed]
    recorded: Deployed
    holds = True

    @property
    def workspace(self) -> SimpleNamespace:
        """Return the room of the clone."""
        return SimpleNamespace(home=self.root / ".local")

    def project(self, _stack: Stack) -> Path:
        """Return the folder of the stack's file."""
        return self.root

    def environment(self, _stack: Stack) -> dict[str, str]:
        """Return what names no other settings: as on an account."""
        return {}

    def run(self, stack: Stack, arguments: Any, phases: Any, tally: Tally) -> bool:  # noqa: ANN401
        """Note the settings, and record the next outcome."""
        if "--config-file" in arguments:
            self.settings.append(Path(arguments[-1]).read_text())
            self.recorded = self.outcomes.pop(0) if self.outcomes else self.recorded
        return super().run(stack, arguments, phases, tally)


Answers = dict[str, Told]
Deploy = Callable[..., tuple[Exit, str]]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Put a staged engine in the place of the real one; prod runs revision 1, image 1.0.0."""
    staged = Engine({})
    staged.root, staged.settings, staged.outcomes = tmp_path, [], [deployed(2)]
    staged.recorded = deployed(1)
    (tmp_path / "Pulumi.prod.yaml").write_text(STACK_FILE)
    monkeypatch.setattr("triflow.account_runner.find", lambda _aws, _tell: staged)
    monkeypatch.setattr("triflow.outputs.read", lambda _aws, _name: staged.recorded)
    monkeypatch.setattr("triflow.gate.passes", lambda _resources, _tally: staged.holds)
    at_once = SimpleNamespace(sleep=lambda _seconds: None)
    for room in ("canary", "rollout"):
        monkeypatch.setattr(f"triflow.deploy.{room}.time", at_once)
    return staged


def service_on(*revisions: int, state: str = "COMPLETED") -> Told:
    """Answer each look at the service with the next revision, the last one for ever."""
    coming = list(revisions)

    def answer(params: Any) -> dict[str, Any]:  # noqa: ANN401 - botocore's
        family = params["services"][0].removesuffix("-service")
        revision = coming.pop(0) if len(coming) > 1 else coming[0]
        primary = {
            "status": "PRIMARY",
            "rolloutState": state,
            "runningCount": 2,
            "desiredCount": 2,
        }
        return {
            "services": [{"taskDefinition": a_revision(revision, family), "deployments": [primary]}]
        }

    return answer


def deploying(monkeypatch: pytest.MonkeyPatch, answers: Answers, **wish: Any) -> tuple[int, str]:  # noqa: ANN401
    """Run the verb on an account that answers so; return its exit code and its screen."""
    well: Answers = {
        "ecr.DescribeImages": {"imageDetails": [{}]},
        "ecs.DescribeServices": service_on(1, 2),
        "ecs.ListTasks": {"taskArns": []},
        "elastic-load-balancing-v2.DescribeTargetHealth": {"TargetHealthDescriptions": []},
    }
    stand_in = AwsStandIn({**well, **answers}, local=False)
    monkeypatch.setattr(aws, "find", lambda: stand_in.aws)
    console = a_screen()
    code = verb.deploy(Wish(image="1.0.1", **wish), "prod", console)
    lines = [line.rstrip() for line in text_of(console).splitlines()]
    return code, "\n".join(line for line in lines if not re.match(r"\[ *\d+ s\]", line))


def the_file(engine: Engine) -> str:
    """Return the committed stack file."""
    return (engine.root / "Pulumi.prod.yaml").read_text()


@pytest.mark.clause("C5", "C6")
def test_a_deployment_updates_the_stack_and_then_its_file(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """The engine gets a changed copy; the committed file follows when AWS has the image."""
    code, screen = deploying(monkeypatch, {})

    new = STACK_FILE.replace("1.0.0", "1.0.1")
    assert code == Exit.DONE
    assert engine.settings == [new]
    assert the_file(engine) == new
    assert [run[:3] for run in engine.done] == [("prod", "up", "--yes")]
    assert screen == snapshot


def test_a_deployment_is_judged_once_more_by_what_it_left_behind(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS has the image, and the file says so; the exit code is that of a broken policy."""
    engine.holds = False

    code, screen = deploying(monkeypatch, {})

    assert code == Exit.POLICY
    assert the_file(engine) == STACK_FILE.replace("1.0.0", "1.0.1")
    assert "A mandatory policy does not hold of what is there now" in screen


@pytest.mark.clause("C5")
def test_an_update_that_succeeds_on_the_old_image_is_a_failure(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """ECS went back and was steady, so the engine saw nothing: the cause is told, the file kept."""
    task = {
        "taskArn": TASK,
        "taskDefinitionArn": a_revision(2),
        "stoppedReason": "CannotPullContainerError: pull image manifest has been retried 5 time(s)",
    }
    answers: Answers = {
        "ecs.DescribeServices": service_on(1),
        "ecs.ListTasks": {"taskArns": [TASK]},
        "ecs.DescribeTasks": {"tasks": [task]},
        "cloudwatch-logs.GetLogEvents": {"events": [{"message": "No module named app"}]},
    }

    code, screen = deploying(monkeypatch, answers)

    assert code == Exit.FAILED
    assert the_file(engine) == STACK_FILE
    assert screen == snapshot


def test_after_a_rollback_the_state_is_made_true_before_the_next_update(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the engine would compare with what it had wished for, and do nothing."""
    engine.recorded, engine.outcomes = deployed(2), [deployed(3)]

    code, _ = deploying(monkeypatch, {"ecs.DescribeServices": service_on(1, 3)})

    assert code == Exit.DONE
    assert [run[1] for run in engine.done] == ["refresh", "up"]
    assert engine.done[0][-2:] == ("--target", "urn::s")


def test_a_deployment_that_was_killed_is_finished_by_the_same_command(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS had the image already and the file did not say so: now it does."""
    engine.recorded, engine.outcomes = deployed(2), [deployed(2)]

    code, screen = deploying(monkeypatch, {"ecs.DescribeServices": service_on(2)})

    assert code == Exit.DONE
    assert 'image: "1.0.1"' in the_file(engine)
    assert "Pulumi.prod.yaml says so now; commit it." in screen


def test_the_same_image_again_leaves_the_file_alone(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to commit, and nothing is said of it."""
    same = STACK_FILE.replace("1.0.0", "1.0.1")
    (engine.root / "Pulumi.prod.yaml").write_text(same)

    code, screen = deploying(monkeypatch, {})

    assert code == Exit.DONE
    assert the_file(engine) == same
    assert "commit" not in screen


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (an_error("Pulumi.prod.yaml has 1 mistake, so nothing was planned."), Exit.FAILED),
        (
            a_judgement("[ecs-image-pinned] ADR C6 (high): no.\nFix: deploy by digest"),
            Exit.POLICY,
        ),
    ],
)
def test_an_update_that_stops_before_ecs_asks_ecs_for_no_cause(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, event: Event, code: Exit
) -> None:
    """Settings and policies have spoken already; no task was ever started."""
    engine.runs["prod"], engine.outcomes = [event, a_summary()], [deployed(1)]

    ended, screen = deploying(monkeypatch, {"ecs.ListTasks": "AccessDeniedException"})

    assert ended == code
    assert the_file(engine) == STACK_FILE
    assert "✗ prod  Nothing was deployed; Pulumi.prod.yaml is as it was." in screen
    assert "not known" not in screen


def test_an_update_that_ecs_made_fail_is_told_with_the_cause(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's words first, then what ECS and the load balancer know."""
    engine.runs["prod"] = [an_error("waiting for ECS Service: timeout", "aws:ecs", "backend")]
    target = {
        "Target": {"Id": "10.0.11.5"},
        "TargetHealth": {"State": "unhealthy", "Reason": "Target.Timeout"},
    }
    health = {"TargetHealthDescriptions": [target]}

    code, screen = deploying(
        monkeypatch, {"elastic-load-balancing-v2.DescribeTargetHealth": health}
    )

    assert code == Exit.FAILED
    assert the_file(engine) == STACK_FILE
    assert "waiting for ECS Service: timeout" in screen
    assert "target 10.0.11.5: unhealthy, Target.Timeout" in screen


def refuses(
    monkeypatch: pytest.MonkeyPatch, image: str, stack: str, answers: Answers
) -> TriflowError:
    """Return the sentence with which the verb ends before it changes anything."""
    stand_in = AwsStandIn(answers, local=False)
    monkeypatch.setattr(aws, "find", lambda: stand_in.aws)
    with pytest.raises(TriflowError) as failure:
        verb.deploy(Wish(image=image), stack, a_screen())
    return failure.value


@pytest.mark.clause("C6")
def test_latest_is_refused_with_a_tag_that_does_not_move(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guide's own example is answered, not sent to the repository."""
    told = refuses(monkeypatch, "latest", "prod", {})

    assert str(told) == (
        "latest says nothing about what would run (ADR C6). Nothing was changed.\n"
        "Fix: triflow deploy 1.0.1 --stack prod   (a tag that does not move, or a digest)"
    )
    assert engine.done == []


@pytest.mark.parametrize("code", ["ImageNotFoundException", "AccessDenied", "ThrottlingException"])
def test_nothing_is_changed_while_the_image_is_not_known_to_be_there(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """Missing, denied, throttled: the engine is not even started."""
    refuses(monkeypatch, "1.0.1", "prod", {"ecr.DescribeImages": code})

    assert engine.done == []
    assert the_file(engine) == STACK_FILE


def test_the_foundation_has_no_service_to_deploy_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a stack that nobody knows is answered with the names."""
    assert refuses(monkeypatch, "1.0.1", "foundation", {}).fact == "foundation runs no service."
    assert "There is no stack called production." in str(
        refuses(monkeypatch, "1.0.1", "production", {})
    )


def visitors(requests: float, errors: float) -> Told:
    """Answer for both target groups with so many requests, the canary's failing so often."""

    def answer(params: Any) -> dict[str, Any]:  # noqa: ANN401 - botocore's
        [group] = {
            one["Value"]
            for one in params["MetricDataQueries"][0]["MetricStat"]["Metric"]["Dimensions"]
            if one["Name"] == "TargetGroup"
        }
        failed = errors if "canary" in group else 0.0
        values = {"requests": [requests], "answers": [failed], "p95": [0.2]}
        return {"MetricDataResults": [{"Id": key, "Values": v} for key, v in values.items()]}

    return answer


@pytest.mark.clause("L9")
def test_a_canary_that_does_well_is_given_to_all(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """First a share beside the old image, then the image for all and no share."""
    engine.outcomes = [deployed(1, trial=True), deployed(2)]
    answers: Answers = {
        "cloudwatch.GetMetricData": visitors(200.0, 1.0),
        "ecs.DescribeServices": service_on(1, 1, 1, 2),
    }

    code, screen = deploying(monkeypatch, answers, percent=10, minutes=2)

    trial = 'image: "1.0.0" # the first\n    canaryImage: "1.0.1"\n    canaryPercent: 10\n'
    assert code == Exit.DONE
    assert trial in engine.settings[0]
    assert engine.settings[1] == the_file(engine) == STACK_FILE.replace("1.0.0", "1.0.1")
    assert screen == snapshot


@pytest.mark.clause("L9")
@pytest.mark.parametrize(
    ("requests", "errors", "complaint"),
    [
        (200.0, 20.0, "10.0 % of 200 requests failed, 5 % may (ADR M4)"),
        (12.0, 0.0, "12 requests say too little, 50 are needed"),
    ],
)
def test_a_canary_that_does_badly_or_proves_nothing_is_taken_back(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    requests: float,
    errors: float,
    complaint: str,
) -> None:
    """The last update is the committed file's: the old image for all, nothing beside it."""
    engine.outcomes = [deployed(1, trial=True), deployed(1)]
    answers: Answers = {
        "cloudwatch.GetMetricData": visitors(requests, errors),
        "ecs.DescribeServices": service_on(1),
    }

    code, screen = deploying(monkeypatch, answers, percent=10, minutes=3)

    assert code == Exit.FAILED
    assert engine.settings[-1] == the_file(engine) == STACK_FILE
    assert f"1.0.1 was tried on 10 % of the visitors: {complaint}." in screen
    assert "All have the image from before again." in screen


def test_a_canary_that_cannot_be_measured_is_not_let_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CloudWatch is asked once before anybody is sent there."""
    with pytest.raises(TriflowError) as failure:
        deploying(monkeypatch, {"cloudwatch.GetMetricData": "AccessDenied"}, percent=10)

    assert "GetMetricData was denied" in failure.value.fact
    assert engine.done == []


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (an_error("Pulumi.prod.yaml has 1 mistake, so nothing was planned."), Exit.FAILED),
        (a_judgement("[ecs-image-pinned] ADR C6 (high): no.\nFix: deploy by digest"), Exit.POLICY),
    ],
)
def test_a_trial_that_stops_before_ecs_has_nothing_to_take_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, event: Event, code: Exit
) -> None:
    """One update was tried and none follows it; of the canary's tasks nothing is asked."""
    engine.runs["prod"], engine.outcomes = [event, a_summary()], [deployed(1)]
    answers: Answers = {
        "cloudwatch.GetMetricData": visitors(0.0, 0.0),
        "ecs.DescribeServices": service_on(1),
        "ecs.ListTasks": "AccessDeniedException",
    }

    ended, screen = deploying(monkeypatch, answers, percent=10)

    assert ended == code
    assert len(engine.settings) == 1
    assert "✗ prod  No visitor was sent anywhere, and nothing was changed." in screen
    assert "not known" not in screen


def test_an_interrupted_trial_says_how_it_goes_on_and_how_it_ends(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary stays out; the committed file knows nothing of it."""
    engine.outcomes = [deployed(1, trial=True)]

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("triflow.deploy.canary.time", SimpleNamespace(sleep=interrupt))
    answers: Answers = {
        "cloudwatch.GetMetricData": visitors(0.0, 0.0),
        "ecs.DescribeServices": service_on(1),
    }

    with pytest.raises(KeyboardInterrupt):
        deploying(monkeypatch, answers, percent=10)

    (told,) = engine.told
    assert "triflow deploy 1.0.1 --canary 10 goes on" in told
    assert the_file(engine) == STACK_FILE
