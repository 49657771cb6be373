"""`triflow cost actual`: whole screens on recorded answers of Cost Explorer."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber
from syrupy.assertion import SnapshotAssertion

from cost import bill
from cost.tables import dollars
from tests.cost.recorded import a_month_of, a_stack
from tests.triflow.stage import a_screen, text_of
from triflow import aws
from triflow.aws import Aws
from triflow.cost import actual, sources
from triflow.cost import explorer as explorer_module
from triflow.errors import Exit, TriflowError

TODAY = date(2026, 11, 22)
FIRST = date(2026, 11, 12)
NAT = "EC2 - Other"


class Explorer(Aws):
    """An account of which only Cost Explorer is asked, by a client that answers from a list."""

    def client(self, service: str, region: str = "") -> Any:  # noqa: ANN401 - as in Aws
        """Return the stubbed client."""
        assert (service, region) == ("ce", "us-east-1")
        return self._clients["ce"]


@pytest.fixture
def explorer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """What Cost Explorer will answer; every answer has to be asked for."""
    session = botocore.session.Session()
    session.set_credentials("a", "b")
    client = session.create_client("ce", "us-east-1")

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Clock":  # noqa: ANN401 - the library's signature
            return cls(TODAY.year, TODAY.month, TODAY.day, tzinfo=tz or UTC)

    monkeypatch.setattr(actual, "datetime", Clock)
    monkeypatch.setattr(aws, "find", lambda: Explorer(session, None, [], {"ce": client}))
    monkeypatch.setattr(sources, "deployed", a_stack)
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def period(days: int = 30) -> dict[str, str]:
    """Return the days that are asked about."""
    return {"Start": str(TODAY - timedelta(days=days)), "End": str(TODAY)}


def groups(costs: Mapping[str, Decimal | str]) -> list[dict[str, Any]]:
    """Return costs as Cost Explorer groups them."""
    return [
        {"Keys": [name], "Metrics": {"AmortizedCost": {"Amount": str(usd), "Unit": "USD"}}}
        for name, usd in costs.items()
    ]


def a_day(day: date, costs: Mapping[str, Decimal | str]) -> dict[str, Any]:
    """Return one day of an answer."""
    return {
        "TimePeriod": {"Start": str(day), "End": str(day + timedelta(days=1))},
        "Groups": groups(costs),
    }


def a_bill(more: Mapping[int, Mapping[str, str]], days: int = 10) -> list[dict[str, Any]]:
    """Return ten days as estimated for prod, with other costs on some of them."""
    usual = {
        name: usd / bill.DAYS_OF_MONTH for name, usd in bill.by_service(a_month_of("prod")).items()
    }
    nothing_yet = [a_day(FIRST - timedelta(days=1), {"Amazon Relational Database Service": "0"})]
    return nothing_yet + [
        a_day(FIRST + timedelta(days=number), {**usual, **more.get(number, {})})
        for number in range(days)
    ]


def billed(stub: Stubber, days: list[dict[str, Any]], pages: int = 1) -> None:
    """Have the bill by day answered, in pages."""
    size = -(-len(days) // pages)
    tag = {"Tags": {"Key": "Environment", "Values": ["prod"]}}
    records = {"Key": "RECORD_TYPE", "Values": ["Tax", "Credit", "Refund"]}
    for page in range(pages):
        asked: dict[str, Any] = {
            "TimePeriod": period(),
            "Granularity": "DAILY",
            "Metrics": ["AmortizedCost"],
            "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
            "Filter": {"And": [tag, {"Not": {"Dimensions": records}}]},
        }
        if page:
            asked["NextPageToken"] = f"page {page}"
        answer: dict[str, Any] = {"ResultsByTime": days[page * size : (page + 1) * size]}
        if page + 1 < pages:
            answer["NextPageToken"] = f"page {page + 1}"
        stub.add_response("get_cost_and_usage", answer, asked)


def used_for(stub: Stubber, **kinds: str) -> None:
    """Have the usage types of the dearest service answered."""
    month = {"TimePeriod": period(), "Groups": groups(kinds)}
    stub.add_response("get_cost_and_usage", {"ResultsByTime": [month]})


def reserved(stub: Stubber, used: str, covered: str, hours: str = "730") -> None:
    """Have the use of reservations answered."""
    stub.add_response(
        "get_reservation_utilization",
        {
            "Total": {"PurchasedHours": hours, "UtilizationPercentage": used},
            "UtilizationsByTime": [],
        },
    )
    if Decimal(hours):
        stub.add_response(
            "get_reservation_coverage",
            {
                "Total": {"CoverageHours": {"CoverageHoursPercentage": covered}},
                "CoveragesByTime": [],
            },
        )


def told() -> str:
    """Return the whole screen without blanks at line ends."""
    console = a_screen()
    assert actual.actual("prod", console) == Exit.DONE
    return "\n".join(line.rstrip() for line in text_of(console).splitlines())


@pytest.mark.clause("F1", "F2")
def test_a_dearer_bill_is_explained(explorer: Stubber, snapshot: SnapshotAssertion) -> None:
    """By service, by what it was used for, by the day that stands out, by the reservation."""
    billed(explorer, a_bill({3: {NAT: "9.80"}, 4: {"AWS Glue": "0.40"}}), pages=2)
    used_for(
        explorer,
        **{
            "APN2-NatGateway-Hours": "14.16",
            "APN2-NatGateway-Bytes": "8.42",
            "APN2-DataTransfer-Regional-Bytes": "0.13",
            "APN2-EBS": "0",
        },
    )
    reserved(explorer, "50.0", "100.0")

    assert told() == snapshot


def test_a_bill_as_told_has_nothing_to_explain(explorer: Stubber) -> None:
    """Ten days of the bill are held against ten days of the estimate, not against a month."""
    billed(explorer, a_bill({}))
    explorer.add_client_error("get_reservation_utilization", "DataUnavailableException", "none")

    screen = told()

    assert "prod, 10 days from 2026-11-12 to 2026-11-21, before tax:" in screen
    assert "above the estimate" not in screen
    assert screen.endswith("No day stands out.\nThe account has no reservation of a database.")
    assert dollars(a_month_of("prod").usd * 10 / bill.DAYS_OF_MONTH) in screen


def test_an_account_without_reserved_hours_has_no_reservation(explorer: Stubber) -> None:
    """Cost Explorer answers zeros to some accounts, and that it has no data to others."""
    billed(explorer, a_bill({}))
    reserved(explorer, "0", "0", hours="0")

    assert "The account has no reservation of a database." in told()


def test_a_reservation_that_is_used_needs_no_advice(explorer: Stubber) -> None:
    """Above 95 percent nothing is wasted worth a look."""
    billed(explorer, a_bill({}))
    reserved(explorer, "99.7", "98.2")

    screen = told()

    assert "reserved database hours 100 % were used; they covered 98 % of what ran" in screen
    assert "Fix:" not in screen


@pytest.mark.parametrize("code", ["", "DataUnavailableException"])
def test_no_bill_yet_is_a_sentence(explorer: Stubber, code: str) -> None:
    """A stack of today, a tag that is not activated, or the local AWS."""
    if code:
        explorer.add_client_error("get_cost_and_usage", code, "none")
    else:
        billed(explorer, [])

    with pytest.raises(TriflowError) as nothing:
        told()

    assert str(nothing.value) == (
        "Cost Explorer knows no cost of prod from 2026-10-23 to 2026-11-22 in AWS, "
        "ap-northeast-2. A bill is a day behind, and the tag Environment counts only once it is "
        "activated; the local AWS sends none.\n"
        "Fix: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status "
        "TagKey=Environment,Status=Active   (then again tomorrow)"
    )


def test_a_permission_that_is_missing_is_a_sentence(explorer: Stubber) -> None:
    """Cost Explorer is often closed to everyone but the owner of the account."""
    explorer.add_client_error(
        "get_cost_and_usage",
        "AccessDeniedException",
        "User: arn:aws:sts::1:assumed-role/dev is not authorized to perform: ce:GetCostAndUsage",
    )

    with pytest.raises(TriflowError) as denied:
        told()

    assert str(denied.value).splitlines()[0] == (
        "GetCostAndUsage was denied (AccessDeniedException): User: arn:aws:sts::1:assumed-role/dev "
        "is not authorized to perform: ce:GetCostAndUsage. The command stops here."
    )


def test_a_resource_without_a_price_is_a_sentence(
    explorer: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is a bill, but nothing whole to hold it against."""
    unheard = a_stack("prod")[0]
    unheard = type(unheard)("urn:pulumi:prod::p::aws:glue/job:Job::j", "aws:glue/job:Job", {})
    monkeypatch.setattr(sources, "deployed", lambda _name: (unheard,))
    billed(explorer, a_bill({}))

    with pytest.raises(TriflowError, match="nothing says what aws:glue/job:Job costs"):
        told()


def test_a_profile_that_does_not_exist_is_a_sentence() -> None:
    """The client is refused before anything is asked."""
    asked = explorer_module.Question("prod", FIRST, TODAY)

    with pytest.raises(TriflowError, match=r"config profile \(nobody\) could not be found"):
        explorer_module.by_day(Aws(botocore.session.Session(profile="nobody")), asked)
