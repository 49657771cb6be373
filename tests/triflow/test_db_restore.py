"""`triflow db restore`: to which times, with what of the source, and how long it took."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import PREFIX, a_prod
from tests.triflow.stage import a_screen, text_of
from triflow import aws, outputs
from triflow.db import restore
from triflow.db.restore import Window
from triflow.deployed import Deployed
from triflow.errors import Exit, TriflowError

NAME = f"{PREFIX}-db"
BORN = datetime(2026, 1, 1, tzinfo=UTC)
LATEST = datetime(2026, 1, 20, 6, 4, 30, tzinfo=UTC)
ASKED = LATEST + timedelta(minutes=3)
WINDOW = Window(LATEST - timedelta(days=7), LATEST, ASKED)
POINT = datetime(2026, 1, 20, 5, 0, tzinfo=UTC)
NEW = f"{NAME}-at-20260120-050000"
Answers = dict[str, Told]


def a_source(**changed: object) -> dict[str, Any]:
    """Return the database of prod as RDS describes it."""
    return {
        "DBInstanceIdentifier": NAME,
        "DbiResourceId": "db-OLD",
        "DBInstanceStatus": "available",
        "DBInstanceClass": "db.t4g.medium",
        "InstanceCreateTime": BORN,
        "LatestRestorableTime": LATEST,
        "BackupRetentionPeriod": 7,
        "Endpoint": {"Address": f"{NAME}.abc.rds.amazonaws.com", "Port": 5432},
        "DBSubnetGroup": {"DBSubnetGroupName": f"{NAME}-subnets"},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-rds", "Status": "active"}],
        "DBParameterGroups": [{"DBParameterGroupName": f"{NAME}-postgres14"}],
        "MultiAZ": True,
        "StorageType": "gp3",
        "AllocatedStorage": 100,
        "MaxAllocatedStorage": 200,
        "AutoMinorVersionUpgrade": True,
        "CopyTagsToSnapshot": True,
        "DeletionProtection": True,
        "EnabledCloudwatchLogsExports": ["postgresql"],
        "IAMDatabaseAuthenticationEnabled": True,
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "TagList": [
            {"Key": "Environment", "Value": "prod"},
            {"Key": "aws:secretsmanager:owner", "Value": "rds"},
        ],
    } | changed


def a_copy(status: str, *, asked: str = "time", hours: float = 1.5) -> dict[str, Any]:
    """Return the new instance in a status, begun some hours ago."""
    started = datetime.now(UTC) - timedelta(hours=hours)
    tags = {
        restore.STARTED: started.isoformat(),
        restore.POINT: POINT.isoformat(),
        restore.ASKED: asked,
    }
    return a_source(
        DBInstanceIdentifier=NEW,
        DbiResourceId="db-NEW",
        DBInstanceStatus=status,
        Endpoint={"Address": f"{NEW}.abc.rds.amazonaws.com", "Port": 5432},
        TagList=[{"Key": key, "Value": value} for key, value in tags.items()],
    )


def an_rds(*copies: dict[str, Any]) -> Answers:
    """Return answers in which the copy is described so, one look after the other.

    The first is what a list of all instances has; none if there is no copy yet.
    """
    coming = list(copies)

    def describe(params: Any) -> dict[str, Any]:  # noqa: ANN401 - botocore's
        wish = params.get("DBInstanceIdentifier")
        if wish == NAME:
            return {"DBInstances": [a_source()]}
        if wish == NEW:
            return {"DBInstances": [coming.pop(0) if len(coming) > 1 else coming[0]]}
        return {"DBInstances": [a_source()]}

    window = {"RestoreWindow": {"EarliestTime": WINDOW.earliest, "LatestTime": LATEST}}
    return {
        "rds.DescribeDBInstances": describe,
        "rds.DescribeDBInstanceAutomatedBackups": {"DBInstanceAutomatedBackups": [window]},
        "rds.RestoreDBInstanceToPointInTime": {"DBInstance": a_copy("creating")},
    }


def restoring(
    monkeypatch: pytest.MonkeyPatch, answers: Answers, to: str = "2026-01-20 14:00"
) -> tuple[AwsStandIn, str]:
    """Run the verb on an account that answers so; return what was asked, and the screen."""
    recorded = a_prod()
    (database,) = recorded.of_kind("aws:rds/instance:Instance")
    database["outputs"]["identifier"] = NAME
    monkeypatch.setattr(outputs, "read", lambda _aws, _stack: recorded)
    stand_in = AwsStandIn(answers, local=False)
    monkeypatch.setattr(aws, "find", lambda: stand_in.aws)
    monkeypatch.setattr(restore, "time", SimpleNamespace(sleep=lambda _seconds: None))
    screen = a_screen()
    assert restore.restore("prod", to, screen) == Exit.DONE
    return stand_in, text_of(screen)


def asked(stand_in: AwsStandIn) -> dict[str, Any]:
    """Return the parameters of the one restore."""
    (params,) = [p for name, p in stand_in.asked if name == "rds.RestoreDBInstanceToPointInTime"]
    return dict(params)


@pytest.mark.clause("D14")
def test_the_new_instance_has_all_that_protects_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without these RDS takes defaults: the VPC's open group, no limits, no logs, no standby."""
    stand_in, _ = restoring(monkeypatch, an_rds(a_copy("available")))

    params = asked(stand_in)
    tags = {tag["Key"]: tag["Value"] for tag in params.pop("Tags")}
    assert params == {
        "SourceDBInstanceIdentifier": NAME,
        "TargetDBInstanceIdentifier": NEW,
        "RestoreTime": POINT,
        "DBInstanceClass": "db.t4g.medium",
        "Port": 5432,
        "DBSubnetGroupName": f"{NAME}-subnets",
        "VpcSecurityGroupIds": ["sg-rds"],
        "DBParameterGroupName": f"{NAME}-postgres14",
        "MultiAZ": True,
        "PubliclyAccessible": False,
        "StorageType": "gp3",
        "MaxAllocatedStorage": 200,
        "AutoMinorVersionUpgrade": True,
        "EnableIAMDatabaseAuthentication": True,
        "CopyTagsToSnapshot": True,
        "DeletionProtection": True,
        "EnableCloudwatchLogsExports": ["postgresql"],
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "ManageMasterUserPassword": True,
    }
    assert tags["Environment"] == "prod"
    assert "aws:secretsmanager:owner" not in tags


@pytest.mark.clause("D14")
def test_the_time_it_took_is_told_against_four_hours(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """Each new status is a line, then both objectives, then how to switch over."""
    answers = an_rds(a_copy("creating"), a_copy("backing-up"), a_copy("available"))

    _, screen = restoring(monkeypatch, answers)

    # The seconds that the test itself took, and the years since the staged backup.
    told = [line for line in screen.splitlines() if not line.startswith("The latest time")]
    assert re.sub(r"90 min \d+ s", "90 min", "\n".join(told)) == snapshot


@pytest.mark.clause("D14")
def test_both_objectives_are_kept_or_said_to_be_missed() -> None:
    """Four hours and five minutes are the limits, both still within."""
    slow = a_copy("available", hours=4.1)
    behind = Window(WINDOW.earliest, LATEST, LATEST + timedelta(minutes=6))

    well = list(restore.report(a_copy("available", hours=3.9), WINDOW, watched=True))
    badly = list(restore.report(slow, behind, watched=True))

    assert [("within" in line, "BEYOND" in line) for line in well[1:]] == [(True, False)] * 2
    assert [("within" in line, "BEYOND" in line) for line in badly[1:]] == [(False, True)] * 2
    assert badly[2].endswith("6 min: BEYOND the 5 min of loss (ADR D14).")


@pytest.mark.clause("D14")
@pytest.mark.parametrize(
    "to", ["2026-01-20 15:05", "2026-01-13 15:04", "2020-01-01", "2026-01-20T06:05Z"]
)
def test_a_time_outside_the_window_restores_nothing(
    monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    """Later than the latest, earlier than the backups kept: the window is told in Korean time."""
    answers = {**an_rds(), "rds.RestoreDBInstanceToPointInTime": "ItWasAsked"}

    with pytest.raises(TriflowError) as failure:
        restoring(monkeypatch, answers, to)

    assert "lies outside what RDS can restore: 2026-01-13 15:04 KST to 2026-01-20 15:04 KST." in (
        failure.value.fact
    )


@pytest.mark.parametrize(
    ("to", "point"),
    [
        ("2026-01-20 14:00", POINT),
        ("2026-01-20T14:00:00+09:00", POINT),
        ("2026-01-20T05:00Z", POINT),
        ("latest", LATEST),
    ],
)
def test_a_time_without_a_zone_is_korean(to: str, point: datetime) -> None:
    """As the windows and hours of the stack files are."""
    assert restore.chosen(to, WINDOW) == point


@pytest.mark.parametrize("to", ["", "yesterday", "14:00", "2026-02-30"])
def test_what_is_no_time_is_answered_with_one(to: str) -> None:
    """The fix is a line that works."""
    with pytest.raises(TriflowError) as failure:
        restore.chosen(to, WINDOW)

    assert failure.value.fact == f"{to!r} is no time."


def test_the_latest_time_is_left_to_rds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment later it knows a later one."""
    name = f"{NAME}-at-20260120-060430"
    answers = an_rds(a_copy("available"))
    made = a_copy("available") | {"DBInstanceIdentifier": name}

    stand_in, _ = restoring(
        monkeypatch,
        {**answers, "rds.RestoreDBInstanceToPointInTime": {"DBInstance": made}},
        "latest",
    )

    params = asked(stand_in)
    assert params["UseLatestRestorableTime"] is True
    assert "RestoreTime" not in params
    assert params["TargetDBInstanceIdentifier"] == name


@pytest.mark.clause("D14")
@pytest.mark.parametrize(("to", "kind"), [("2026-01-20 14:00", "time"), ("latest", restore.LATEST)])
def test_a_restore_that_was_interrupted_is_found_and_not_begun_again(
    monkeypatch: pytest.MonkeyPatch, to: str, kind: str
) -> None:
    """The time counts from the first run, which the instance's tag remembers."""
    answers = an_rds(a_copy("available", asked=kind))
    describe = answers["rds.DescribeDBInstances"]
    assert callable(describe)

    def with_copy(params: Any) -> Any:  # noqa: ANN401 - botocore's
        if params.get("DBInstanceIdentifier"):
            return describe(params)
        return {"DBInstances": [a_source(), a_copy("creating", asked=kind)]}

    stand_in, screen = restoring(monkeypatch, {**answers, "rds.DescribeDBInstances": with_copy}, to)

    assert "rds.RestoreDBInstanceToPointInTime" not in stand_in.operations
    assert "It took 90 min" in screen


def test_one_that_was_ready_before_anybody_looked_claims_no_time() -> None:
    """When it became available is not known, so no figure is made up."""
    lines = list(restore.report(a_copy("available"), WINDOW, watched=False))

    assert lines[1] == "It was there already, so the time that it took is not known."


@pytest.mark.parametrize("status", ["failed", "incompatible-restore", "storage-full"])
def test_an_instance_that_does_not_come_up_ends_the_waiting(
    monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    """The sentence says that the running database was not touched, and where RDS says why."""
    with pytest.raises(TriflowError) as failure:
        restoring(monkeypatch, an_rds(a_copy("creating"), a_copy(status)))

    assert failure.value.fact == f"{NEW} is {status}."
    assert f"--source-identifier {NEW}" in failure.value.fix


@pytest.mark.parametrize(
    "operation", ["rds.DescribeDBInstances", "rds.RestoreDBInstanceToPointInTime"]
)
@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_a_refusal_of_rds_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, operation: str, code: str
) -> None:
    """Denied and throttled alike, at the first call and at the one that matters."""
    with pytest.raises(TriflowError) as failure:
        restoring(monkeypatch, {**an_rds(a_copy("creating")), operation: code})

    assert code in failure.value.fact


def test_a_window_whose_beginning_is_denied_is_that_of_the_days_kept() -> None:
    """Or of the instance, where that is younger than its backups may be."""
    denied: Answers = {"rds.DescribeDBInstanceAutomatedBackups": "AccessDenied"}

    old = restore.window_of(AwsStandIn(denied).aws, a_source())
    young = restore.window_of(
        AwsStandIn(denied).aws, a_source(InstanceCreateTime=LATEST - timedelta(days=1))
    )

    assert old.earliest == LATEST - timedelta(days=7)
    assert young.earliest == LATEST - timedelta(days=1)


def test_a_database_without_backups_names_the_weekly_ones() -> None:
    """There is no time to choose from."""
    source = a_source()
    del source["LatestRestorableTime"]

    with pytest.raises(TriflowError) as failure:
        restore.window_of(AwsStandIn({}).aws, source)

    assert failure.value.fact == f"{NAME} has no automated backup yet."


def test_a_stack_without_a_database_is_told_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half deployed is no error of the program's."""
    empty = Deployed("prod", ())
    monkeypatch.setattr(outputs, "read", lambda _aws, _stack: empty)
    monkeypatch.setattr(aws, "find", lambda: AwsStandIn({}, local=False).aws)

    with pytest.raises(TriflowError) as failure:
        restore.restore("prod", "latest", a_screen())

    assert failure.value.fact == "prod has no database yet."
