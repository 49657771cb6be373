"""P15: the load balancer answers 502 or 503, or does not route; its groups are checked apart."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor import metrics
from triflow.doctor.answers import Facts, Seen
from triflow.doctor.finding import MEND, Found, check

LATELY: Final = timedelta(minutes=15)
JUST_NOW: Final = timedelta(minutes=10)  # two points, since the newest may still be growing
MANY: Final = 10  # answers: fewer are no pattern
SHARE: Final = 0.05  # of the requests, as the alarm alb-5xx-rate has it
LISTENERS: Final = ("load-balancer-https", "load-balancer-http")


@check(
    "alb-no-healthy-target",
    "P15",
    "critical",
    reads=("targets",),
    says="No healthy task is behind the load balancer.",
    remedy="triflow doctor --problem P12 --problem P13 --stack {stack}",
)
def no_healthy_target(facts: Facts) -> Iterator[Found]:
    """Draining ones answer what they have begun, and nothing new."""
    group = facts.deployed.output("alb_target_group_arn")
    if facts.gone("targets"):
        yield Found(_short(group), "AWS knows no such target group")
        return
    states = [one["TargetHealth"]["State"].text for one in _targets(facts)]
    if "healthy" not in states:
        counted = ", ".join(f"{states.count(one)} {one}" for one in sorted(set(states)))
        yield Found(_short(group), f"its targets: {counted or 'none'}")


def _targets(facts: Facts) -> list[Seen]:
    return facts["targets"]["TargetHealthDescriptions"].each()


def _short(arn: str) -> str:
    return arn.rpartition(":")[2]


def _balancer(facts: Facts) -> str:
    return _short(facts.deployed.output("alb_arn"))


def _rate(facts: Facts, key: str, what: str, within: timedelta) -> Iterator[Found]:
    """Find a count that is more than a twentieth of the requests, and no accident."""
    count = metrics.counted(facts, key, within)
    requests = max(metrics.counted(facts, "requests", within), count)
    if count >= MANY and count > SHARE * requests:
        minutes = int(within.total_seconds() // 60)
        evidence = f"{count:.0f} of {requests:.0f} requests {what} in {minutes} min"
        yield Found(_balancer(facts), evidence)


@check(
    "alb-502-rate",
    "P15",
    "critical",
    reads=("metrics",),
    says="The load balancer answers 502: tasks refuse or break its connections.",
    remedy="triflow doctor --problem P12 --stack {stack}",
)
def bad_gateway(facts: Facts) -> Iterator[Found]:
    """A request that found no task is no request to CloudWatch, only an error."""
    yield from _rate(facts, "balancer_502", "were answered with 502", LATELY)


@check(
    "alb-503-seen",
    "P15",
    "critical",
    reads=("metrics",),
    says="The load balancer answers 503: it has no task to send to.",
    remedy="triflow doctor --problem P12 --stack {stack}",
)
def unavailable(facts: Facts) -> Iterator[Found]:
    """Even a few are an outage for whoever asked."""
    count = metrics.counted(facts, "balancer_503", LATELY)
    if count >= MANY:
        evidence = f"{count:.0f} requests were answered with 503 in 15 min"
        yield Found(_balancer(facts), evidence)


@check(
    "alb-target-5xx",
    "P15",
    "critical",
    reads=("metrics",),
    says="The backend itself answers 5xx.",
    remedy="aws logs tail /aws/ecs/{prefix}-backend --since 15m --filter-pattern ERROR",
)
def backend_errors(facts: Facts) -> Iterator[Found]:
    """What the tasks answered, and the load balancer handed on."""
    yield from _rate(facts, "target_5xx", "were answered with 5xx by the backend", JUST_NOW)


@check(
    "alb-keepalive-race",
    "P15",
    "warning",
    reads=("metrics", "targets"),
    says="The backend closes idle connections before the load balancer does.",
    remedy="uvicorn app.main:app --timeout-keep-alive 75",
)
def keep_alive(facts: Facts) -> Iterator[Found]:
    """Refused connections while tasks are healthy: the load balancer keeps its own for 60 s."""
    refused = metrics.counted(facts, "target_refused", LATELY)
    healthy = [one for one in _targets(facts) if one["TargetHealth"]["State"].text == "healthy"]
    if refused >= MANY and healthy:
        evidence = f"{refused:.0f} connections refused in 15 min by {len(healthy)} healthy tasks"
        yield Found(_balancer(facts), evidence)


@check(
    "alb-listener-broken",
    "P15",
    "critical",
    reads=("load_balancer", "listeners"),
    says="The load balancer does not route as the program asked.",
    remedy=MEND,
)
def routing(facts: Facts) -> Iterator[Found]:
    """Ports, kinds of action, target groups and certificate policy, against the state."""
    name = _balancer(facts)
    if facts.gone("load_balancer") or facts.gone("listeners"):
        yield Found(name, "AWS knows no such load balancer")
        return
    state = facts["load_balancer"]["LoadBalancers"].first()["State"]["Code"].text
    if state != "active":
        yield Found(name, f"its state is {state}")
    live = {one["Port"].number: one for one in facts["listeners"]["Listeners"].each()}
    for listener in LISTENERS:
        declared = facts.declared(listener)
        port = declared["port"].number
        if port not in live:
            yield Found(name, f"nothing listens on {port:.0f}")
        else:
            yield from _differences(name, declared, live[port])


def _differences(name: str, declared: Seen, live: Seen) -> Iterator[Found]:
    wish, action = declared["defaultActions"].first(), live["DefaultActions"].first()
    port, kind = f"{declared['port'].number:.0f}", wish["type"].text
    if action["Type"].text != kind:
        yield Found(name, f"{port} answers with {action['Type'].text} instead of {kind}")
    elif kind == "forward":
        wanted = {one["arn"].text for one in wish["forward"]["targetGroups"].each()}
        groups = action["ForwardConfig"]["TargetGroups"].each()
        if {one["TargetGroupArn"].text for one in groups} != wanted:
            yield Found(name, f"{port} forwards to other target groups than declared")
    policy = declared.maybe("sslPolicy")
    if policy and live["SslPolicy"].text != policy.text:
        yield Found(name, f"{port} uses {live['SslPolicy'].text} instead of {policy.text}")
