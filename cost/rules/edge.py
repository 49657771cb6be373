"""What stands before the service: load balancer, web ACL, names."""

from collections.abc import Iterator
from decimal import Decimal

from cost.errors import CostError
from cost.inputs import Inputs
from cost.lines import Factor, Line
from cost.registry import prices
from cost.stack import Stack, several

RULE = "aws:lb/listenerRule:ListenerRule"


@prices("aws:lb/loadBalancer:LoadBalancer")
def load_balancer(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Hours, the largest dimension of the LCU, and an address in each zone if it is public."""
    kind = inputs.value("loadBalancerType", "application")
    if kind != "application":
        raise CostError(
            f"{inputs.resource.urn}: a load balancer of the type {kind} has no price.",
            "It would be priced as another one.",
            "make it an application load balancer, or price it in cost/rules/edge.py",
        )
    yield stack.line(inputs, "load balancer", "alb_hour", stack.month)
    yield stack.line(inputs, "LCUs", "alb_lcu", stack.month, _lcu(stack))
    if not inputs.value("internal", absent=False):
        zones = several(inputs.count("subnets"), "zone")
        yield stack.line(inputs, "public IPv4", "public_ipv4", stack.month, zones)
    if inputs.value("accessLogs", {}).get("enabled"):
        yield stack.line(inputs, "access logs", "s3_put", stack.use("alb_log_objects"))


def _lcu(stack: Stack) -> Factor:
    """Return the largest of the four dimensions: AWS bills that one and not their sum."""
    bears = {name: Decimal(str(figure)) for name, figure in stack.book.usage["lcu"].items()}
    above_free = max(Decimal(0), len(stack.of(RULE)) - stack.book.figure("rules_free"))
    dimensions = {
        "new connections": stack.use("new_connections").value / bears["new_connections"],
        "active connections": stack.use("active_connections").value / bears["active_connections"],
        "GB an hour": stack.use("alb_gb").value / stack.month.value / bears["gb"],
        "evaluations": stack.use("rule_evaluations").value * above_free / bears["evaluations"],
    }
    largest = max(dimensions, key=lambda name: dimensions[name])
    return Factor(dimensions[largest], f"LCU (largest: {largest})", assumed=True)


@prices("aws:wafv2/webAcl:WebAcl")
def web_acl(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """The ACL, each rule or managed group in it, and what it looks at."""
    yield stack.line(inputs, "web ACL", "waf_acl", several(1, "ACL"))
    yield stack.line(inputs, "rules", "waf_rule", several(inputs.count("rules"), "rule"))
    yield stack.line(inputs, "requests looked at", "waf_request", stack.use("waf_requests"))


@prices("aws:route53/zone:Zone")
def zone(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """A zone costs a whole month from its first day."""
    yield stack.line(inputs, "hosted zone", "dns_zone", several(1, "zone"))
    yield stack.line(inputs, "queries", "dns_query", stack.use("dns_queries"))
