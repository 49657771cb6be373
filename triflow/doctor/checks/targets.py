"""P12: what the load balancer says of a task's health, and what the task says in its log."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Final, NamedTuple

from triflow.doctor import crashes, masking
from triflow.doctor.answers import Facts, NotApplicable, Seen, Unknown
from triflow.doctor.checks.service import AGAIN, named
from triflow.doctor.finding import MEND, Ask, Found, Severity, check

HEALTHY: Final = "healthy"
FIRST_CHECKS: Final = timedelta(minutes=5)
BACKEND: Final = "load-balancer-backend"
# The state's word, and AWS's.
HEALTH_CHECK: Final = {
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthyThreshold": "HealthyThresholdCount",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}


class Reason(NamedTuple):
    """A row: AWS's reason for a target's state, and what follows from it."""

    id: str
    severity: Severity
    reason: str
    says: str
    remedy: str


REASONS: Final = (
    Reason(
        "target-timeout",
        "critical",
        "Target.Timeout",
        "A task does not answer the health check in time.",
        "triflow logs tail --stack {stack}",
    ),
    Reason(
        "target-failed-checks",
        "critical",
        "Target.FailedHealthChecks",
        "A task refuses or breaks the health check's connection: nothing listens on 0.0.0.0:8000.",
        "triflow logs tail --stack {stack}",
    ),
    Reason(
        "target-code-mismatch",
        "critical",
        "Target.ResponseCodeMismatch",
        "GET /health does not answer 200.",
        'triflow exec "curl -sS -i localhost:8000/health" --stack {stack}',
    ),
    Reason(
        "target-elb-error",
        "warning",
        "Elb.InternalError",
        "The load balancer itself failed, which usually passes in minutes.",
        "triflow doctor --problem P12 --stack {stack} --watch",
    ),
)


def _targets(facts: Facts) -> list[Seen]:
    return facts["targets"]["TargetHealthDescriptions"].each()


def _for(reason: str) -> Ask:
    def ask(facts: Facts) -> Iterator[Found]:
        for one in _targets(facts):
            given = one["TargetHealth"].maybe("Reason")
            if given and given.text == reason:
                words = one["TargetHealth"].maybe("Description")
                address = one["Target"]["Id"].text
                yield Found(address, f"{reason}: {words.text if words else 'no description'}")

    return ask


for _row in REASONS:
    check(_row.id, "P12", _row.severity, reads=("targets",), says=_row.says, remedy=_row.remedy)(
        _for(_row.reason)
    )


@check(
    "target-stuck-initial",
    "P12",
    "warning",
    reads=("targets", "tasks"),
    says="A target does not get past its first checks.",
    remedy="triflow logs tail --stack {stack}",
)
def stuck(facts: Facts) -> Iterator[Found]:
    """A task is known to the load balancer by its address."""
    started = {
        address: task["startedAt"].time
        for task in facts["tasks"]["tasks"].each()
        if task["lastStatus"].text == "RUNNING"
        for address in _addresses(task)
    }
    for one in _targets(facts):
        if one["TargetHealth"]["State"].text == "initial":
            address = one["Target"]["Id"].text
            since = started.get(address)
            if since is None:
                raise Unknown(f"no running task has the address {address}")
            if facts.now - since > FIRST_CHECKS:
                yield Found(address, f"initial, though its task started {since:%m-%d %H:%M} UTC")


def _addresses(task: Seen) -> Iterator[str]:
    for container in task["containers"].each():
        for interface in container["networkInterfaces"].each():
            yield interface["privateIpv4Address"].text


@check(
    "health-check-drift",
    "P12",
    "warning",
    reads=("target_group",),
    says="The health check was changed by hand.",
    remedy=MEND,
)
def changed(facts: Facts) -> Iterator[Found]:
    """What the load balancer asks of a task, against the state."""
    name = facts.declared(BACKEND)["name"].text
    if facts.gone("target_group"):
        yield Found(name, "AWS knows no such target group")
        return
    live = facts["target_group"]["TargetGroups"].first()
    wish = facts.declared(BACKEND)["healthCheck"]
    rows = [(key, wish[key], live[word]) for key, word in HEALTH_CHECK.items()]
    rows.append(("matcher", wish["matcher"], live["Matcher"]["HttpCode"]))
    for key, wanted, found in rows:
        if not _same(wanted, found):
            yield Found(name, f"its {key} is {found.value}, not {_plain(wanted)}")


def _same(wanted: Seen, found: Seen) -> bool:
    return _plain(wanted) == _plain(found)


def _plain(one: Seen) -> str:
    """The state writes 15.0 for AWS's 15."""
    return f"{one.number:g}" if isinstance(one.value, int | float) else one.text


@check(
    "app-crash-signature",
    "P12",
    "critical",
    reads=("crash_lines",),
    says="The backend's log says why it crashed.",
    remedy="{remedy}",
)
def crashed(facts: Facts) -> Iterator[Found]:
    """CloudWatch has compared the lines already; the local AWS does not, so it is done again."""
    if facts.gone("crash_lines"):
        raise Unknown("the backend has no log group")
    for event in reversed(facts["crash_lines"]["events"].each()):
        line = event["message"].text
        for signature, remedy in crashes.SIGNATURES.items():
            if signature in line:
                words = {"remedy": remedy.replace("{stack}", facts.deployed.stack)}
                log = facts.deployed.output("log_group_name")
                yield Found(log, masking.shown(line, signature), words=words)
                return


@check(
    "targets-in-one-zone",
    "P12",
    "warning",
    reads=("targets", "private_subnets"),
    says="All healthy tasks are in one zone: its loss would stop the service.",
    remedy=AGAIN,
)
def one_zone(facts: Facts) -> Iterator[Found]:
    """A target's zone is that of the subnet which its address belongs to."""
    subnets = facts["private_subnets"]["Subnets"].each()
    healthy = [
        one["Target"]["Id"].text
        for one in _targets(facts)
        if one["TargetHealth"]["State"].text == HEALTHY
    ]
    if len(healthy) < 2:  # noqa: PLR2004 - one task is in one zone
        raise NotApplicable("fewer than two tasks are healthy")
    zones = {_zone(address, subnets) for address in healthy}
    if len(zones) == 1:
        evidence = f"{len(healthy)} in {zones.pop()}"
        yield Found(named(facts)["service"], evidence, words=named(facts))


def _zone(address: str, subnets: list[Seen]) -> str:
    for one in subnets:
        try:
            if ip_address(address) in ip_network(one["CidrBlock"].text):
                return one["AvailabilityZone"].text
        except ValueError as wrong:
            raise Unknown(f"{address} or {one.place} is no address") from wrong
    raise Unknown(f"{address} is in none of the private subnets")
