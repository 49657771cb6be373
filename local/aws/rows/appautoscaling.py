"""Application Auto Scaling: what scales, by which policy, at which hour."""

from local.aws.row import Call, Name, Read, Row, Tags
from local.aws.templates import Text

TARGET = {
    "ServiceNamespace": "{serviceNamespace}",
    "ResourceId": "{resourceId}",
    "ScalableDimension": "{scalableDimension}",
}
FOUND = {
    "ServiceNamespace": "{serviceNamespace}",
    "ResourceIds": ["{resourceId}"],
    "ScalableDimension": "{scalableDimension}",
}
PLACE = "{serviceNamespace}/{resourceId}/{scalableDimension}"
FORCE = ("serviceNamespace", "resourceId", "scalableDimension")
NO_TAGS = "moto keeps the tags of a target from its creation only"

ROWS = {
    "aws:appautoscaling/target:Target": Row(
        "application-autoscaling",
        create=Call("register_scalable_target", auto=True),
        id=Text(PLACE),
        read=Read("describe_scalable_targets", FOUND, "ScalableTargets[0]"),
        delete=(Call("deregister_scalable_target", TARGET),),
        put=True,
        force=FORCE,
        tags=Tags(
            add=Call(
                "tag_resource",
                {"ResourceARN": "{live.ScalableTargetARN}", "Tags": "{tags}"},
                held=NO_TAGS,
            ),
            remove=Call(
                "untag_resource",
                {"ResourceARN": "{live.ScalableTargetARN}", "TagKeys": "{tagKeysGone}"},
                held=NO_TAGS,
            ),
        ),
        outputs={"arn": "ScalableTargetARN"},
        undrifting={"roleArn": "AWS puts its own role for the service in its place"},
    ),
    "aws:appautoscaling/policy:Policy": Row(
        "application-autoscaling",
        create=Call("put_scaling_policy", {"PolicyName": "{name}"}, auto=True),
        id=Text(f"{PLACE}/{{name}}"),
        read=Read(
            "describe_scaling_policies",
            {**TARGET, "PolicyNames": ["{name}"]},
            # moto answers every policy of the target, whatever names it is asked for.
            Text("ScalingPolicies[?PolicyName=='{name}'] | [0]"),
        ),
        delete=(Call("delete_scaling_policy", {**TARGET, "PolicyName": "{name}"}),),
        put=True,
        force=(*FORCE, "name", "policyType"),
        name=Name("name", 255),
        defaults={"policyType": "StepScaling"},
        outputs={"arn": "PolicyARN", "alarmArns": "Alarms[].AlarmARN || `[]`"},
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": Row(
        "application-autoscaling",
        create=Call("put_scheduled_action", {"ScheduledActionName": "{name}"}, auto=True),
        id=Text(f"{PLACE}/{{name}}"),
        read=Read(
            "describe_scheduled_actions",
            {**TARGET, "ScheduledActionNames": ["{name}"]},
            Text("ScheduledActions[?ScheduledActionName=='{name}'] | [0]"),
        ),
        delete=(Call("delete_scheduled_action", {**TARGET, "ScheduledActionName": "{name}"}),),
        put=True,
        force=(*FORCE, "name"),
        name=Name("name", 255),
        defaults={"timezone": "UTC"},
        outputs={"arn": "ScheduledActionARN"},
    ),
}
