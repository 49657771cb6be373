"""Samples of what watches and works: alarms, events, functions, schedules, backups, budgets."""

import json
from typing import Any

from local.aws.values import ARCHIVE, ASSET, SIGNATURE, Asset
from tests.local.aws.sample import NAME_TAG, RETAGGED, Sample, allowing


def a_zip(text: str) -> Asset:
    """Return an archive of one module, as the engine describes it."""
    module = {SIGNATURE: ASSET, "text": text, "hash": "0"}
    return Asset({SIGNATURE: ARCHIVE, "assets": {"index.py": module}, "hash": text})


CODE = "def handler(event, context):\n    return {}\n"
TOPIC_POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "events",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "*",
        }
    ],
}

OPERATIONS: dict[str, Sample] = {
    "alarm": Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "sample",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "metricName": "CPUUtilization",
            "namespace": "AWS/RDS",
            "period": 300,
            "statistic": "Average",
            "threshold": 80,
            "alarmActions": ["@topic.arn"],
            "dimensions": {"DBInstanceIdentifier": "sample"},
            "tags": NAME_TAG,
        },
        (
            ({"threshold": 60.5}, "update"),
            ({"treatMissingData": "notBreaching"}, "update"),
            RETAGGED,
            ({"name": "other"}, "replace"),
        ),
    ),
    "math_alarm": Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "sample-math",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "threshold": 5,
            "metricQueries": [
                {"id": "rate", "expression": "100*errors/requests", "returnData": True},
                {
                    "id": "errors",
                    "metric": {
                        "metricName": "HTTPCode_ELB_5XX_Count",
                        "namespace": "AWS/ApplicationELB",
                        "period": 60,
                        "stat": "Sum",
                        "dimensions": {"LoadBalancer": "app/sample/1"},
                    },
                },
            ],
        },
        (({"threshold": 6}, "update"),),
    ),
    "composite": Sample(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {"alarmName": "sample-both", "alarmRule": "ALARM(sample)", "alarmActions": ["@topic.arn"]},
        (({"alarmRule": "OK(sample)"}, "update"), ({"alarmName": "other"}, "replace")),
    ),
    "dashboard": Sample(
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboardName": "sample", "dashboardBody": json.dumps({"widgets": []})},
        (
            ({"dashboardBody": json.dumps({"widgets": [], "start": "-P1D"})}, "update"),
            ({"dashboardName": "other"}, "replace"),
        ),
    ),
    "event_rule": Sample(
        "aws:cloudwatch/eventRule:EventRule",
        {
            "name": "sample",
            "eventPattern": json.dumps({"source": ["aws.ecs"]}),
            "description": "for samples",
            "tags": NAME_TAG,
        },
        (
            ({"eventPattern": json.dumps({"source": ["aws.rds"]})}, "update"),
            ({"state": "DISABLED"}, "update"),
            RETAGGED,
            ({"name": "other"}, "replace"),
        ),
    ),
    "event_target": Sample(
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "rule": "@event_rule.name",
            "arn": "@topic.arn",
            "inputTransformer": {
                "inputPaths": {"detail": "$.detail"},
                "inputTemplate": '{"detail": <detail>}',
            },
            "deadLetterConfig": {"arn": "@queue.arn"},
            "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 4},
        },
        (({"inputTransformer": None, "input": "{}"}, "update"),),
    ),
    "log_stream": Sample(
        "aws:cloudwatch/logStream:LogStream",
        {"name": "sample", "logGroupName": "@log_group.name"},
        (({"name": "other"}, "replace"),),
        importable=False,
    ),
    "log_filter": Sample(
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        {
            "name": "sample",
            "logGroup": "@log_group.name",
            "filterPattern": "",
            "destinationArn": "@stream.arn",
            "roleArn": "@role.arn",
        },
        (({"filterPattern": "ERROR"}, "update"),),
    ),
    "metric_filter": Sample(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        {
            "name": "sample",
            "logGroupName": "@log_group.name",
            "pattern": "ERROR",
            "metricTransformation": {"name": "Errors", "namespace": "Sample", "value": "1"},
        },
        (({"pattern": "WARN"}, "update"),),
    ),
    "query": Sample(
        "aws:cloudwatch/queryDefinition:QueryDefinition",
        {
            "name": "errors",
            "queryString": "fields @message",
            "logGroupNames": ["@log_group.name"],
        },
        (({"queryString": "fields @timestamp"}, "update"), ({"name": "other"}, "update")),
    ),
    "log_policy": Sample(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        {"policyName": "sample", "policyDocument": allowing("logs:PutLogEvents")},
        (({"policyDocument": allowing("logs:CreateLogStream")}, "update"),),
        unanswered=("revisionId",),
    ),
    "topic_policy": Sample(
        "aws:sns/topicPolicy:TopicPolicy",
        {"arn": "@topic.arn", "policy": json.dumps(TOPIC_POLICY)},
    ),
    "subscription": Sample(
        "aws:sns/topicSubscription:TopicSubscription",
        {"topic": "@topic.arn", "protocol": "sqs", "endpoint": "@queue.arn"},
        (
            ({"rawMessageDelivery": True}, "update"),
            ({"filterPolicy": json.dumps({"kind": ["a"]})}, "update"),
            ({"protocol": "email", "endpoint": "ops@example.com"}, "replace"),
        ),
    ),
    "function": Sample(
        "aws:lambda/function:Function",
        {
            "name": "sample",
            "role": "@role.arn",
            "runtime": "python3.13",
            "handler": "index.handler",
            "code": a_zip(CODE),
            "environment": {"variables": {"A": "1"}},
            "deadLetterConfig": {"targetArn": "@queue.arn"},
            "tags": NAME_TAG,
        },
        (
            ({"code": a_zip(CODE + "# changed\n")}, "update"),
            ({"timeout": 30}, "update"),
            ({"environment": {"variables": {"A": "2"}}}, "update"),
            ({"reservedConcurrentExecutions": 2}, "update"),
            RETAGGED,
            ({"name": "other"}, "replace"),
        ),
        unanswered=(
            "signingJobArn",
            "signingProfileVersionArn",
        ),
    ),
    "permission": Sample(
        "aws:lambda/permission:Permission",
        {
            "function": "@function.name",
            "action": "lambda:InvokeFunction",
            "principal": "sns.amazonaws.com",
            "sourceArn": "@topic.arn",
        },
        (({"principal": "events.amazonaws.com"}, "replace"),),
    ),
    "on_failure": Sample(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        {
            "functionName": "@function.name",
            "maximumRetryAttempts": 1,
            "destinationConfig": {"onFailure": {"destination": "@queue.arn"}},
        },
        (({"maximumEventAgeInSeconds": 3600}, "update"),),
    ),
    "stream": Sample(
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        {
            "name": "sample",
            "destination": "extended_s3",
            "extendedS3Configuration": {
                "bucketArn": "@bucket.arn",
                "roleArn": "@role.arn",
                "prefix": "logs/",
                "bufferingInterval": 300,
                "bufferingSize": 5,
                "compressionFormat": "GZIP",
            },
            "tags": NAME_TAG,
        },
        (
            (
                {
                    "extendedS3Configuration": {
                        "bucketArn": "@bucket.arn",
                        "roleArn": "@role.arn",
                        "prefix": "other/",
                    }
                },
                "update",
            ),
            RETAGGED,
        ),
    ),
    "schedule_group": Sample(
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        {"name": "sample", "tags": NAME_TAG},
        (RETAGGED,),
    ),
    "schedule": Sample(
        "aws:scheduler/schedule:Schedule",
        {
            "name": "sample",
            "groupName": "@schedule_group.name",
            "scheduleExpression": "cron(0 8 ? * MON-FRI *)",
            "scheduleExpressionTimezone": "Asia/Seoul",
            "flexibleTimeWindow": {"mode": "OFF"},
            "target": {
                "arn": "arn:aws:scheduler:::aws-sdk:rds:startDBInstance",
                "roleArn": "@role.arn",
                "input": json.dumps({"DbInstanceIdentifier": "sample"}),
            },
        },
        (
            ({"scheduleExpression": "cron(0 9 ? * MON-FRI *)"}, "update"),
            ({"state": "DISABLED"}, "update"),
            ({"name": "other"}, "replace"),
        ),
    ),
    "vault": Sample(
        "aws:backup/vault:Vault",
        {"name": "sample", "tags": NAME_TAG},
        (RETAGGED,),
        unanswered=("kmsKeyArn",),
    ),
    "plan": Sample(
        "aws:backup/plan:Plan",
        {
            "name": "sample",
            "rules": [
                {
                    "ruleName": "weekly",
                    "targetVaultName": "@vault.name",
                    "schedule": "cron(0 5 ? * SUN *)",
                    "scheduleExpressionTimezone": "Asia/Seoul",
                    "lifecycle": {"deleteAfter": 30},
                }
            ],
            "tags": NAME_TAG,
        },
        (
            ({"rules": [{"ruleName": "daily", "targetVaultName": "@vault.name"}]}, "update"),
            RETAGGED,
        ),
    ),
    "selection": Sample(
        "aws:backup/selection:Selection",
        {
            "name": "sample",
            "planId": "@plan.id",
            "iamRoleArn": "@role.arn",
            "resources": ["@database.arn"],
        },
        (({"name": "other"}, "replace"),),
    ),
    "budget": Sample(
        "aws:budgets/budget:Budget",
        {
            "name": "sample",
            "budgetType": "COST",
            "timeUnit": "MONTHLY",
            "limitAmount": "300",
            "limitUnit": "USD",
            "costFilters": [{"name": "TagKeyValue", "values": ["user:Environment$prod"]}],
            "notifications": [
                {
                    "comparisonOperator": "GREATER_THAN",
                    "threshold": 80,
                    "thresholdType": "PERCENTAGE",
                    "notificationType": "ACTUAL",
                    "subscriberSnsTopicArns": ["@topic.arn"],
                }
            ],
        },
        (({"limitAmount": "400"}, "update"), ({"name": "other"}, "replace")),
    ),
    "secret": Sample(
        "aws:secretsmanager/secret:Secret",
        {"description": "for samples", "recoveryWindowInDays": 0, "tags": NAME_TAG},
        (({"description": None}, "update"), RETAGGED, ({"name": "other"}, "replace")),
    ),
    "secret_value": Sample(
        "aws:secretsmanager/secretVersion:SecretVersion",
        {"secretId": "@secret.id", "secretString": "hush"},
        (({"secretString": "other"}, "replace"),),
        importable=False,
    ),
    "object": Sample(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        {"bucket": "@named_bucket.bucket", "key": "a/b.txt", "content": "hello", "tags": NAME_TAG},
        (({"content": "other"}, "update"), RETAGGED, ({"key": "c"}, "replace")),
        unanswered=(
            "kmsKeyId",
            "versionId",
        ),
    ),
}
