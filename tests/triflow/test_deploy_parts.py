"""The parts of a deployment, each alone: the stack file, the rollout, the causes, the traffic."""

from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import CLUSTER, GROUP, LOG_GROUP, SERVICE, TASK, TASK_DEFINITION
from triflow.deploy import cause, repository, rollout, stack_file, traffic
from triflow.deploy.rollout import Rollout, Service
from triflow.deploy.traffic import Traffic
from triflow.errors import TriflowError
from triflow.stacks import ROOT

BACKEND = Service(CLUSTER, SERVICE)
REPOSITORY = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/triflow-ai-backend"
BALANCER = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/the-alb/50dc"
OTHER = TASK_DEFINITION.replace(":7", ":6")
FILE = """\
config:
  triflow-ai:accountId: "123456789012" # one account
  triflow-ai:compute:
    image: "1.0.0" # as of January
    minTasks: 2
  triflow-ai:budget:
    monthlyUsd: 289
"""


def a_rollout(task_definition: str = TASK_DEFINITION, **changed: Any) -> Rollout:  # noqa: ANN401
    """Return a completed rollout, or one that differs."""
    facts = {"state": "COMPLETED", "running": 2, "desired": 2, **changed}
    return Rollout(task_definition, **facts)


def the_causes(answers: dict[str, Told]) -> list[str]:
    """Return the lines of causes, where AWS answers well but for `answers`."""
    told: dict[str, Told] = {
        "ecs.ListTasks": {"taskArns": [TASK]},
        "ecs.DescribeTasks": {"tasks": [a_stopped_task()]},
        "elastic-load-balancing-v2.DescribeTargetHealth": {"TargetHealthDescriptions": []},
        "cloudwatch-logs.GetLogEvents": {"events": []},
    }
    stand_in = AwsStandIn({**told, **answers})
    return cause.find(stand_in.aws, BACKEND, TASK_DEFINITION, GROUP, LOG_GROUP)


def a_stopped_task(**changed: object) -> dict[str, Any]:
    """Return a task that ended at once, as ECS describes it."""
    return {
        "taskArn": TASK,
        "taskDefinitionArn": TASK_DEFINITION,
        "stoppedAt": datetime(2026, 1, 20, tzinfo=UTC),
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "backend", "exitCode": 137, "reason": "OutOfMemoryError"}],
    } | changed


def test_a_release_changes_one_word_of_the_stack_file() -> None:
    """Comments, order and the other settings stay as they were."""
    assert stack_file.released(FILE, "1.0.1") == FILE.replace('"1.0.0"', '"1.0.1"')


def test_a_trial_adds_two_lines_and_its_end_takes_them_away() -> None:
    """The visitors' image stays where it is."""
    out = stack_file.with_canary(FILE, "1.0.1", 10)

    assert out == FILE.replace(
        "January\n", 'January\n    canaryImage: "1.0.1"\n    canaryPercent: 10\n'
    )
    assert stack_file.settled(out) == FILE
    assert stack_file.released(out, "1.0.1") == stack_file.released(FILE, "1.0.1")


def test_a_trial_that_goes_on_keeps_one_pair_of_lines() -> None:
    """Run again with another share, after having been killed: nothing is doubled."""
    out = stack_file.with_canary(stack_file.with_canary(FILE, "1.0.1", 10), "1.0.2", 25)

    assert out == stack_file.with_canary(FILE, "1.0.2", 25)


TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,40}|sha256:[0-9a-f]{64}", fullmatch=True)


@pytest.mark.thorough
@given(TAGS, st.integers(1, 50), st.sampled_from(["dev", "staging", "prod"]))
def test_a_changed_stack_file_says_exactly_what_was_wished(
    tag: str, percent: int, stack: str
) -> None:
    """Any tag stays text (1.10 is no number, `no` no boolean); nothing else changes its value."""
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    before = yaml.safe_load(text)

    released = yaml.safe_load(stack_file.released(text, tag))
    tried = yaml.safe_load(stack_file.with_canary(text, tag, percent))

    section = before["config"]["triflow-ai:compute"]
    old = dict(section)
    before["config"]["triflow-ai:compute"] = old | {"image": tag}
    assert released == before
    before["config"]["triflow-ai:compute"] = old | {"canaryImage": tag, "canaryPercent": percent}
    assert tried == before


@pytest.mark.parametrize(
    "text",
    ["", "config: {}\n", "- a list\n", 'config:\n  triflow-ai:compute: {image: "1.0.0"}\n'],
)
def test_a_stack_file_in_another_form_is_refused_with_the_engines_own_command(text: str) -> None:
    """What cannot be changed for certain is not touched."""
    with pytest.raises(TriflowError) as failure:
        stack_file.released(text, "1.0.1")

    assert "the image cannot be changed there" in str(failure.value).lower()
    assert "pulumi config set --path triflow-ai:compute.image" in failure.value.fix


def test_a_file_is_replaced_whole_with_its_rights(tmp_path: Path) -> None:
    """No second file is left beside it, and who could read it still can."""
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text("old")
    path.chmod(0o644)

    stack_file.replace(path, "new")

    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("image", "key"), [("1.0.1", "imageTag"), (f"sha256:{'a' * 64}", "imageDigest")]
)
def test_an_image_is_asked_for_by_tag_or_digest(image: str, key: str) -> None:
    """In the repository of the account that the stack names."""
    stand_in = AwsStandIn({"ecr.DescribeImages": {"imageDetails": [{}]}})

    repository.require(stand_in.aws, REPOSITORY, image)

    wish = {"registryId": "123456789012", "repositoryName": "triflow-ai-backend"}
    assert stand_in.asked == [("ecr.DescribeImages", {**wish, "imageIds": [{key: image}]})]


def test_a_missing_image_is_answered_with_how_to_push_it() -> None:
    """The sentence says what would have happened."""
    stand_in = AwsStandIn({"ecr.DescribeImages": "ImageNotFoundException"})

    with pytest.raises(TriflowError) as failure:
        repository.require(stand_in.aws, REPOSITORY, "1.0.1")

    assert failure.value.fact == "The repository triflow-ai-backend has no image 1.0.1."
    assert failure.value.fix.endswith(f"docker push {REPOSITORY}:1.0.1")


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_a_repository_that_does_not_answer_is_not_taken_for_an_empty_one(code: str) -> None:
    """Denied and throttled are told as such."""
    stand_in = AwsStandIn({"ecr.DescribeImages": code})

    with pytest.raises(TriflowError) as failure:
        repository.require(stand_in.aws, REPOSITORY, "1.0.1")

    assert code in failure.value.fact
    assert failure.value.consequence == "Nothing was changed."


@pytest.mark.clause("C5")
@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (a_rollout(), "done"),
        (a_rollout(state=""), "done"),
        (a_rollout(running=1), "under way"),
        (a_rollout(state="IN_PROGRESS"), "under way"),
        (a_rollout(failed=((TASK_DEFINITION, "circuit breaker"),)), "failed"),
        (a_rollout(failed=((OTHER, "circuit breaker"),)), "done"),
        (a_rollout(OTHER), "rolled back"),
        (a_rollout(OTHER, state="IN_PROGRESS", running=0), "rolled back"),
    ],
)
def test_a_steady_service_on_the_old_image_is_a_rollback(seen: Rollout, verdict: str) -> None:
    """What runs is compared with what was wanted, however steady it is."""
    assert seen.verdict(TASK_DEFINITION) == verdict


@pytest.mark.clause("C5")
def test_a_deployment_that_ecs_has_given_up_is_failed_until_it_is_tried_again() -> None:
    """The failed one stays listed for a while; a second attempt at the same stands for itself."""
    failed = {
        "status": "ACTIVE",
        "taskDefinition": TASK_DEFINITION,
        "rolloutState": "FAILED",
        "rolloutStateReason": "ECS deployment circuit breaker: tasks failed to start.",
    }
    back = {"status": "PRIMARY", "taskDefinition": OTHER, "rolloutState": "IN_PROGRESS"}
    again = {**back, "taskDefinition": TASK_DEFINITION}
    service = {"taskDefinition": TASK_DEFINITION}

    given_up = rollout.read({**service, "deployments": [back, failed]})
    tried_again = rollout.read({**service, "deployments": [again, failed]})

    assert given_up.verdict(TASK_DEFINITION) == "failed"
    assert given_up.why(TASK_DEFINITION) == failed["rolloutStateReason"]
    assert tried_again.verdict(TASK_DEFINITION) != "failed"


def test_a_follower_is_told_each_event_once_and_a_state_when_it_changes() -> None:
    """Events from before the first look are somebody else's news."""
    first = a_rollout(state="IN_PROGRESS", running=0, events=(("1", "old"),))
    second = a_rollout(state="IN_PROGRESS", running=0, events=(("1", "old"), ("2", "started 1")))
    third = a_rollout(events=second.events)

    assert rollout.news(None, Rollout("", "", 0, 0)) == []
    assert rollout.news(None, first) == ["0 of 2 running, IN_PROGRESS"]
    assert rollout.news(first, second) == ["started 1"]
    assert rollout.news(second, third) == ["2 of 2 running, COMPLETED"]
    assert rollout.news(third, third) == []


@pytest.mark.parametrize("answer", [{}, {"services": []}, {"services": [{}]}])
def test_a_service_of_which_ecs_tells_nothing_is_no_success(answer: dict[str, Any]) -> None:
    """Any missing field makes an empty rollout, which is not what was wanted."""
    seen = rollout.read(next(iter(answer.get("services", [])), {}))

    assert seen.verdict(TASK_DEFINITION) == "rolled back"


def test_waiting_ends_when_ecs_has_ended_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three looks: under way, under way, back on the old revision."""
    monkeypatch.setattr("triflow.deploy.rollout.time", SimpleNamespace(sleep=lambda _: None))
    states = iter([(TASK_DEFINITION, "IN_PROGRESS")] * 2 + [(OTHER, "COMPLETED")])

    def answer(_params: object) -> dict[str, Any]:
        task_definition, state = next(states)
        primary = {"status": "PRIMARY", "rolloutState": state, "runningCount": 2, "desiredCount": 2}
        return {"services": [{"taskDefinition": task_definition, "deployments": [primary]}]}

    stand_in = AwsStandIn({"ecs.DescribeServices": answer})
    told: list[str] = []

    seen = rollout.await_end(stand_in.aws, BACKEND, TASK_DEFINITION, told.append)

    assert seen.verdict(TASK_DEFINITION) == "rolled back"
    assert told == ["2 of 2 running, IN_PROGRESS", "2 of 2 running, COMPLETED"]


def test_following_ends_with_the_block_and_tells_once_that_ecs_is_mute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A refusal in the other thread is a line, not a traceback."""
    monkeypatch.setattr(rollout, "SECONDS_BETWEEN_LOOKS", 0.0)
    told: SimpleQueue[str] = SimpleQueue()
    stand_in = AwsStandIn({"ecs.DescribeServices": "AccessDeniedException"})

    with rollout.followed(stand_in.aws, BACKEND, told.put):
        line = told.get(timeout=60)

    assert told.empty()
    assert line.startswith("the rollout cannot be followed: DescribeServices was denied")


def test_the_cause_is_the_stopped_task_the_target_and_the_log() -> None:
    """Each with AWS's own reason; of a healthy target nothing is said, a password is masked."""
    health = [
        {"Target": {"Id": "10.0.11.5"}, "TargetHealth": {"State": "healthy"}},
        {
            "Target": {"Id": "10.0.12.6"},
            "TargetHealth": {
                "State": "unhealthy",
                "Reason": "Target.ResponseCodeMismatch",
                "Description": "Health checks failed",
            },
        },
    ]
    events = [{"message": "cannot connect"}, {"message": "postgresql://a:hunter2@db/x refused"}]

    lines = the_causes(
        {
            "ecs.DescribeTasks": {"tasks": [a_stopped_task(), a_stopped_task()]},
            "elastic-load-balancing-v2.DescribeTargetHealth": {"TargetHealthDescriptions": health},
            "cloudwatch-logs.GetLogEvents": {"events": events},
        }
    )

    assert lines == [
        "2 stopped: Essential container in task exited",
        "2 stopped: container backend: OutOfMemoryError, exit code 137",
        "target 10.0.12.6: unhealthy, Target.ResponseCodeMismatch: Health checks failed",
        "log: cannot connect",
        "log: postgresql://a:***@db/x refused",
    ]


def test_tasks_of_other_revisions_are_no_cause() -> None:
    """Those that made room for the new ones stopped too, and rightly."""
    lines = the_causes({"ecs.DescribeTasks": {"tasks": [a_stopped_task(taskDefinitionArn=OTHER)]}})

    assert lines == []


def test_a_cause_that_aws_does_not_tell_is_named_as_unknown() -> None:
    """Denied in one place, the other places are still told."""
    lines = the_causes({"elastic-load-balancing-v2.DescribeTargetHealth": "AccessDenied"})

    assert lines[-1].startswith("not known: DescribeTargetHealth was denied")
    assert lines[0] == "stopped: Essential container in task exited"


@pytest.mark.clause("L9", "M4", "M5")
@pytest.mark.parametrize(
    ("seen", "complaint"),
    [
        (Traffic(100, 5, (1.9,) * 10), ""),
        (Traffic(100, 6, (0.1,)), "6.0 % of 100 requests failed, 5 % may (ADR M4)"),
        (
            Traffic(100, 0, (2.1, 2.2, 0.1)),
            "p95 was above 2 s in 2 of 3 minutes, at most 2.20 s (ADR M5)",
        ),
        (Traffic(100, 0, (2.1, 0.1)), ""),
        (Traffic(49, 49, (9.0,)), ""),
    ],
)
def test_a_canary_goes_back_at_the_thresholds_of_the_alarms(seen: Traffic, complaint: str) -> None:
    """More than 5 % failed, or slower than 2 s in most minutes; too few requests say nothing."""
    assert seen.complaint == complaint


def test_a_refused_connection_counts_like_an_error_of_the_canary() -> None:
    """The load balancer answers it with 502, which stands under its own name, not the target's."""
    seen = traffic.read(
        [
            {"Id": "requests", "Values": [60.0, 40.0]},
            {"Id": "answers", "Values": [2.0]},
            {"Id": "refused", "Values": [3.0]},
            {"Id": "p95", "Values": [0.2, 0.31]},
        ]
    )

    assert seen == Traffic(100, 5, (0.2, 0.31))
    assert seen.words == "100 requests, 5.0 % failed, p95 0.31 s"
    assert traffic.read([]).words == "no requests"


def test_traffic_is_asked_by_load_balancer_and_target_group() -> None:
    """With the names that CloudWatch knows them by: the ends of their ARNs."""
    stand_in = AwsStandIn({"cloudwatch.GetMetricData": {"MetricDataResults": []}})

    traffic.ask(stand_in.aws, BALANCER, GROUP, datetime(2026, 1, 20, tzinfo=UTC))

    [(_, params)] = stand_in.asked
    metrics = [query["MetricStat"]["Metric"] for query in params["MetricDataQueries"]]
    assert [metric["MetricName"] for metric in metrics] == [
        "RequestCount",
        "HTTPCode_Target_5XX_Count",
        "TargetConnectionErrorCount",
        "TargetResponseTime",
    ]
    assert {tuple(one["Value"] for one in metric["Dimensions"]) for metric in metrics} == {
        ("app/the-alb/50dc", "targetgroup/triflow-ai-production-backend-tg/9163")
    }
