"""Samples of the way in: certificate, records, load balancer, firewall."""

from local.aws.rows.lb import HEADERS
from tests.local.aws.sample import NAME_TAG, RETAGGED, Sample

RULE = {
    "name": "limit",
    "priority": 1,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}},
    "visibilityConfig": {
        "cloudwatchMetricsEnabled": True,
        "metricName": "limit",
        "sampledRequestsEnabled": True,
    },
}
MANAGED = {
    "name": "common",
    "priority": 2,
    "overrideAction": {"none": {}},
    "statement": {
        "managedRuleGroupStatement": {
            "name": "AWSManagedRulesCommonRuleSet",
            "vendorName": "AWS",
            "ruleActionOverrides": [
                {"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}
            ],
        }
    },
    "visibilityConfig": {
        "cloudwatchMetricsEnabled": True,
        "metricName": "common",
        "sampledRequestsEnabled": True,
    },
}
ENTRY: dict[str, Sample] = {
    "certificate": Sample(
        "aws:acm/certificate:Certificate",
        {
            "domainName": "example.com",
            "subjectAlternativeNames": ["*.example.com"],
            "validationMethod": "DNS",
            "tags": NAME_TAG,
        },
        (RETAGGED, ({"domainName": "example.org"}, "replace")),
    ),
    "validation": Sample(
        "aws:acm/certificateValidation:CertificateValidation",
        {"certificateArn": "@certificate.arn", "validationRecordFqdns": ["@record.fqdn"]},
        importable=False,
    ),
    "record": Sample(
        "aws:route53/record:Record",
        {
            "zoneId": "@zone.zoneId",
            "name": "www.example.com",
            "type": "CNAME",
            "ttl": 300,
            "records": ["example.com"],
        },
        (
            ({"ttl": 60}, "update"),
            ({"records": ["example.net"]}, "update"),
            ({"name": "*.example.com"}, "replace"),
        ),
    ),
    "alias": Sample(
        "aws:route53/record:Record",
        {
            "zoneId": "@zone.zoneId",
            "name": "example.com",
            "type": "A",
            "aliases": [
                {
                    "name": "@balancer.dnsName",
                    "zoneId": "@balancer.zoneId",
                    "evaluateTargetHealth": True,
                }
            ],
        },
    ),
    "balancer": Sample(
        "aws:lb/loadBalancer:LoadBalancer",
        {
            "name": "sample",
            "internal": False,
            "subnets": ["@subnet.id", "@second_subnet.id"],
            "securityGroups": ["@group.id"],
            "dropInvalidHeaderFields": True,
            "tags": NAME_TAG,
        },
        (
            ({"idleTimeout": 120}, "update"),
            ({"dropInvalidHeaderFields": False}, "update"),
            ({"enableDeletionProtection": True, "idleTimeout": 61}, "update"),
            RETAGGED,
            ({"internal": True}, "replace"),
            ({"name": "other"}, "replace"),
        ),
        also=("gateway",),
    ),
    "targets": Sample(
        "aws:lb/targetGroup:TargetGroup",
        {
            "name": "sample",
            "port": 8000,
            "protocol": "HTTP",
            "targetType": "ip",
            "vpcId": "@vpc.id",
            "deregistrationDelay": 30,
            "healthCheck": {
                "enabled": True,
                "path": "/health",
                "interval": 15,
                "timeout": 5,
                "healthyThreshold": 2,
                "unhealthyThreshold": 3,
                "matcher": "200",
                "port": "traffic-port",
                "protocol": "HTTP",
            },
            "stickiness": {"type": "lb_cookie", "cookieDuration": 3600, "enabled": True},
            "tags": NAME_TAG,
        },
        (
            ({"deregistrationDelay": 60}, "update"),
            ({"healthCheck": {"path": "/live", "matcher": "200-299"}}, "update"),
            (
                {
                    "stickiness": {
                        "type": "app_cookie",
                        "cookieName": "SAMPLE",
                        "cookieDuration": 60,
                    }
                },
                "update",
            ),
            RETAGGED,
            ({"port": 9000}, "replace"),
        ),
    ),
    "listener": Sample(
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": "@balancer.arn",
            "port": 443,
            "protocol": "HTTPS",
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "certificateArn": "@certificate.arn",
            "defaultActions": [
                {
                    "type": "forward",
                    "forward": {
                        "targetGroups": [{"arn": "@targets.arn", "weight": 100}],
                        "stickiness": {"enabled": True, "duration": 3600},
                    },
                }
            ],
            "routingHttpResponseStrictTransportSecurityHeaderValue": "max-age=31536000",
            "tags": NAME_TAG,
        },
        unanswered=HEADERS,
        changes=(
            (
                {
                    "defaultActions": [
                        {
                            "type": "fixed-response",
                            "fixedResponse": {"contentType": "text/plain", "statusCode": "503"},
                        }
                    ]
                },
                "update",
            ),
            ({"port": 8443}, "update"),
            ({"routingHttpResponseStrictTransportSecurityHeaderValue": "max-age=60"}, "update"),
            RETAGGED,
        ),
    ),
    "redirect": Sample(
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": "@balancer.arn",
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [
                {
                    "type": "redirect",
                    "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"},
                }
            ],
        },
        unanswered=(*HEADERS, "certificateArn"),
    ),
    "listener_rule": Sample(
        "aws:lb/listenerRule:ListenerRule",
        {
            "listenerArn": "@redirect.arn",
            "priority": 10,
            "conditions": [{"pathPattern": {"values": ["/api/*"]}}],
            "actions": [{"type": "forward", "targetGroupArn": "@targets.arn"}],
            "tags": NAME_TAG,
        },
        (
            ({"conditions": [{"hostHeader": {"values": ["a.example.com"]}}]}, "update"),
            ({"priority": 20}, "update"),
            RETAGGED,
        ),
    ),
    "firewall": Sample(
        "aws:wafv2/webAcl:WebAcl",
        {
            "name": "sample",
            "scope": "REGIONAL",
            "defaultAction": {"allow": {}},
            "visibilityConfig": {
                "cloudwatchMetricsEnabled": True,
                "metricName": "sample",
                "sampledRequestsEnabled": True,
            },
            "rules": [RULE, MANAGED],
            "tags": NAME_TAG,
        },
        (({"rules": [RULE]}, "update"), ({"description": "other"}, "update"), RETAGGED),
        importable=False,
        unanswered=("applicationIntegrationUrl",),
    ),
    "firewall_association": Sample(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        {"webAclArn": "@firewall.arn", "resourceArn": "@balancer.arn"},
        importable=False,
    ),
}
