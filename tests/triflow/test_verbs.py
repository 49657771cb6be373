"""The verbs' whole screens, on a staged engine."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import boto3
import moto
import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from local.state import State
from tests.triflow.stage import (
    StagedRunner,
    a_count,
    a_judgement,
    a_price,
    a_screen,
    a_state,
    a_step,
    a_summary,
    an_error,
    text_of,
)
from triflow import destroy, preview, protection, runner, up
from triflow.errors import Exit, TriflowError

VPC = "aws:ec2/vpc:Vpc"
NAT = a_judgement(
    "[nat-gateway-count] ADR N2 (high): aws:ec2/natGateway:NatGateway network-nat-2c: there are 2 "
    "NAT gateways, the decision is 1. Each further one costs about 43 USD a month.\n"
    "Fix: pulumi config set --path triflow-ai:network.natGateways single -s prod"
)
FLOW_LOGS = a_judgement(
    "[flow-log-retention] ADR N6 (low): flow logs are kept 30 days, it must be 14. It costs more "
    "than was decided.\nFix: set retentionInDays to 14",
    level="advisory",
)
TLS = a_judgement(
    "[bucket-tls] ADR S7 (critical): aws:s3/bucketPolicy:BucketPolicy storage-tls: no statement "
    "refuses plain HTTP. Objects could be read on the way.\n"
    "Fix: deny s3:* where aws:SecureTransport is false"
)


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> StagedRunner:
    """Put a staged engine in the place of the real one."""
    staged = StagedRunner({})
    monkeypatch.setattr(runner, "start", lambda _tell: staged)
    return staged


def told(console: Console) -> str:
    """Return the screen without the lines of progress and with blanks at line ends cut."""
    lines = [line.rstrip() for line in text_of(console).splitlines()]
    return "\n".join(line for line in lines if not re.match(r"\[ *\d+ s\]", line))


def test_up_ends_with_a_table_and_where_to_look_next(
    staged: StagedRunner, snapshot: SnapshotAssertion
) -> None:
    """All four stacks come up, foundation first; secrets among the outputs are not shown."""
    staged.runs["prod"] = [
        *a_step("create", VPC, "vpc"),
        a_summary(create=83),
        FLOW_LOGS,
        a_count(),
    ]
    console = a_screen()

    code = up.up(None, console)

    assert code == Exit.DONE
    assert [run[0] for run in staged.done] == ["foundation", "staging", "prod", "dev"]
    assert {run[1:] for run in staged.done} == {("up", "--yes")}
    assert told(console) == snapshot


def test_three_violations_fit_one_screen(staged: StagedRunner, snapshot: SnapshotAssertion) -> None:
    """On 80 columns and 24 lines: clause, rule, resource and remedy of each, and the table."""
    staged.runs["prod"] = [NAT, TLS, FLOW_LOGS, a_count(), a_summary(create=83)]
    console = a_screen(columns=80)

    code = up.up("prod", console)

    assert code == Exit.POLICY
    assert len(told(console).splitlines()) < 24
    assert told(console) == snapshot


def test_what_to_type_is_never_broken_over_two_lines(staged: StagedRunner) -> None:
    """A command that is copied from the screen works, however narrow the screen is."""
    staged.runs["prod"] = [
        NAT,
        an_error("prod: no zone.\nFix: pulumi config set a-long-key b -s prod"),
    ]
    console = a_screen(columns=40)

    preview.preview("prod", console)

    assert (
        "  Fix: pulumi config set --path triflow-ai:network.natGateways single -s prod"
        in told(console).splitlines()
    )
    assert "  Fix: pulumi config set a-long-key b -s prod" in told(console).splitlines()


def test_up_stops_at_the_first_stack_that_fails(
    staged: StagedRunner, snapshot: SnapshotAssertion
) -> None:
    """What would be built on it is not touched; the cause is the program's sentence."""
    staged.runs["staging"] = [
        an_error("staging: triflow-ai:region is missing. Nothing was planned.\nFix: set it"),
        an_error("preview failed"),
        a_summary(create=1),
    ]
    console = a_screen()

    code = up.up(None, console)

    assert code == Exit.FAILED
    assert [run[0] for run in staged.done] == ["foundation", "staging"]
    assert told(console) == snapshot


def test_a_preview_lists_what_would_change(
    staged: StagedRunner, snapshot: SnapshotAssertion
) -> None:
    """Each change with the inputs that cause it, then the policies, then the table."""
    staged.runs["prod"] = [
        *a_step("create", VPC, "new"),
        *a_step("update", VPC, "old", "tags"),
        *a_step("replace", "aws:ec2/subnet:Subnet", "subnet-2a", "cidrBlock"),
        *a_step("delete", "aws:ec2/eip:Eip", "eip"),
        FLOW_LOGS,
        a_count(),
        a_summary(create=1, update=1, replace=1, delete=1, same=40),
    ]
    console = a_screen()

    code = preview.preview("prod", console)

    assert code == Exit.DONE
    assert told(console) == snapshot


def test_a_long_name_stays_beside_the_sign_of_its_change(staged: StagedRunner) -> None:
    """Folded by words, a narrow screen would show a sign alone and a name cut in two."""
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    staged.runs["prod"] = [*a_step("update", kind, "encryption", "rules"), a_summary(update=1)]
    console = a_screen(columns=80)

    preview.preview("prod", console)

    assert f" ~ {kind}  encryption  [rules]\n" in text_of(console)


def test_what_several_stacks_lack_in_the_same_words_is_told_once(staged: StagedRunner) -> None:
    """With the names of all; what else one of them lacks stands apart."""
    staged.runs = {"staging": [FLOW_LOGS, a_count()], "prod": [FLOW_LOGS, TLS, a_count()]}
    console = a_screen()

    preview.preview(None, console)

    lines = told(console).splitlines()
    assert [line for line in lines if "flow-log-retention" in line] == [
        "! ADR N6  flow-log-retention  staging, prod  (low, advisory)"
    ]
    assert [line for line in lines if "bucket-tls" in line] == [
        "✗ ADR S7  bucket-tls  prod  (critical, mandatory)"
    ]


NAT_GATEWAY = {  # 43.07 a month, and 0.71 for what crosses it
    "urn": "urn:pulumi:prod::triflow-ai::aws:ec2/natGateway:NatGateway::nat",
    "type": "aws:ec2/natGateway:NatGateway",
    "custom": True,
}


@pytest.mark.clause("F1")
@pytest.mark.parametrize(
    ("before", "usd", "difference"),
    [
        (None, "40.00", ""),
        (a_state(NAT_GATEWAY), "43.78", "As deployed."),
        (a_state(NAT_GATEWAY), "87.05", "43.27 more than deployed before."),
        (a_state(NAT_GATEWAY), "40.00", "3.78 less than deployed before."),
        (a_state({**NAT_GATEWAY, "type": "aws:glue/job:Job"}), "9", ""),
    ],
)
@pytest.mark.parametrize("verb", [preview.preview, up.up])
def test_every_run_tells_what_a_month_costs_and_how_much_more_that_is(
    staged: StagedRunner, verb: Callable[..., Exit], before: State | None, usd: str, difference: str
) -> None:
    """The pack tells the sum; what it was before, the recorded state tells."""
    staged.runs["prod"] = [a_summary(same=3), a_price(usd), a_count()]
    if before:
        staged.states["prod"] = before
    console = a_screen()

    verb("prod", console)

    said = " ".join(told(console).split()).partition("Where to look next:")[0]
    sum_of_prod = f"A month of prod: USD {usd} (KRW 1), ceiling USD 440 (ADR F1)."
    assert sum_of_prod in said
    after = said.partition(sum_of_prod)[2].strip()
    assert after.startswith(difference)
    assert ("deployed" in after) == bool(difference)


def test_a_long_preview_counts_by_kind_and_still_lists_the_causes(
    staged: StagedRunner, snapshot: SnapshotAssertion
) -> None:
    """Thirty new subnets are one line; the one changed resource keeps its own."""
    news = [
        event for n in range(30) for event in a_step("create", "aws:ec2/subnet:Subnet", f"s{n}")
    ]
    staged.runs["prod"] = [*news, *a_step("update", VPC, "old", "tags"), a_summary(create=30)]
    console = a_screen()

    preview.preview("prod", console)

    assert told(console) == snapshot


def test_a_preview_of_all_judges_the_stacks_behind_a_broken_one(staged: StagedRunner) -> None:
    """A violation in staging does not hide one in prod; the exit code is the policies'."""
    staged.runs = {"staging": [NAT], "prod": [TLS]}
    console = a_screen()

    code = preview.preview(None, console)

    assert code == Exit.POLICY
    assert "ADR N2" in told(console)
    assert "ADR S7" in told(console)


def test_dev_is_not_brought_up_in_a_network_that_is_gone(staged: StagedRunner) -> None:
    """After a restart of the local AWS dev alone would end in errors about staging's VPC."""
    staged.emptied = {"foundation", "staging", "dev"}

    with pytest.raises(TriflowError) as failure:
        up.up("dev", a_screen())

    assert str(failure.value) == (
        "dev lives in the network of staging, which is gone: the local AWS was restarted and so "
        "emptied. Nothing was changed.\nFix: make up   (all stacks, in their order)"
    )
    assert staged.done == []


def test_a_restart_keeps_neither_staging_nor_all_from_coming_up(staged: StagedRunner) -> None:
    """They bring their own network, or the one that dev lives in comes first."""
    staged.emptied = {"foundation", "staging", "prod", "dev"}

    codes = [up.up(name, a_screen()) for name in ("staging", None)]

    assert codes == [Exit.DONE, Exit.DONE]
    assert [run[0] for run in staged.done] == ["staging", "foundation", "staging", "prod", "dev"]


def test_a_preview_after_a_restart_compares_with_the_emptied_aws(staged: StagedRunner) -> None:
    """The state lists what is gone; the preview refreshes its view and says so."""
    staged.emptied = {"prod"}
    console = a_screen()

    preview.preview("prod", console)

    assert staged.done == [("prod", "preview", "--refresh")]
    assert "prod: the local AWS was restarted and so emptied" in text_of(console)


def test_destroy_takes_the_last_stack_down_first(
    staged: StagedRunner, snapshot: SnapshotAssertion
) -> None:
    """A stack goes only after the ones that are built on it."""
    staged.states = dict.fromkeys(("foundation", "staging", "prod", "dev"), a_state())
    staged.runs = {stack: [a_summary(delete=12)] for stack in staged.states}
    console = a_screen()

    code = destroy.destroy(None, console)

    assert code == Exit.DONE
    assert [run[0] for run in staged.done] == ["dev", "prod", "staging", "foundation"]
    assert told(console) == snapshot


def test_destroy_leaves_alone_what_is_not_up(staged: StagedRunner) -> None:
    """Without a state there is nothing to take down, and no engine is started."""
    code = destroy.destroy(None, a_screen())

    assert code == Exit.DONE
    assert staged.done == []


def test_staging_is_not_taken_from_under_dev(staged: StagedRunner) -> None:
    """The dev stack lives in staging's network: the sentence says what goes first."""
    staged.states = {"staging": a_state(), "dev": a_state()}

    with pytest.raises(TriflowError) as failure:
        destroy.destroy("staging", a_screen())

    assert str(failure.value) == (
        "dev is up and is built on staging. Without it, it could be neither changed nor taken "
        "down.\nFix: make destroy STACK=dev   (then this again, or all: make destroy)"
    )
    assert staged.done == []


def test_destroy_lifts_protection_and_says_that_it_may_only_here(staged: StagedRunner) -> None:
    """Protected and retained resources would stay; the sentence says why they do not."""
    guarded = {"type": VPC, "id": "vpc-1", "urn": "u", "protect": True, "retainOnDelete": True}
    staged.states = {"prod": a_state(guarded, {"type": VPC, "id": "vpc-2", "urn": "v"})}
    staged.runs = {"prod": [a_summary(delete=2)]}

    destroy.destroy("prod", a_screen())

    assert staged.told == [
        "prod: protection of 1 resources is lifted, only because this is the local AWS"
    ]
    assert staged.imported["deployment"]["resources"] == [
        {"type": VPC, "id": "vpc-1", "urn": "u"},
        {"type": VPC, "id": "vpc-2", "urn": "v"},
    ]
    assert [run[1] for run in staged.done] == ["stack", "stack", "destroy"]


def test_nothing_outlives_a_stack_that_is_taken_down() -> None:
    """A kept log group would block the next update, which makes one of the same name."""
    kept = {"type": "aws:cloudwatch/logGroup:LogGroup", "inputs": {"skipDestroy": True}}

    freed = protection.unguarded({**kept, "outputs": {"name": "/aws/ecs/backend"}})

    assert freed["inputs"] == {"skipDestroy": False}
    assert freed["outputs"] == {"name": "/aws/ecs/backend", "skipDestroy": False}


@pytest.mark.thorough
def test_what_aws_locks_is_unlocked_before_it_is_deleted(staged: StagedRunner) -> None:
    """AWS refuses to delete a protected database and load balancer, whatever the state says."""
    with moto.mock_aws():
        rds = boto3.client("rds", region_name="ap-northeast-2")
        rds.create_db_instance(
            DBInstanceIdentifier="triflow-db",
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            DeletionProtection=True,
        )
        staged.server = SimpleNamespace(endpoint=None)
        place = {"identifier": "triflow-db", "region": "ap-northeast-2"}
        database = {"type": "aws:rds/instance:Instance", "id": "db-1", "urn": "u"}
        staged.states = {"prod": a_state({**database, "inputs": {}, "outputs": place})}
        staged.runs = {"prod": [a_summary(delete=1)]}

        destroy.destroy("prod", a_screen())

        (found,) = rds.describe_db_instances()["DBInstances"]
        assert found["DeletionProtection"] is False


def test_an_update_that_fails_half_way_tells_what_it_did(
    staged: StagedRunner, snapshot: SnapshotAssertion
) -> None:
    """AWS refused one resource: its name, AWS's words, and what was made until then."""
    refused = "creating aws:ec2/subnet:Subnet: CreateSubnet: InvalidSubnet.Conflict: overlaps"
    staged.runs["prod"] = [an_error(refused, "aws:ec2/subnet:Subnet", "s-2a"), a_summary(create=7)]
    staged.fails_late = "prod"
    console = a_screen()

    code = up.up("prod", console)

    assert code == Exit.FAILED
    assert told(console) == snapshot
