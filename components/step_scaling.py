"""How many tasks run: one more above 70 % CPU, one less below 30 % (ADR C3, C4).

Two step policies with an alarm each, since target tracking would choose its own lower threshold.
The limits of the night are `schedule`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import appautoscaling, cloudwatch

from components import tags

StepAdjustment = appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgsDict
DIMENSION = "ecs:service:DesiredCount"
NAMESPACE = "ecs"
PERIOD_SECONDS = 60


@dataclass(frozen=True)
class Step:
    """One direction. CPU in percent, over `minutes`; `cooldown` in seconds until the next step."""

    threshold: int
    comparison: Literal["GreaterThanThreshold", "LessThanThreshold"]
    minutes: int
    tasks: int
    cooldown: int
    says: str

    @property
    def adjustment(self) -> StepAdjustment:
        """The one step, whatever the distance from the threshold; 0 is the threshold itself."""
        if self.tasks > 0:
            return {"metric_interval_lower_bound": "0", "scaling_adjustment": self.tasks}
        return {"metric_interval_upper_bound": "0", "scaling_adjustment": self.tasks}


# Out fast, in slowly: a task too many costs little, one too few costs requests.
STEPS: Mapping[str, Step] = {
    "out": Step(
        70,
        "GreaterThanThreshold",
        2,
        1,
        60,
        "태스크 추가 / One more task: CPU above 70 % (P11). Nobody has to act.",
    ),
    "in": Step(
        30,
        "LessThanThreshold",
        10,
        -1,
        300,
        "태스크 축소 / One task less: CPU below 30 % (P22). Nobody has to act.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class StepScalingArgs:
    """`night_stop` says that a schedule writes the limits too."""

    prefix: str
    cluster_name: pulumi.Input[str]
    service_name: pulumi.Input[str]
    min_tasks: int
    max_tasks: int
    night_stop: bool


class StepScaling(pulumi.ComponentResource):
    """The scalable target of a service, and what moves it."""

    target: appautoscaling.Target

    def __init__(
        self, name: str, args: StepScalingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:compute:StepScaling", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        self.target = self._target(f"{name}-target")
        for direction, step in STEPS.items():
            self._alarm(f"{name}-{direction}", direction, step)
        self.register_outputs({"resource_id": self.target.resource_id})

    def _target(self, name: str) -> appautoscaling.Target:
        """At night the schedule sets both limits to 0: an update must not start the tasks."""
        args = self._args
        written_elsewhere = ["minCapacity", "maxCapacity"] if args.night_stop else []
        return appautoscaling.Target(
            name,
            service_namespace=NAMESPACE,
            scalable_dimension=DIMENSION,
            resource_id=pulumi.Output.concat("service/", args.cluster_name, "/", args.service_name),
            min_capacity=args.min_tasks,
            max_capacity=args.max_tasks,
            tags=tags.own("compute", f"{args.prefix}-backend-tasks"),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=written_elsewhere),
        )

    def _alarm(self, name: str, direction: str, step: Step) -> None:
        """CloudWatch counts the alarm's minutes and Application Auto Scaling the cooldown."""
        label = f"{self._args.prefix}-ecs-scale-{direction}"
        cloudwatch.MetricAlarm(
            f"{name}-alarm",
            name=label,
            alarm_description=step.says,
            namespace="AWS/ECS",
            metric_name="CPUUtilization",
            dimensions={
                "ClusterName": self._args.cluster_name,
                "ServiceName": self._args.service_name,
            },
            statistic="Average",
            period=PERIOD_SECONDS,
            evaluation_periods=step.minutes,
            comparison_operator=step.comparison,
            threshold=step.threshold,
            treat_missing_data="missing",  # no tasks, no CPU: at night nothing is to be scaled
            alarm_actions=[self._policy(name, label, step)],
            tags=tags.own("compute", label),
            opts=self._child,
        )

    def _policy(self, name: str, label: str, step: Step) -> pulumi.Output[str]:
        return appautoscaling.Policy(
            name,
            name=label,
            policy_type="StepScaling",
            service_namespace=self.target.service_namespace,
            scalable_dimension=self.target.scalable_dimension,
            resource_id=self.target.resource_id,
            step_scaling_policy_configuration={
                "adjustment_type": "ChangeInCapacity",
                "metric_aggregation_type": "Average",
                "cooldown": step.cooldown,
                "step_adjustments": [step.adjustment],
            },
            opts=self._child,
        ).arn
