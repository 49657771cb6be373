"""CloudWatch: alarms and dashboards."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

TAGS = tags_by(
    {"ResourceARN": "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"},
    "tag_resource",
    "untag_resource",
    "list_tags_for_resource",
)
MISSING = ("missing", "ignore", "breaching", "notBreaching")

ROWS = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": Row(
        "cloudwatch",
        create=Call("put_metric_alarm", {"AlarmName": "{name}"}, auto=True),
        id=Text("{name}"),
        read=Read("describe_alarms", {"AlarmNames": ["{id}"]}, "MetricAlarms[0]"),
        delete=(Call("delete_alarms", {"AlarmNames": ["{id}"]}),),
        put=True,
        force=("name",),
        tags=TAGS,
        name=Name("name", 255),
        defaults={"actionsEnabled": True, "treatMissingData": "missing"},
        legal={"treatMissingData": MISSING},
        rename={
            "name": "AlarmName",
            "metricQueries": "Metrics",
            "metricQueries.metric": "MetricStat",
            "metricQueries.metric.metricName": "Metric.MetricName",
            "metricQueries.metric.namespace": "Metric.Namespace",
            "metricQueries.metric.dimensions": "Metric.Dimensions",
        },
        outputs={"arn": "AlarmArn", "metricQueries": ""},
    ),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": Row(
        "cloudwatch",
        create=Call(
            "put_composite_alarm",
            {
                "AlarmName": "{alarmName}",
                "ActionsSuppressor": "{actionsSuppressor.alarm}",
                "ActionsSuppressorExtensionPeriod": "{actionsSuppressor.extensionPeriod}",
                "ActionsSuppressorWaitPeriod": "{actionsSuppressor.waitPeriod}",
            },
            auto=True,
        ),
        id=Text("{alarmName}"),
        put=True,
        force=("alarmName",),
        tags=TAGS,
        defaults={"actionsEnabled": True},
        held="moto has no composite alarms",
        outputs={"arn": Text("arn:aws:cloudwatch:{region}:{account}:alarm:{id}")},
    ),
    "aws:cloudwatch/dashboard:Dashboard": Row(
        "cloudwatch",
        create=Call("put_dashboard", auto=True),
        id=Text("{dashboardName}"),
        read=Read("get_dashboard", {"DashboardName": "{id}"}),
        delete=(Call("delete_dashboards", {"DashboardNames": ["{id}"]}),),
        put=True,
        force=("dashboardName",),
        gone=("ResourceNotFound",),
    ),
}
