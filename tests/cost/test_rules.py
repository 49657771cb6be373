"""What single resources cost, and what is refused because it would cost something else."""

from datetime import date
from decimal import Decimal

import pytest

from cost.errors import CostError
from cost.estimate import estimate
from cost.lines import Line
from cost.resources import UNKNOWN, Resource
from tests.cost.parts import (
    a,
    a_database,
    a_load_balancer,
    a_month,
    a_service,
    an_alarm,
    usd,
)

NAT = "aws:ec2/natGateway:NatGateway"
START = "arn:aws:scheduler:::aws-sdk:rds:startDBInstance"
STOP = "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance"


def line(lines: tuple[Line, ...], what: str) -> Line:
    """Return the only line of that name."""
    (found,) = [each for each in lines if each.what == what]
    return found


def test_a_second_nat_gateway_costs_its_hours_but_no_data_again() -> None:
    """Each GB crosses one of them."""
    one, two = a_month(a(NAT, "a")), a_month(a(NAT, "a"), a(NAT, "c"))

    assert two.usd - one.usd == Decimal(730) * Decimal("0.059")


def test_an_lcu_is_the_largest_dimension_and_not_the_sum() -> None:
    """10 of 25 new connections a second: 0.40; the sum of all four would be 0.444."""
    lcu = line(a_month(a_load_balancer()).lines, "LCUs")

    assert lcu.quantity == Decimal(730) * Decimal("0.4")
    assert "largest: new connections" in lcu.formula


def test_an_internal_load_balancer_has_no_public_addresses() -> None:
    """A public one has one in each zone."""
    difference = usd(a_load_balancer()) - usd(a_load_balancer(internal=True))

    assert difference == 2 * Decimal(730) * Decimal("0.005")


def test_an_alarm_costs_by_its_metrics_and_not_its_expressions() -> None:
    """The alarm on the rate of 5xx answers has three metrics: 0.30."""
    metric = {"metric": {"period": 60}}
    rate = an_alarm(metricQueries=[{"expression": "100*e/r"}, metric, metric, metric])

    assert usd(rate) == Decimal("0.3")
    assert usd(an_alarm()) == Decimal("0.1")


def test_an_alarm_on_seconds_costs_three_times_as_much() -> None:
    """59 seconds cannot be set, but 10 and 30 can."""
    assert usd(an_alarm(period=30)) == Decimal("0.3")


def test_a_gateway_endpoint_is_free_and_an_interface_endpoint_is_not() -> None:
    """What AWS makes if nothing is said is a gateway."""
    kind = "aws:ec2/vpcEndpoint:VpcEndpoint"

    assert usd(a(kind)) == 0
    assert usd(a(kind, vpcEndpointType="Interface", subnetIds=["a", "c"])) > 18


def test_a_database_that_sleeps_at_night_still_pays_its_disk() -> None:
    """Schedules change the instance's hours and nothing else."""
    always = a_month(a_database()).lines
    asleep = a_month(
        a_database(),
        _schedule("start", START, "cron(30 7 ? * MON,TUE,WED,THU,FRI *)"),
        _schedule("stop", STOP, "cron(15 20 ? * * *)"),
    ).lines

    name = "instance db.t4g.medium, multi-AZ"
    share = line(asleep, name).usd / line(always, name).usd
    assert round(share, 4) == round(Decimal(5 * 765) / (7 * 1440), 4)
    assert line(asleep, "disk, multi-AZ") == line(always, "disk, multi-AZ")


def _schedule(name: str, call: str, when: str) -> Resource:
    target = {"arn": call, "input": '{"DbInstanceIdentifier": "the-db"}'}
    kind = "aws:scheduler/schedule:Schedule"
    return a(kind, name, target=target, scheduleExpression=when)


@pytest.mark.parametrize(
    ("day", "inputs", "paid"),
    [
        (date(2026, 11, 22), {}, False),
        (date(2027, 3, 1), {}, True),
        (date(2027, 3, 1), {"engineLifecycleSupport": None}, True),
        (date(2027, 3, 1), {"engineVersion": "15.8"}, False),
    ],
)
def test_extended_support_is_in_the_sum_as_soon_as_it_is_near(
    day: date, inputs: dict[str, str], *, paid: bool
) -> None:
    """PostgreSQL 14 is supported until 2027-02-28; both instances of a pair pay."""
    on = {"engineLifecycleSupport": "open-source-rds-extended-support"}

    lines = a_month(a_database(**(on | inputs)), day=day).lines
    paid_hours = [each.usd for each in lines if each.what == "Extended Support"]

    assert paid_hours == ([4 * Decimal(730) * Decimal("0.12")] if paid else [])


def test_extended_support_that_is_switched_off_is_never_paid() -> None:
    """As prod's database has it."""
    lines = a_month(a_database(), day=date(2030, 1, 1)).lines

    assert "Extended Support" not in {each.what for each in lines}


@pytest.mark.parametrize(
    ("spoiled", "word"),
    [
        (a_database(engine="mysql"), "engine mysql"),
        (a_database(storageType="io2"), "storageType io2"),
        (a_database(databaseInsightsMode="advanced"), "databaseInsightsMode advanced"),
        (a_database(databaseInsightsMode=None), "databaseInsightsMode is not given"),
        (a_database(instanceClass="db.r8g.large"), "rds_db.r8g.large_multi"),
        (
            a_database(
                engineVersion="11", engineLifecycleSupport="open-source-rds-extended-support"
            ),
            "PostgreSQL 11",
        ),
        (a_load_balancer(loadBalancerType="network"), "type network"),
        (an_alarm(thresholdMetricId="band"), "anomaly band"),
        (an_alarm(period="often"), "which is no figure"),
        (a("aws:ecs/service:Service", launchType="EC2"), "FARGATE"),
        (a("aws:ecs/service:Service", launchType="FARGATE"), "size of its tasks"),
        (
            a("aws:ecs/cluster:Cluster", settings=[{"name": "containerInsights", "value": "x"}]),
            "containerInsights x",
        ),
        (a("aws:lambda/function:Function", name="new-one"), "new-one"),
        (a("aws:lambda/function:Function", ephemeralStorage={"size": 1024}), "512 MB"),
        (
            a("aws:lambda/function:Function", name="slack-relay", architectures=["mips"]),
            "architecture mips",
        ),
        (a("aws:cloudwatch/logGroup:LogGroup", name="/aws/ecs/x"), "retentionInDays"),
        (a("aws:cloudwatch/logGroup:LogGroup", name="/new", retentionInDays=1), "/new"),
        (a("aws:cloudwatch/logGroup:LogGroup", logGroupClass="DELIVERY"), "log class"),
        (a("aws:sns/topicSubscription:TopicSubscription", protocol="firehose"), "by firehose"),
        (
            a(
                "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
                rules=[{"transitions": [{"storageClass": "DEEP_ARCHIVE"}]}],
            ),
            "DEEP_ARCHIVE",
        ),
        (a("aws:vpc/unheard:Of"), "nothing says what aws:vpc/unheard:Of costs"),
    ],
)
def test_what_has_no_price_is_refused_and_never_counted_as_nothing(
    spoiled: Resource, word: str
) -> None:
    """The error names the resource or the price, what follows and which file to write."""
    with pytest.raises(CostError, match=word) as told:
        usd(spoiled)

    assert "\nFix: " in str(told.value)


def test_a_second_bucket_is_refused_since_usage_is_told_for_one() -> None:
    """It would be priced like the first, or as nothing."""
    kind = "aws:s3/bucket:Bucket"

    with pytest.raises(CostError, match="one bucket a stack"):
        usd(a(kind, "files"), a(kind, "others"))


def test_a_stack_that_usage_does_not_know_is_refused() -> None:
    """A new environment says first how much it will use."""
    with pytest.raises(CostError, match="qa: how much it uses is not said: nat_gb"):
        estimate("qa", [a(NAT)], date(2026, 11, 22))


def test_an_unknown_value_is_priced_as_its_worst_case_and_named() -> None:
    """In a preview the load balancer's subnets are known to AWS only: all zones of Seoul."""
    told = a_month(a_load_balancer(subnets=UNKNOWN))

    assert told.usd == usd(a_load_balancer(subnets=["a", "b", "c", "d"]))
    assert told.assumed == ("lb: subnets is not known yet, priced as 4",)


def test_an_unknown_value_without_a_worst_case_is_refused() -> None:
    """No guess is made that nobody wrote down."""
    with pytest.raises(CostError, match="name is not known before the update"):
        usd(a("aws:lambda/function:Function", name=UNKNOWN))


def test_tasks_are_held_between_the_limits_of_scaling() -> None:
    """2.5 on average, but never fewer than 4 if those are the least, nor more than 1 if at most."""
    per_task = usd(*a_service(least=3, most=3)) - usd(*a_service(least=2, most=2))

    assert usd(*a_service(least=4)) - usd(*a_service(least=3, most=3)) == per_task
    assert usd(*a_service(least=2)) - usd(*a_service(least=2, most=2)) == per_task / 2


def test_disk_above_the_free_one_is_paid_for() -> None:
    """20 GB of each task are free."""
    free = usd(*a_service(ephemeralStorage={"sizeInGib": 20}))

    assert free == usd(*a_service())
    assert usd(*a_service(ephemeralStorage={"sizeInGib": 21})) > free
