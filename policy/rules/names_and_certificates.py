"""Rules of DNS and certificates (ADR 5): the name leads to the load balancer, which proves it."""

from collections.abc import Iterator
from typing import Final

from policy import service_figures as figures
from policy.findings import Finding, Judgement, Lack, must_be, must_be_absent, must_be_on
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.tokens import (
    CERTIFICATE,
    CERTIFICATE_VALIDATION,
    DNS_RECORD,
    LISTENER,
    LOAD_BALANCER,
)

HTTPS: Final = 443
ADDRESSES: Final = ("A", "AAAA", "CNAME")

JOINED = rule(
    id="dns-and-certificate-joined",
    clause=("L6", "L7", "E3", "X3"),
    kind="stack",
    tokens=(CERTIFICATE, CERTIFICATE_VALIDATION, LISTENER, DNS_RECORD, LOAD_BALANCER),
    levels="M/M/M",
    severity="high",
    external=("ACM.2",),
    aim="The environment's name leads to its load balancer, with a certificate that is issued.",
    otherwise="The first deployment would stop at the listener, or browsers at a warning.",
    fix="take the certificate from its validation, and point an alias A record at the balancer.",
)


@check(JOINED, "a", each=(CERTIFICATE,))
def certificate_is_the_environments(certificate: Resource, stack: StackView) -> Iterator[Judgement]:
    """Its name and everything below it, proven by DNS with one record for both."""
    domain = figures.DOMAINS.get(stack.environment, figures.DOMAINS["prod"])
    yield from must_be(certificate["domainName"], domain)
    yield from must_be(certificate["validationMethod"], "DNS")
    yield from must_be(certificate["keyAlgorithm"], "RSA_2048", "EC_prime256v1", absent=True)
    validations = stack.referring(CERTIFICATE_VALIDATION, "certificateArn", certificate)
    if len(validations) != 1:
        yield Lack(f"its validations are {names(validations)}, there must be one")
    proofs = [
        record
        for record in stack.of(DNS_RECORD)
        if certificate in stack.dependencies(record, "name", CERTIFICATE)
    ]
    if len(proofs) != 1:
        yield Lack(f"records that prove it: {names(proofs)}; there must be one")


@check(JOINED, "a", each=(LISTENER,))
def listener_waits_for_the_certificate(listener: Resource, stack: StackView) -> Iterator[Judgement]:
    """AWS refuses a certificate that was requested and not yet issued."""
    if listener["port"].number() != HTTPS:
        return
    if not stack.dependencies(listener, "certificateArn", CERTIFICATE_VALIDATION):
        yield Lack("certificateArn does not come from a certificate's validation")


@check(JOINED, "b", each=(LOAD_BALANCER,))
def name_leads_to_the_balancer(balancer: Resource, stack: StackView) -> Iterator[Judgement]:
    """An alias of the environment's own name."""
    domain = figures.DOMAINS.get(stack.environment, figures.DOMAINS["prod"])
    named = [
        record
        for record in stack.of(DNS_RECORD)
        if balancer in stack.dependencies(record, "aliases", LOAD_BALANCER)
        and record["name"].known() == domain
    ]
    if not named:
        yield Lack(f"no alias record of {domain} leads to it")


@check(JOINED, "b", each=(DNS_RECORD,))
def record_is_legal(record: Resource, stack: StackView) -> Iterator[Judgement]:
    """An alias is an A record that watches its target; no other record gives the name a host.

    Others stand beside it: those that prove who owns the name, or take its mail.
    """
    domain = figures.DOMAINS.get(stack.environment, figures.DOMAINS["prod"])
    aliases = record["aliases"].items()
    if aliases:
        yield from must_be(record["type"], "A")
        yield from must_be_absent(record["ttl"])
        yield from must_be_absent(record["records"])
    elif _gives_a_host(record, domain):
        yield Finding(f"{domain} has a record without alias")
    for alias in aliases:
        yield from must_be_on(alias["evaluateTargetHealth"])


def _gives_a_host(record: Resource, domain: str) -> bool:
    if record["name"].is_unknown:
        return False  # the proof of a certificate, whose name AWS chooses
    return record["name"].known() == domain and record["type"].known() in ADDRESSES
