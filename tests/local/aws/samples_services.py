"""Samples of what serves: database, containers, scaling, cache."""

import json

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
}
