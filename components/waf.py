"""The web application firewall of April (ADR X2): off until it is decided, complete when it is.

AWS's own rule groups first, then a limit of requests per visitor; who breaks none is let in. Logs
of its own it has none: CloudWatch counts, and keeps samples for three hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import wafv2

from components import tags

REQUESTS_PER_VISITOR = 2000  # by address, in five minutes
# By priority, with the rules that only count. Uploads are larger than the 8 KB that the common
# rules allow a body.
RULE_GROUPS: Mapping[str, Sequence[str]] = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesSQLiRuleSet": (),
}


@dataclass(frozen=True, kw_only=True)
class WafArgs:
    """`enabled` false makes nothing at all."""

    prefix: str
    enabled: bool
    load_balancer_arn: pulumi.Input[str]


class Waf(pulumi.ComponentResource):
    """A web ACL in front of the load balancer; `arn` is None while it is off."""

    arn: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: WafArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:edge:Waf", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        self.arn = self._acl(name) if args.enabled else None
        self.register_outputs({"arn": self.arn})

    def _acl(self, name: str) -> pulumi.Output[str]:
        label = f"{self._args.prefix}-waf"
        acl = wafv2.WebAcl(
            f"{name}-acl",
            name=label,
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=[*managed(), rate_limit(len(RULE_GROUPS))],
            visibility_config=_visible(label),
            tags=tags.own("load_balancer", label),
            opts=self._child,
        )
        wafv2.WebAclAssociation(
            f"{name}-association",
            resource_arn=self._args.load_balancer_arn,
            web_acl_arn=acl.arn,
            opts=self._child,
        )
        return acl.arn


# The types in quotes: while the firewall is off, nothing loads its part of the SDK, which takes a
# fifth of the time of all imports.
def managed() -> "list[wafv2.WebAclRuleArgsDict]":
    """Return AWS's rule groups, each acting as AWS decides but for what only counts."""
    return [
        {
            "name": group,
            "priority": priority,
            "override_action": {"none": {}},
            "statement": {
                "managed_rule_group_statement": {
                    "vendor_name": "AWS",
                    "name": group,
                    "rule_action_overrides": [
                        {"name": rule, "action_to_use": {"count": {}}} for rule in counting
                    ],
                }
            },
            "visibility_config": _visible(group),
        }
        for priority, (group, counting) in enumerate(RULE_GROUPS.items())
    ]


def rate_limit(priority: int) -> "wafv2.WebAclRuleArgsDict":
    """Return the rule that refuses an address that asks too often."""
    return {
        "name": "rate-limit",
        "priority": priority,
        "action": {"block": {}},
        "statement": {
            "rate_based_statement": {"aggregate_key_type": "IP", "limit": REQUESTS_PER_VISITOR}
        },
        "visibility_config": _visible("rate-limit"),
    }


def _visible(name: str) -> Any:  # noqa: ANN401 - the same fields under two types of the SDK
    return {
        "metric_name": name,
        "cloudwatch_metrics_enabled": True,
        "sampled_requests_enabled": True,
    }
