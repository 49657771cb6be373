"""Tells people what SNS says: to Slack always, by text message when it is urgent (ADR M4, M5, M7).

Owns: how each kind of message reads, and that none is lost. A message that cannot be delivered ends
in an error, so that Lambda repeats it twice and then hands it to the function's dead-letter queue.
Leaves alone: which alarms exist and which topic they use (components/monitoring); e-mail, which SNS
delivers itself; metrics of its own (ADR M9 makes none): AWS/Lambda Errors and the depth of the
dead-letter queue raise the alarm.

Handler `slack_relay.handler.handle`; trigger: SNS subscriptions of protocol lambda. Memory 256 MB,
timeout 60 s (shorter works: retries stop in time), retries 2, a dead-letter queue.

Environment
    ENVIRONMENT          dev, staging or prod: shown in every title
    CHANNELS_SECRET_ARN  secret: the webhook URL alone, or as JSON with the numbers:
                         {"webhookUrl": "https://...", "smsNumbers": ["+8210..."]}
    CRITICAL_TOPIC_ARN   messages of this topic are critical, those of any other a warning
    RUNBOOK_URL          page with an anchor per problem (#p10); may be empty
    SMS_REGION           where text messages are sent: ap-northeast-1, as SNS in Seoul sends none

Alarm description, lines
    1  "Korean title / English title"
    2  problem P01-P23, escalation level L1-L4, runbook URL, and `slack-only` where ADR 6 wants no
       text message although the alarm is critical; any order, each may be missing (L1, RUNBOOK_URL)
    3+ what to do first, shown as it is

Other messages: EventBridge events and RDS notifications (titles in events.py), AWS Budgets, the
test {"triflowAlarmsTest": {"id": "...", "sentAt": "2026-01-20T05:00:00Z"}} whose id is then in the
log, anything else as it came.

Permissions
    {"Action": "secretsmanager:GetSecretValue", "Resource": CHANNELS_SECRET_ARN}
    {"Action": "sns:Publish", "NotResource": "arn:aws:sns:*:*:*",   # a phone number has no ARN
     "Condition": {"StringEquals": {"aws:RequestedRegion": SMS_REGION}}}
    {"Action": "sqs:SendMessage", "Resource": the dead-letter queue}
    {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": its log group, ":*"}
"""
