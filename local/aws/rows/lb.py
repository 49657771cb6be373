"""Elastic Load Balancing: load balancers, listeners, rules, target groups."""

import re
from typing import Any

from local.aws.hooks import serving as hooks
from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Choice, Given, Pairs

BALANCER = {"LoadBalancerArn": "{id}"}
LISTENER = {"ListenerArn": "{id}"}
RULE = {"RuleArn": "{id}"}
GROUP = {"TargetGroupArn": "{id}"}
TAGS = tags_by(
    {"ResourceArns": ["{id}"]},  # type: ignore[dict-item]  # a list, in this service alone
    "add_tags",
    "remove_tags",
    "describe_tags",
    path="TagDescriptions[0].Tags",
)

# What AWS calls attributes: texts under keys, set by a call of their own.
BALANCER_ATTRIBUTES = {
    "clientKeepAlive": "client_keep_alive.seconds",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "enableTlsVersionAndCipherSuiteHeaders": (
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled"
    ),
    "enableWafFailOpen": "waf.fail_open.enabled",
    "enableXffClientPort": "routing.http.xff_client_port.enabled",
    "idleTimeout": "idle_timeout.timeout_seconds",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
}
LOG_ATTRIBUTES = {
    f"{kind}_logs.s3.{member}": f"{{{kind}Logs.{member}}}"
    for kind in ("access", "connection")
    for member in ("enabled", "bucket", "prefix")
}
GROUP_ATTRIBUTES = {
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
    "loadBalancingAnomalyMitigation": "load_balancing.algorithm.anomaly_mitigation",
    "loadBalancingCrossZoneEnabled": "load_balancing.cross_zone.enabled",
    "slowStart": "slow_start.duration_seconds",
    "connectionTermination": "deregistration_delay.connection_termination.enabled",
    "preserveClientIp": "preserve_client_ip.enabled",
}
HEADERS = (
    "routingHttpRequestXAmznMtlsClientcertHeaderName",
    "routingHttpRequestXAmznMtlsClientcertIssuerHeaderName",
    "routingHttpRequestXAmznMtlsClientcertLeafHeaderName",
    "routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName",
    "routingHttpRequestXAmznMtlsClientcertSubjectHeaderName",
    "routingHttpRequestXAmznMtlsClientcertValidityHeaderName",
    "routingHttpRequestXAmznTlsCipherSuiteHeaderName",
    "routingHttpRequestXAmznTlsVersionHeaderName",
    "routingHttpResponseAccessControlAllowCredentialsHeaderValue",
    "routingHttpResponseAccessControlAllowHeadersHeaderValue",
    "routingHttpResponseAccessControlAllowMethodsHeaderValue",
    "routingHttpResponseAccessControlAllowOriginHeaderValue",
    "routingHttpResponseAccessControlExposeHeadersHeaderValue",
    "routingHttpResponseAccessControlMaxAgeHeaderValue",
    "routingHttpResponseContentSecurityPolicyHeaderValue",
    "routingHttpResponseServerEnabled",
    "routingHttpResponseStrictTransportSecurityHeaderValue",
    "routingHttpResponseXContentTypeOptionsHeaderValue",
    "routingHttpResponseXFrameOptionsHeaderValue",
)


def _header_key(name: str) -> str:
    """Return routing.http.response.x_frame_options.header_value for the property's name."""
    words = re.sub(r"([A-Z])", r"_\1", name).lower()
    parts = re.fullmatch(
        r"routing_http_(request|response)_(.*)_(header_name|header_value|enabled)", words
    )
    assert parts  # noqa: S101 - HEADERS is right above
    return f"routing.http.{parts[1]}.{parts[2]}.{parts[3]}"


LISTENER_ATTRIBUTES = {name: _header_key(name) for name in HEADERS}


def _set(attributes: dict[str, str]) -> dict[str, Any]:
    return {key: f"{{{name}}}" for name, key in attributes.items()}


def _answered(attributes: dict[str, str]) -> dict[str, str]:
    return {name: f'Attributes."{key}"' for name, key in attributes.items()}


def _attributes(operation: str, owner: dict[str, str]) -> dict[str, Read]:
    return {"Attributes": Read(operation, owner, "pairs(Attributes, 'Key', 'Value')")}


def _action_names(place: str) -> dict[str, str]:
    """Return the renames inside a list of actions."""
    return {
        f"{place}.forward": "ForwardConfig",
        f"{place}.forward.targetGroups.arn": "TargetGroupArn",
        f"{place}.forward.stickiness": "TargetGroupStickinessConfig",
        f"{place}.forward.stickiness.duration": "DurationSeconds",
        f"{place}.redirect": "RedirectConfig",
        f"{place}.fixedResponse": "FixedResponseConfig",
        f"{place}.authenticateOidc": "AuthenticateOidcConfig",
        f"{place}.authenticateCognito": "AuthenticateCognitoConfig",
    }


LISTENS = {
    "Certificates": Given("certificateArn", [{"CertificateArn": "{certificateArn}"}]),
    "Port": "{port}",
    "Protocol": "{protocol}",
    "SslPolicy": "{sslPolicy}",
    "AlpnPolicy": Given("alpnPolicy", ["{alpnPolicy}"]),
    "MutualAuthentication": "{mutualAuthentication}",
}
HEALTH = {
    "HealthCheckEnabled": "{healthCheck.enabled}",
    "HealthCheckIntervalSeconds": "{healthCheck.interval}",
    "HealthCheckPath": "{healthCheck.path}",
    "HealthCheckPort": "{healthCheck.port}",
    "HealthCheckProtocol": "{healthCheck.protocol}",
    "HealthCheckTimeoutSeconds": "{healthCheck.timeout}",
    "HealthyThresholdCount": "{healthCheck.healthyThreshold}",
    "UnhealthyThresholdCount": "{healthCheck.unhealthyThreshold}",
    "Matcher": {"HttpCode": "{healthCheck.matcher}"},
}

ROWS = {
    "aws:lb/loadBalancer:LoadBalancer": Row(
        "elbv2",
        create=Call(
            "create_load_balancer",
            {
                "Name": "{name}",
                "Scheme": Choice("internal", {True: "internal", False: "internet-facing"}),
                "Type": "{loadBalancerType}",
            },
            auto=True,
        ),
        id="LoadBalancers[0].LoadBalancerArn",
        read=Read(
            "describe_load_balancers",
            {"LoadBalancerArns": ["{id}"]},
            "LoadBalancers[0]",
            also=_attributes("describe_load_balancer_attributes", BALANCER),
        ),
        updates=(
            Call(
                "modify_load_balancer_attributes",
                {
                    **BALANCER,
                    "Attributes": Pairs({**_set(BALANCER_ATTRIBUTES), **LOG_ATTRIBUTES}),
                },
            ),
            Call("set_subnets", {**BALANCER, "Subnets": "{subnets}"}, on_create=False),
            Call(
                "set_security_groups",
                {**BALANCER, "SecurityGroups": "{securityGroups}"},
                on_create=False,
            ),
            Call(
                "set_ip_address_type",
                {**BALANCER, "IpAddressType": "{ipAddressType}"},
                on_create=False,
            ),
        ),
        delete=(Call("delete_load_balancer", BALANCER),),
        tags=TAGS,
        name=Name("name", 32),
        defaults={
            "clientKeepAlive": 3600,
            "desyncMitigationMode": "defensive",
            "dropInvalidHeaderFields": False,
            "enableDeletionProtection": False,
            "enableHttp2": True,
            "enableTlsVersionAndCipherSuiteHeaders": False,
            "enableWafFailOpen": False,
            "enableXffClientPort": False,
            "idleTimeout": 60,
            "loadBalancerType": "application",
            "preserveHostHeader": False,
            "xffHeaderProcessingMode": "append",
        },
        reset={"accessLogs": {"enabled": False}, "connectionLogs": {"enabled": False}},
        outputs={
            "arn": "LoadBalancerArn",
            "arnSuffix": "split(':loadbalancer/', LoadBalancerArn)[1]",
            "internal": "Scheme == 'internal'",
            "loadBalancerType": "Type",
            "name": "LoadBalancerName",
            "subnets": "AvailabilityZones[].SubnetId",
            "subnetMappings": "AvailabilityZones[].{subnetId: SubnetId}",
            "zoneId": "CanonicalHostedZoneId",
            **_answered(BALANCER_ATTRIBUTES),
        },
        gone=("LoadBalancerNotFound",),
    ),
    "aws:lb/listener:Listener": Row(
        "elbv2",
        create=Call(
            "create_listener", {"LoadBalancerArn": "{loadBalancerArn}", **LISTENS}, auto=True
        ),
        id="Listeners[0].ListenerArn",
        read=Read(
            "describe_listeners",
            {"ListenerArns": ["{id}"]},
            "Listeners[0]",
            also=_attributes("describe_listener_attributes", LISTENER),
        ),
        updates=(
            Call(
                "modify_listener", {**LISTENER, **LISTENS}, auto=True, whole=True, on_create=False
            ),
            Call(
                "modify_listener_attributes",
                {**LISTENER, "Attributes": Pairs(_set(LISTENER_ATTRIBUTES))},
                needs="Attributes",
            ),
        ),
        delete=(Call("delete_listener", LISTENER),),
        tags=TAGS,
        rename=_action_names("defaultActions"),
        identity=("loadBalancerArn", "port"),
        outputs={
            "arn": "ListenerArn",
            "certificateArn": "Certificates[0].CertificateArn",
            "alpnPolicy": "AlpnPolicy[0]",
            **_answered(LISTENER_ATTRIBUTES),
        },
    ),
    "aws:lb/listenerRule:ListenerRule": Row(
        "elbv2",
        create=Call(
            "create_rule",
            {
                "ListenerArn": "{listenerArn}",
                "Priority": "{priority}",
                "Conditions": hooks.rule_conditions(),
            },
            auto=True,
        ),
        id="Rules[0].RuleArn",
        read=Read("describe_rules", {"RuleArns": ["{id}"]}, "Rules[0]"),
        updates=(
            Call(
                "modify_rule",
                {**RULE, "Conditions": hooks.rule_conditions()},
                auto=True,
                whole=True,
                on_create=False,
            ),
            Call(
                "set_rule_priorities",
                {"RulePriorities": [{**RULE, "Priority": "{priority}"}]},
                on_create=False,
            ),
        ),
        delete=(Call("delete_rule", RULE),),
        tags=TAGS,
        rename=_action_names("actions"),
        identity=("listenerArn", "priority"),
        outputs={"arn": "RuleArn", "conditions": "", "listenerArn": hooks.listener_of_rule()},
    ),
    "aws:lb/targetGroup:TargetGroup": Row(
        "elbv2",
        create=Call("create_target_group", {"Name": "{name}", **HEALTH}, auto=True),
        id="TargetGroups[0].TargetGroupArn",
        read=Read(
            "describe_target_groups",
            {"TargetGroupArns": ["{id}"]},
            "TargetGroups[0]",
            also=_attributes("describe_target_group_attributes", GROUP),
        ),
        updates=(
            Call("modify_target_group", {**GROUP, **HEALTH}, on_create=False),
            Call(
                "modify_target_group_attributes",
                {**GROUP, "Attributes": hooks.target_group_attributes(GROUP_ATTRIBUTES)},
            ),
        ),
        delete=(Call("delete_target_group", GROUP),),
        tags=TAGS,
        name=Name("name", 32),
        defaults={
            "deregistrationDelay": 300,
            "lambdaMultiValueHeadersEnabled": False,
            "proxyProtocolV2": False,
            "slowStart": 0,
            "targetType": "instance",
        },
        ignored={
            "lambdaMultiValueHeadersEnabled": "moto knows no such attribute",
            "proxyProtocolV2": "moto knows no such attribute for this protocol",
        },
        outputs={
            "arn": "TargetGroupArn",
            "arnSuffix": "split(':', TargetGroupArn)[-1]",
            "name": "TargetGroupName",
            "healthCheck": "{enabled: HealthCheckEnabled, interval: HealthCheckIntervalSeconds, "
            "path: HealthCheckPath, port: HealthCheckPort, protocol: HealthCheckProtocol, "
            "timeout: HealthCheckTimeoutSeconds, healthyThreshold: HealthyThresholdCount, "
            "unhealthyThreshold: UnhealthyThresholdCount, matcher: Matcher.HttpCode}",
            "stickiness": '{enabled: Attributes."stickiness.enabled", '
            'type: Attributes."stickiness.type", '
            "cookieDuration: Attributes.\"stickiness.type\" == 'app_cookie' && "
            'Attributes."stickiness.app_cookie.duration_seconds" || '
            'Attributes."stickiness.lb_cookie.duration_seconds", '
            'cookieName: Attributes."stickiness.app_cookie.cookie_name"}',
            **_answered(GROUP_ATTRIBUTES),
        },
    ),
}
