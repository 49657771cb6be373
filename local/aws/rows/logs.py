"""CloudWatch Logs: groups, filters, saved queries (module `cloudwatch` of the AWS package)."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

# CloudWatch Logs keeps events for one of these numbers of days, or for ever (0).
RETENTION = (
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
    2922, 3288, 3653,
)  # fmt: skip
GROUP = {"logGroupName": "{id}"}
GROUP_ARN = {"resourceArn": "arn:aws:logs:{region}:{account}:log-group:{id}"}

METRIC_FILTER = {
    "logGroupName": "{logGroupName}",
    "filterName": "{name}",
    "filterPattern": "{pattern}",
    "metricTransformations": ["{metricTransformation}"],
}

ROWS = {
    "aws:cloudwatch/logGroup:LogGroup": Row(
        "logs",
        create=Call("create_log_group", {"logGroupName": "{name}"}, auto=True),
        id=Text("{name}"),
        read=Read(
            "describe_log_groups",
            {"logGroupNamePrefix": "{id}"},
            Text("logGroups[?logGroupName=='{id}'] | [0]"),
        ),
        updates=(
            Call(
                "put_retention_policy",
                {**GROUP, "retentionInDays": "{retentionInDays}"},
                when="retentionInDays != `0`",
            ),
            Call(
                "delete_retention_policy",
                GROUP,
                carries=("retentionInDays",),
                when="retentionInDays == `0`",
                on_create=False,
            ),
            Call(
                "associate_kms_key",
                {**GROUP, "kmsKeyId": "{kmsKeyId}"},
                when="kmsKeyId",
                on_create=False,
            ),
            Call(
                "disassociate_kms_key",
                GROUP,
                carries=("kmsKeyId",),
                when="!kmsKeyId",
                on_create=False,
            ),
        ),
        delete=(Call("delete_log_group", GROUP, when="!skipDestroy"),),
        tags=tags_by(
            GROUP_ARN,
            "tag_resource",
            "untag_resource",
            "list_tags_for_resource",
            tags="tags",
            keys="tagKeys",
        ),
        name=Name("name", 512),
        defaults={"retentionInDays": 0, "skipDestroy": False},
        legal={"retentionInDays": RETENTION},
        ignored={"skipDestroy": "decides what a deletion does, no call carries it"},
        outputs={
            "arn": Text("arn:aws:logs:{region}:{account}:log-group:{id}"),
            "name": "logGroupName",
            "retentionInDays": "retentionInDays || `0`",
        },
    ),
    "aws:cloudwatch/logStream:LogStream": Row(
        "logs",
        create=Call(
            "create_log_stream", {"logGroupName": "{logGroupName}", "logStreamName": "{name}"}
        ),
        id=Text("{name}"),
        read=Read(
            "describe_log_streams",
            {"logGroupName": "{logGroupName}", "logStreamNamePrefix": "{id}"},
            Text("logStreams[?logStreamName=='{id}'] | [0]"),
        ),
        delete=(
            Call("delete_log_stream", {"logGroupName": "{logGroupName}", "logStreamName": "{id}"}),
        ),
        name=Name("name", 512),
        outputs={
            "arn": Text("arn:aws:logs:{region}:{account}:log-group:{logGroupName}:log-stream:{id}"),
            "name": "logStreamName",
        },
    ),
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": Row(
        "logs",
        create=Call(
            "put_subscription_filter",
            {
                "logGroupName": "{logGroup}",
                "filterName": "{name}",
                "filterPattern": "{filterPattern}",
                "destinationArn": "{destinationArn}",
                "roleArn": "{roleArn}",
                "distribution": "{distribution}",
            },
        ),
        id=Text("{logGroup}|{name}"),
        read=Read(
            "describe_subscription_filters",
            {"logGroupName": "{logGroup}"},
            Text("subscriptionFilters[?filterName=='{name}'] | [0]"),
        ),
        delete=(
            Call(
                "delete_subscription_filter",
                {"logGroupName": "{logGroup}", "filterName": "{name}"},
            ),
        ),
        put=True,
        force=("logGroup", "name"),
        name=Name("name", 512),
        defaults={"distribution": "ByLogStream"},
        outputs={"name": "filterName", "logGroup": "logGroupName"},
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Row(
        "logs",
        create=Call("put_metric_filter", METRIC_FILTER),
        id=Text("{logGroupName}:{name}"),
        read=Read(
            "describe_metric_filters",
            {"logGroupName": "{logGroupName}"},
            Text("metricFilters[?filterName=='{name}'] | [0]"),
        ),
        delete=(
            Call(
                "delete_metric_filter", {"logGroupName": "{logGroupName}", "filterName": "{name}"}
            ),
        ),
        # moto keeps both where AWS replaces one: the old filter goes first.
        updates=(
            Call(
                "delete_metric_filter",
                {"logGroupName": "{logGroupName}", "filterName": "{name}"},
                carries=("pattern", "metricTransformation"),
                on_create=False,
            ),
            Call("put_metric_filter", METRIC_FILTER, on_create=False),
        ),
        force=("logGroupName", "name"),
        name=Name("name", 512),
        rename={
            ".metricTransformations.name": "metricName",
            ".metricTransformations.namespace": "metricNamespace",
            ".metricTransformations.value": "metricValue",
        },
        outputs={
            "name": "filterName",
            "pattern": "filterPattern",
            "metricTransformation": "metricTransformations[0].{name: metricName, "
            "namespace: metricNamespace, value: metricValue, defaultValue: defaultValue, "
            "unit: unit, dimensions: dimensions}",
        },
    ),
    "aws:cloudwatch/queryDefinition:QueryDefinition": Row(
        "logs",
        create=Call(
            "put_query_definition",
            {
                "name": "{name}",
                "queryString": "{queryString}",
                "logGroupNames": "{logGroupNames}",
            },
        ),
        id=Text("{seed}"),
        put=True,
        name=Name("name", 255),
        held="moto has no saved queries",
        outputs={
            "arn": Text("arn:aws:logs:{region}:{account}:query-definition:{id}"),
            "queryDefinitionId": Text("{id}"),
        },
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Row(
        "logs",
        create=Call(
            "put_resource_policy",
            {
                "policyName": "{policyName}",
                "policyDocument": "{policyDocument}",
                "resourceArn": "{resourceArn}",
            },
        ),
        id=Text("{policyName}"),
        read=Read(
            "describe_resource_policies", {}, Text("resourcePolicies[?policyName=='{id}'] | [0]")
        ),
        delete=(Call("delete_resource_policy", {"policyName": "{id}"}),),
        put=True,
        force=("policyName", "resourceArn"),
        documents=("policyDocument",),
    ),
}
