"""Samples of what serves: database, load balancer, containers, scaling, cache, firewall."""

import json

from local.aws.rows.lb import HEADERS
from tests.local.aws.sample import NAME_TAG, RETAGGED, Sample

CONTAINERS = [
    {
        "name": "backend",
        "image": "public.ecr.aws/nginx/nginx:1.27",
        "essential": True,
        "memory": 384,
        "portMappings": [{"containerPort": 8000, "protocol": "tcp"}],
        "environment": [{"name": "A", "value": "1"}],
    }
]
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
SERVICE_TARGET = {
    "serviceNamespace": "ecs",
    "scalableDimension": "ecs:service:DesiredCount",
    "resourceId": "service/sample/sample",
}

SERVICES: dict[str, Sample] = {
    "db_subnets": Sample(
        "aws:rds/subnetGroup:SubnetGroup",
        {"name": "sample", "subnetIds": ["@subnet.id", "@second_subnet.id"], "tags": NAME_TAG},
        (({"description": "other"}, "update"), RETAGGED, ({"name": "other"}, "replace")),
    ),
    "db_parameters": Sample(
        "aws:rds/parameterGroup:ParameterGroup",
        {
            "family": "postgres14",
            "parameters": [
                {"name": "max_connections", "value": "100", "applyMethod": "pending-reboot"},
                {"name": "log_min_duration_statement", "value": "1000"},
            ],
            "tags": NAME_TAG,
        },
        (
            ({"parameters": [{"name": "max_connections", "value": "50"}]}, "update"),
            RETAGGED,
            ({"family": "postgres15"}, "replace"),
        ),
    ),
    "database": Sample(
        "aws:rds/instance:Instance",
        {
            "identifier": "sample",
            "engine": "postgres",
            "engineVersion": "14",
            "instanceClass": "db.t4g.medium",
            "allocatedStorage": 100,
            "maxAllocatedStorage": 200,
            "storageType": "gp3",
            "storageEncrypted": True,
            "dbName": "app",
            "username": "app",
            "manageMasterUserPassword": True,
            "multiAz": True,
            "dbSubnetGroupName": "@db_subnets.name",
            "parameterGroupName": "@db_parameters.name",
            "vpcSecurityGroupIds": ["@group.id"],
            "backupRetentionPeriod": 7,
            "backupWindow": "17:00-18:00",
            "maintenanceWindow": "sun:19:00-sun:20:00",
            "enabledCloudwatchLogsExports": ["postgresql"],
            "performanceInsightsEnabled": True,
            "performanceInsightsRetentionPeriod": 7,
            "deletionProtection": False,
            "skipFinalSnapshot": True,
            "tags": NAME_TAG,
        },
        (
            ({"instanceClass": "db.t4g.large"}, "update"),
            ({"backupRetentionPeriod": 14}, "update"),
            ({"maintenanceWindow": "mon:19:00-mon:20:00"}, "update"),
            ({"multiAz": False}, "update"),
            ({"skipFinalSnapshot": False, "finalSnapshotIdentifier": "last"}, "update"),
            RETAGGED,
            ({"storageEncrypted": False}, "replace"),
            ({"identifier": "other"}, "replace"),
        ),
        unanswered=(
            "masterUserSecretKmsKeyId",
            "performanceInsightsKmsKeyId",
            "characterSetName",
            "ncharCharacterSetName",
            "domainFqdn",
            "upgradeRolloutOrder",
            "kmsKeyId",
            "dbName",
            "monitoringRoleArn",
            "snapshotIdentifier",
            "identifierPrefix",
            "optionGroupName",
            "hostedZoneId",
            "networkType",
        ),
    ),
    "db_events": Sample(
        "aws:rds/eventSubscription:EventSubscription",
        {
            "name": "sample",
            "snsTopic": "@topic.arn",
            "sourceType": "db-instance",
            "sourceIds": ["@database.identifier"],
            "eventCategories": ["failover"],
        },
        (({"eventCategories": ["failover", "failure"]}, "update"), RETAGGED),
    ),
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
    "cluster": Sample(
        "aws:ecs/cluster:Cluster",
        {
            "name": "sample",
            "settings": [{"name": "containerInsights", "value": "enabled"}],
            "tags": NAME_TAG,
        },
        (
            ({"settings": [{"name": "containerInsights", "value": "disabled"}]}, "update"),
            RETAGGED,
            ({"name": "other"}, "replace"),
        ),
    ),
    "providers": Sample(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        {
            "clusterName": "@cluster.name",
            "capacityProviders": ["FARGATE"],
            "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
        },
        (({"capacityProviders": ["FARGATE", "FARGATE_SPOT"]}, "update"),),
    ),
    "task": Sample(
        "aws:ecs/taskDefinition:TaskDefinition",
        {
            "family": "sample",
            "cpu": "1024",
            "memory": "2048",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": "@role.arn",
            "containerDefinitions": json.dumps(CONTAINERS),
            "tags": NAME_TAG,
        },
        (
            ({"cpu": "512"}, "replace"),
            (
                {"containerDefinitions": json.dumps([{**CONTAINERS[0], "image": "b:2"}])},
                "replace",
            ),
            RETAGGED,
        ),
        importable=False,  # AWS adds to container definitions what a program leaves out
    ),
    "service": Sample(
        "aws:ecs/service:Service",
        {
            "name": "sample",
            "cluster": "@cluster.arn",
            "taskDefinition": "@task.arn",
            "desiredCount": 2,
            "launchType": "FARGATE",
            "platformVersion": "LATEST",
            "enableExecuteCommand": True,
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "alarms": {"alarmNames": ["@alarm.name"], "enable": True, "rollback": True},
            "networkConfiguration": {
                "subnets": ["@subnet.id"],
                "securityGroups": ["@group.id"],
                "assignPublicIp": False,
            },
            "loadBalancers": [
                {
                    "targetGroupArn": "@targets.arn",
                    "containerName": "backend",
                    "containerPort": 8000,
                }
            ],
            "tags": NAME_TAG,
        },
        (
            ({"desiredCount": 3}, "update"),
            ({"deploymentMaximumPercent": 150}, "update"),
            ({"triggers": {"at": "now"}}, "update"),
            RETAGGED,
            ({"name": "other"}, "replace"),
        ),
        also=("listener",),
        importable=False,
    ),
    "scaling_target": Sample(
        "aws:appautoscaling/target:Target",
        {**SERVICE_TARGET, "minCapacity": 2, "maxCapacity": 5},
        (({"maxCapacity": 6}, "update"),),
        also=("service",),
        importable=False,
        unanswered=("roleArn",),
    ),
    "scaling_policy": Sample(
        "aws:appautoscaling/policy:Policy",
        {
            **SERVICE_TARGET,
            "name": "sample",
            "policyType": "StepScaling",
            "stepScalingPolicyConfiguration": {
                "adjustmentType": "ChangeInCapacity",
                "cooldown": 60,
                "metricAggregationType": "Average",
                "stepAdjustments": [{"metricIntervalLowerBound": "0", "scalingAdjustment": 1}],
            },
        },
        (
            (
                {
                    "stepScalingPolicyConfiguration": {
                        "adjustmentType": "ChangeInCapacity",
                        "cooldown": 300,
                        "stepAdjustments": [
                            {"metricIntervalUpperBound": "0", "scalingAdjustment": -1}
                        ],
                    }
                },
                "update",
            ),
            ({"name": "other"}, "replace"),
        ),
        also=("scaling_target",),
        importable=False,
    ),
    "another_scaling_policy": Sample(
        "aws:appautoscaling/policy:Policy",
        {
            **SERVICE_TARGET,
            "name": "another",
            "stepScalingPolicyConfiguration": {
                "adjustmentType": "ChangeInCapacity",
                "stepAdjustments": [{"metricIntervalUpperBound": "0", "scalingAdjustment": -1}],
            },
        },
        also=("scaling_target", "scaling_policy"),
        importable=False,
    ),
    "scaling_action": Sample(
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        {
            **SERVICE_TARGET,
            "name": "sample",
            "schedule": "cron(0 20 ? * MON-FRI *)",
            "timezone": "Asia/Seoul",
            "scalableTargetAction": {"minCapacity": 0, "maxCapacity": 0},
        },
        (({"schedule": "cron(0 21 ? * MON-FRI *)"}, "update"),),
        also=("scaling_target",),
        importable=False,
    ),
    "cache_subnets": Sample(
        "aws:elasticache/subnetGroup:SubnetGroup",
        {"subnetIds": ["@subnet.id"], "tags": NAME_TAG},
        (({"subnetIds": ["@subnet.id", "@second_subnet.id"]}, "update"), RETAGGED),
        unanswered=("vpcId",),
    ),
    "cache_parameters": Sample(
        "aws:elasticache/parameterGroup:ParameterGroup",
        {"family": "redis7", "parameters": [{"name": "maxmemory-policy", "value": "volatile-lru"}]},
        (({"parameters": [{"name": "timeout", "value": "60"}]}, "update"),),
    ),
    "cache": Sample(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        {
            "replicationGroupId": "sample",
            "description": "for samples",
            "nodeType": "cache.t4g.small",
            "engineVersion": "7.1",
            "numCacheClusters": 2,
            "automaticFailoverEnabled": True,
            "multiAzEnabled": True,
            "atRestEncryptionEnabled": True,
            "transitEncryptionEnabled": True,
            "subnetGroupName": "@cache_subnets.name",
            "parameterGroupName": "@cache_parameters.name",
            "securityGroupIds": ["@group.id"],
            "tags": NAME_TAG,
        },
        (({"description": "other"}, "update"), RETAGGED),
        unanswered=("configurationEndpointAddress", "globalReplicationGroupId"),
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
