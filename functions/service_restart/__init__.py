"""Starts the service's tasks anew when a secret they read has a new value (ADR C11).

Owns: the decision whether an event means a new value that running tasks do not have, and the forced
deployment. ECS hands a secret to a container when it starts and never again.
Leaves alone: rotating; waiting for the deployment (circuit breaker and alarms watch it); services
whose secrets are not listed.

Handler `service_restart.handler.handle`; trigger: the EventBridge rule below, made after the
service. Memory 128 MB, timeout 15 s, retries 2, a dead-letter queue.

Environment
    CLUSTER      name or ARN of the cluster
    SERVICE      name of the service in it
    SECRET_ARNS  whole ARNs of the secrets the task reads, separated by commas

Event pattern ("Match AWS Secrets Manager events with Amazon EventBridge" in its user guide)
    {"source": ["aws.secretsmanager"],
     "detail-type": ["AWS Service Event via CloudTrail", "AWS API Call via CloudTrail"],
     "detail": {"eventSource": ["secretsmanager.amazonaws.com"],
                "eventName": ["RotationSucceeded", "PutSecretValue", "UpdateSecret"]}}

Facts
    RotationSucceeded is a service event ("Logging AWS Secrets Manager events with AWS CloudTrail"):
    requestParameters is null and the ARN is in additionalEventData.SecretId. Rotation of a password
    that RDS manages ("Managed rotation for AWS Secrets Manager secrets") needs no function of ours
    and ends in the same event, so one rule serves it and any rotation by Lambda.
    PutSecretValue and UpdateSecret are API calls, by a person or a program, with the name or ARN in
    requestParameters.secretId. A call that sets AWSPENDING alone is a step inside a rotation.
    Neither kind reaches EventBridge unless the account has a CloudTrail trail that is logging
    management events ("AWS service events delivered via AWS CloudTrail", EventBridge user guide);
    the first trail costs nothing but its S3 storage. Delivery is best effort.

Permissions
    {"Action": ["ecs:DescribeServices", "ecs:UpdateService"], "Resource": the service's ARN}
    {"Action": "sqs:SendMessage", "Resource": the dead-letter queue}
    {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": its log group, ":*"}
"""
