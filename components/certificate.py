"""The certificate of an environment: its own name and everything below it (ADR L6).

ACM asks for one record for a name and its wildcard. Each environment has a name of its own, so no
two stacks write the same record.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import acm, route53

from components import tags

RECORD_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class CertificateArgs:
    """`domain` such as staging.triflow-ai.com, within the zone."""

    domain: str
    zone_id: pulumi.Input[str]


class Certificate(pulumi.ComponentResource):
    """One certificate, whose ARN is known once ACM has seen the record and issued it."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:edge:Certificate", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = acm.Certificate(
            name,
            domain_name=args.domain,
            subject_alternative_names=[f"*.{args.domain}"],
            validation_method="DNS",
            tags=tags.own("load_balancer", args.domain),
            opts=child,
        )
        # The wildcard's option repeats the one of the name itself: the first stands for both.
        asked = certificate.domain_validation_options[0]
        record = route53.Record(
            f"{name}-record",
            zone_id=args.zone_id,
            name=asked.apply(lambda option: _given(option.resource_record_name)),
            type=asked.apply(lambda option: _given(option.resource_record_type)),
            records=[asked.apply(lambda option: _given(option.resource_record_value))],
            ttl=RECORD_SECONDS,
            opts=child,
        )
        validation = acm.CertificateValidation(
            f"{name}-validation",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            opts=child,
        )
        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})


def _given(value: Any) -> str:  # noqa: ANN401 - typed as optional, set for validation by DNS
    return str(value)
