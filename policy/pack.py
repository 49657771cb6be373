"""The policy library's side of the pack: four policy objects around one judge.

The library turns a resource into dictionaries once per policy object, so the rules sit in a
registry behind four objects instead of being objects themselves; and since one object reports
at one level only, there is one per kind and level.
"""

import datetime as dt
import json
import os
from collections.abc import Mapping
from typing import Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policy import rules, waivers
from policy.judge import Judge, Outcome, Phase, Verdict
from policy.registry import REGISTRY, Level
from policy.resources import Options, Provider, Resource, environment_of
from policy.values import tree

PACK_NAME: Final = "triflow-ai"
SUMMARY: Final = "triflow-policy-summary"
LEVELS: Final[dict[Level, EnforcementLevel]] = {
    "mandatory": EnforcementLevel.MANDATORY,
    "advisory": EnforcementLevel.ADVISORY,
}


def phase() -> Phase:
    """Say what is judged: a preview, an update, or an exported state.

    The engine hands a pack the stack's settings through the environment; when it only analyses
    a state there is no operation and so none of them.
    """
    dry_run = os.environ.get("PULUMI_DRY_RUN")
    if dry_run is None:
        return "state"
    return "preview" if dry_run == "true" else "update"


def policies() -> list[Policy]:
    """Return the policy objects of the pack, in the order in which the library asks them."""
    rules.load()
    today = dt.datetime.now(tz=dt.UTC).date()
    return Bench(Judge(REGISTRY, waivers.load(), today, phase())).policies()


class Bench:
    """Carries resources from the library to the judge and verdicts back.

    The mandatory object of a kind is asked first and judges both levels; the advisory one then
    reports what is left over. If somebody switches the first off, the second judges itself.
    """

    def __init__(self, judge: Judge) -> None:
        """Take the judge of this run."""
        self.judge = judge
        self._advice: dict[str, Outcome] = {}
        self._stack_advice: Outcome | None = None

    def policies(self) -> list[Policy]:
        """Make the four objects; their names are permanent, pack configuration refers to them."""
        return [
            ResourceValidationPolicy(
                "resource-mandatory",
                "The architecture decisions, on one resource: what must hold.",
                self._resource_mandatory,
                LEVELS["mandatory"],
            ),
            ResourceValidationPolicy(
                "resource-advisory",
                "The architecture decisions, on one resource: what should hold.",
                self._resource_advisory,
                LEVELS["advisory"],
            ),
            StackValidationPolicy(
                "stack-mandatory",
                "The architecture decisions, on the whole stack: what must hold.",
                self._stack_mandatory,
                LEVELS["mandatory"],
            ),
            StackValidationPolicy(
                "stack-advisory",
                "The architecture decisions, on the whole stack: what should hold, and the count.",
                self._stack_advisory,
                LEVELS["advisory"],
            ),
        ]

    def _resource_mandatory(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        outcome = self.judge.resource(_resource(args))
        self._advice[args.urn] = outcome
        _tell(outcome.at("mandatory"), report)

    def _resource_advisory(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        outcome = self._advice.pop(args.urn, None) or self.judge.resource(_resource(args))
        _tell(outcome.at("advisory"), report)

    def _stack_mandatory(self, args: StackValidationArgs, report: ReportViolation) -> None:
        self._stack_advice = self.judge.stack(map(_stack_resource, args.resources))
        _tell(self._stack_advice.at("mandatory"), report)

    def _stack_advisory(self, args: StackValidationArgs, report: ReportViolation) -> None:
        outcome = self._stack_advice or self.judge.stack(map(_stack_resource, args.resources))
        self._stack_advice = None
        _tell(outcome.at("advisory"), report)
        for note in outcome.notes:
            report(note, None)
        report(self._summary(outcome, args), None)

    def _summary(self, outcome: Outcome, args: StackValidationArgs) -> str:
        total = self.judge.everything(outcome)
        urn = args.resources[0].urn if args.resources else ""
        waived = [verdict for verdict in total.verdicts if verdict.waiver]
        counts = {
            "rules": sum(
                rule.level(environment_of(urn)) != "off"
                for rule in self.judge.registry.rules.values()
            ),
            "judged": len(total.asked),
            "violations": sum(verdict.is_violation for verdict in total.verdicts),
            "waived": len(waived),
            "unknown": len(total.open),
        }
        return f"{SUMMARY} {json.dumps(counts)}"


def _tell(verdicts: list[Verdict], report: ReportViolation) -> None:
    for verdict in verdicts:
        report(verdict.message, verdict.resource.urn if verdict.resource else None)


def _resource(args: ResourceValidationArgs) -> Resource:
    inputs = tree(args.props)
    return Resource(
        urn=args.urn,
        token=args.resource_type,
        name=args.name,
        inputs=inputs,
        options=_options(args.opts),
        provider=_provider(args.provider),
        read_outputs=lambda: inputs,
    )


def _stack_resource(resource: PolicyResource) -> Resource:
    def outputs() -> Mapping[str, object]:
        return resource.props

    return Resource(
        urn=resource.urn,
        token=resource.resource_type,
        name=resource.name,
        inputs={},
        options=_options(resource.opts),
        provider=_provider(resource.provider),
        dependencies={
            key: tuple(target.urn for target in targets)
            for key, targets in resource.property_dependencies.items()
        },
        read_outputs=outputs,
    )


def _options(options: PolicyResourceOptions) -> Options:
    return Options(
        protect=bool(options.protect),
        ignore_changes=tuple(options.ignore_changes),
        parent=options.parent or "",
    )


def _provider(provider: PolicyProviderResource | None) -> Provider | None:
    if provider is None:
        return None
    return Provider(urn=provider.urn, name=provider.name, properties=tree(provider.props))
