"""Rules of the load balancer (ADR 5): its shape, its listeners, its targets."""

from collections import Counter
from collections.abc import Iterator
from re import search
from typing import Final

from policy import service_figures as figures
from policy import tables
from policy.findings import (
    Finding,
    Judgement,
    Lack,
    must_be,
    must_be_absent,
    must_be_off,
    must_be_on,
    shown,
)
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource, environment_of
from policy.routes import is_public
from policy.tokens import (
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    ROUTE,
    SECURITY_GROUP,
    SUBNET,
    TARGET_GROUP,
)

HTTP: Final = 80
HTTPS: Final = 443

ALB_SHAPE = rule(
    id="alb-shape-and-hardening",
    clause=("L1", "L8"),
    kind="resource",
    tokens=(LOAD_BALANCER,),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_131", "CKV_AWS_150", "CKV_AWS_328", "ELB.4", "ELB.6", "ELB.12"),
    aim="The load balancer faces the internet by IPv4, drops broken headers, logs nothing.",
    otherwise="It would be reached otherwise than decided, or pass on what confuses the backend.",
    fix="use the record's shape, drop invalid headers and protect production's.",
)


@check(ALB_SHAPE, "a")
def it_has_the_decided_shape(balancer: Resource) -> Iterator[Judgement]:
    """Application, internet-facing, IPv4; access logs are off until the table says otherwise."""
    yield from must_be(balancer["loadBalancerType"], "application", absent=True)
    yield from must_be_off(balancer["internal"])
    yield from must_be(balancer["ipAddressType"], "ipv4", absent=True)
    yield from must_be_absent(balancer["subnetMappings"])
    if not figures.ALB_ACCESS_LOGS:
        yield from must_be_off(balancer["accessLogs"]["enabled"])


@check(ALB_SHAPE, "b")
def it_is_hardened(balancer: Resource) -> Iterator[Judgement]:
    """Broken headers and smuggled requests end here; production's cannot be deleted by a slip."""
    yield from must_be_on(balancer["dropInvalidHeaderFields"])
    yield from must_be(balancer["desyncMitigationMode"], "defensive", "strictest", absent=True)
    yield from must_be_on(balancer["enableHttp2"], absent=True)
    yield from must_be(balancer["xffHeaderProcessingMode"], "append", absent=True)
    if environment_of(balancer.urn) not in ("dev", "staging"):
        yield from must_be_on(balancer["enableDeletionProtection"])


ALB_WIRED = rule(
    id="alb-wired",
    clause=("L1", "L2", "L3"),
    kind="stack",
    tokens=(LOAD_BALANCER, SUBNET, ROUTE, LISTENER, SECURITY_GROUP),
    levels="M/M/M",
    severity="high",
    external=("ELB.13",),
    aim="The load balancer stands in both public subnets and listens on 80 and 443.",
    otherwise="Half of the visitors, or those who type no https, would reach nothing.",
    fix="give it the two public subnets, its own group and both listeners.",
)
LISTENS_ON: Final = (HTTP, HTTPS)


@check(ALB_WIRED, "a", each=(LOAD_BALANCER,))
def it_stands_in_both_public_subnets(balancer: Resource, stack: StackView) -> Iterator[Judgement]:
    """Public by their routes, in two zones, with one security group."""
    subnets = stack.dependencies(balancer, "subnets", SUBNET)
    for subnet in subnets:
        if not is_public(stack, subnet):
            yield Finding(f"subnets has {subnet.name}, a private subnet")
    if sorted(subnet["availabilityZone"].text() for subnet in subnets) != [*tables.ZONES]:
        yield Lack(f"subnets are {names(subnets)}, there must be one in each zone")
    groups = stack.dependencies(balancer, "securityGroups", SECURITY_GROUP)
    if len(groups) != 1:
        yield Lack(f"securityGroups are {names(groups)}, there must be the one of its own")


@check(ALB_WIRED, "b", each=(LOAD_BALANCER,))
def it_listens_on_two_ports(balancer: Resource, stack: StackView) -> Iterator[Judgement]:
    """One listener on 80, one on 443, and no other."""
    listeners = stack.referring(LISTENER, "loadBalancerArn", balancer)
    ports = Counter(listener["port"].number() for listener in listeners)
    if ports != Counter(LISTENS_ON):
        yield Lack(f"it listens on {[*ports] or 'no port'}, it must be 80 and 443")


HTTP_REDIRECTS = rule(
    id="alb-http-redirects-301",
    clause=("L2",),
    kind="resource",
    tokens=(LISTENER,),
    levels="M/M/M",
    severity="high",
    external=("CKV2_AWS_20", "ELB.1", "AWSGuard alb-http-to-https-redirection"),
    aim="Plain HTTP is answered with a permanent redirect to HTTPS and nothing else.",
    otherwise="A session would travel in the clear, or each visit would cost a detour.",
    fix="use one redirect action with HTTPS, port 443 and HTTP_301.",
)
ORIGINALS: Final = {"host": "#{host}", "path": "/#{path}", "query": "#{query}"}


@check(HTTP_REDIRECTS)
def port_80_redirects(listener: Resource) -> Iterator[Judgement]:
    """Permanent, to the same address by HTTPS."""
    if listener["port"].number() != HTTP:
        return
    yield from must_be(listener["protocol"], "HTTP")
    actions = listener["defaultActions"].items()
    if len(actions) != 1:
        yield Finding(f"defaultActions has {len(actions)} entries, it must have one")
    for action in actions:
        yield from must_be(action["type"], "redirect")
        target = action["redirect"]
        yield from must_be(target["protocol"], "HTTPS")
        yield from must_be(target["port"], "443")
        yield from must_be(target["statusCode"], "HTTP_301")
        for key, original in ORIGINALS.items():
            yield from must_be(target[key], original, absent=True)


HTTPS_TLS13 = rule(
    id="alb-https-tls13",
    clause=("L3",),
    kind="resource",
    tokens=(LISTENER,),
    levels="M/M/M",
    severity="critical",
    external=("CKV_AWS_103", "CKV2_AWS_74", "ELB.17"),
    aim="HTTPS speaks TLS 1.2 and 1.3, and tells browsers to come back by it.",
    otherwise="AWS's default policy still speaks what has been broken for years.",
    fix="set sslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06 and a max-age of a year.",
)
STRICT_TRANSPORT: Final = "routingHttpResponseStrictTransportSecurityHeaderValue"


@check(HTTPS_TLS13)
def port_443_is_safe(listener: Resource) -> Iterator[Judgement]:
    """Policies by their whole names: TLS13-1-0 begins alike and speaks TLS 1.0."""
    if listener["port"].number() != HTTPS:
        return
    yield from must_be(listener["protocol"], "HTTPS")
    yield from must_be(listener["sslPolicy"], *figures.TLS_POLICIES)
    if listener["certificateArn"].is_missing:
        yield Finding("certificateArn is not set")
    for action in listener["defaultActions"].items():
        yield from must_be(action["type"], "forward")
    header = listener[STRICT_TRANSPORT].text()
    age = search(r"max-age=(\d+)", header)
    if age is None or int(age[1]) < figures.STRICT_TRANSPORT_SECONDS:
        yield Finding(
            f"{STRICT_TRANSPORT} is {shown(header)}, its max-age must be at least "
            f"{figures.STRICT_TRANSPORT_SECONDS}"
        )


TARGETS_SHAPE = rule(
    id="alb-target-group-shape",
    clause=("L4", "L5"),
    kind="resource",
    tokens=(TARGET_GROUP, LISTENER, LISTENER_RULE),
    levels="M/M/M",
    severity="high",
    aim="Targets are tasks by their address on port 8000; a visitor stays with one for an hour.",
    otherwise="AWS would refuse a named lb_cookie, or drop requests of a task that goes.",
    fix="use ip, HTTP, 8000, 30 seconds, and lb_cookie of 3600 seconds without a name.",
)


@check(TARGETS_SHAPE, "a", each=(TARGET_GROUP,))
def targets_are_tasks(group: Resource) -> Iterator[Judgement]:
    """By address, since a Fargate task has no host; half a minute to finish a request."""
    yield from must_be(group["targetType"], "ip")
    yield from must_be(group["protocol"], "HTTP")
    yield from must_be(group["protocolVersion"], "HTTP1", absent=True)
    yield from must_be(group["port"], figures.BACKEND_PORT)
    yield from must_be(group["deregistrationDelay"], figures.DRAIN_SECONDS)


@check(TARGETS_SHAPE, "b", each=(TARGET_GROUP,))
def visitors_stick(group: Resource) -> Iterator[Judgement]:
    """By the load balancer's cookie without a name, or by the backend's own with the record's."""
    sticky = group["stickiness"]
    yield from must_be_on(sticky["enabled"], absent=True)
    yield from must_be(sticky["type"], "lb_cookie", "app_cookie")
    yield from must_be(sticky["cookieDuration"], figures.STICKY_SECONDS)
    if sticky["type"].known() == "app_cookie":
        yield from must_be(sticky["cookieName"], figures.APP_COOKIE)
    else:
        yield from must_be_absent(sticky["cookieName"])


@check(TARGETS_SHAPE, "b", each=(LISTENER, LISTENER_RULE))
def visitors_stick_to_a_group(listener: Resource) -> Iterator[Judgement]:
    """Between two groups a visitor would otherwise change versions with every request."""
    key = "actions" if listener.token == LISTENER_RULE else "defaultActions"
    for action in listener[key].items():
        forward = action["forward"]
        if len(forward["targetGroups"].items()) > 1:
            yield from must_be_on(forward["stickiness"]["enabled"])


HEALTH_CHECK = rule(
    id="alb-health-check-adr",
    clause=("L4",),
    kind="resource",
    tokens=(TARGET_GROUP,),
    levels="M/M/M",
    severity="high",
    aim="A task is healthy after two good answers of /health and unhealthy after three bad ones.",
    otherwise="A redirect or an error page would count as healthy, or a good task would be killed.",
    fix="copy the record's health check: /health, 15, 5, 2, 3, 200.",
)


@check(HEALTH_CHECK)
def health_is_asked_as_decided(group: Resource) -> Iterator[Judgement]:
    """Every figure, and the port as text."""
    asked = group["healthCheck"]
    for key, value in figures.HEALTH_CHECK.items():
        yield from must_be(asked[key], value)
    yield from must_be(asked["port"], "8000", "traffic-port")
    yield from must_be(asked["protocol"], "HTTP", absent=True)
    yield from must_be_on(asked["enabled"], absent=True)
