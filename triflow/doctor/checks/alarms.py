"""P21: an alarm that is not there, is muted, sees nothing, or rings."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor.answers import Facts, Seen
from triflow.doctor.finding import MEND, Found, check

KIND: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
FIRST_DATA: Final = timedelta(minutes=15)
PATIENCE: Final = 3  # times the alarm's own window


def _pairs(facts: Facts) -> Iterator[tuple[Seen, Seen | None]]:
    """Yield each declared alarm, and what AWS says of it; None if it has none."""
    live = {one["AlarmName"].text: one for one in facts["alarms"]["MetricAlarms"].each()}
    for name in facts.deployed.named(KIND):
        declared = facts.declared(name)
        yield declared, live.get(declared["name"].text)


def _live(facts: Facts) -> Iterator[tuple[Seen, Seen]]:
    yield from ((declared, live) for declared, live in _pairs(facts) if live)


@check(
    "alarm-missing",
    "P21",
    "critical",
    reads=("alarms",),
    says="An alarm of the program does not exist.",
    remedy=MEND,
)
def missing(facts: Facts) -> Iterator[Found]:
    """The state names the alarms; CloudWatch has to have each."""
    for declared, live in _pairs(facts):
        if live is None:
            yield Found(declared["name"].text, "CloudWatch knows no such alarm")


@check(
    "alarm-actions-off",
    "P21",
    "critical",
    reads=("alarms",),
    says="An alarm is muted.",
    remedy="aws cloudwatch enable-alarm-actions --alarm-names {resource}",
)
def muted(facts: Facts) -> Iterator[Found]:
    """Someone silenced it during work, and forgot."""
    for declared, live in _live(facts):
        wanted = declared.maybe("actionsEnabled")
        if not live["ActionsEnabled"].flag and (wanted is None or wanted.flag):
            yield Found(live["AlarmName"].text, "ActionsEnabled is false")


@check(
    "alarm-no-action",
    "P21",
    "critical",
    reads=("alarms",),
    says="An alarm tells nobody.",
    remedy=MEND,
)
def silent(facts: Facts) -> Iterator[Found]:
    """Every action that the program gave it has to be there still."""
    for declared, live in _live(facts):
        wanted = {one.text for one in (declared.maybe("alarmActions") or _none()).each()}
        lost = wanted - {one.text for one in live["AlarmActions"].each()}
        if lost:
            named = ", ".join(sorted(one.rpartition(":")[2] for one in lost))
            yield Found(live["AlarmName"].text, f"it no longer tells {named}")


def _none() -> Seen:
    return Seen((), "nothing")


@check(
    "alarm-wrong-dimension",
    "P21",
    "critical",
    reads=("alarms",),
    says="An alarm watches something else than the program's resource.",
    remedy=MEND,
)
def elsewhere(facts: Facts) -> Iterator[Found]:
    """Of a sum of several metrics no dimensions are compared; the state has none there."""
    for declared, live in _live(facts):
        wanted = declared.maybe("dimensions")
        if wanted:
            found = {one["Name"].text: one["Value"].text for one in live["Dimensions"].each()}
            for key, value in wanted.items():
                if found.get(key) != value.text:
                    evidence = f"{key} is {found.get(key)} instead of {value.text}"
                    yield Found(live["AlarmName"].text, evidence)


@check(
    "alarm-threshold-drift",
    "P21",
    "warning",
    reads=("alarms",),
    says="An alarm was changed by hand.",
    remedy=MEND,
)
def changed(facts: Facts) -> Iterator[Found]:
    """Threshold and comparison, against the state."""
    for declared, live in _live(facts):
        limit, wanted = declared.maybe("threshold"), declared["comparisonOperator"].text
        if limit and live["Threshold"].number != limit.number:
            evidence = f"its threshold is {live['Threshold'].number:g}, not {limit.number:g}"
            yield Found(live["AlarmName"].text, evidence)
        elif live["ComparisonOperator"].text != wanted:
            yield Found(live["AlarmName"].text, f"it compares otherwise than {wanted}")


@check(
    "alarm-no-data",
    "P21",
    "warning",
    reads=("alarms",),
    says="An alarm sees no data, and so will never ring.",
    remedy="aws cloudwatch describe-alarms --alarm-names {resource}",
)
def no_data(facts: Facts) -> Iterator[Found]:
    """Right after a deployment this is normal; so it is given time."""
    for _declared, live in _live(facts):
        if live["StateValue"].text == "INSUFFICIENT_DATA":
            since = live["StateUpdatedTimestamp"].time
            if facts.now - since > max(FIRST_DATA, PATIENCE * _window(live)):
                yield Found(live["AlarmName"].text, f"since {since:%m-%d %H:%M} UTC")


def _window(live: Seen) -> timedelta:
    """Return how far an alarm looks back; one over several metrics has its period in them."""
    period = live.maybe("Period")
    seconds = period.number if period else FIRST_DATA.total_seconds()
    return timedelta(seconds=seconds * live["EvaluationPeriods"].number)


@check(
    "alarm-firing",
    "P21",
    "critical",
    reads=("alarms",),
    says="An alarm rings.",
    remedy="aws cloudwatch describe-alarm-history --alarm-name {resource} --max-records 5",
)
def rings(facts: Facts) -> Iterator[Found]:
    """As severe as the topic that it tells; one that only scales tells none."""
    critical = facts.deployed.arn("alerts-topics-critical")
    warning = facts.deployed.arn("alerts-topics-warning")
    for _declared, live in _live(facts):
        if live["StateValue"].text == "ALARM":
            actions = {one.text for one in live["AlarmActions"].each()}
            name, why = live["AlarmName"].text, live["StateReason"].text
            if critical in actions:
                yield Found(name, why)
            elif warning in actions:
                yield Found(name, why, "warning")
