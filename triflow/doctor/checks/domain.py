"""PX: the certificate and the records of the domain."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor.answers import Facts, Seen
from triflow.doctor.finding import MEND, Found, Severity, check

SOON, NEAR = timedelta(days=45), timedelta(days=30)  # ACM renews 60 days before the end
HALTED: Final = ("FAILED", "PENDING_VALIDATION")
RECORD, ALIAS = "load-balancer-certificate-record", "load-balancer-alias"


@check(
    "cert-not-issued",
    "PX",
    "critical",
    reads=("certificate",),
    says="The certificate is not valid, so no browser opens the domain.",
    remedy="aws acm describe-certificate --certificate-arn {resource}",
)
def not_issued(facts: Facts) -> Iterator[Found]:
    """A record in the zone proves to ACM whose the domain is."""
    arn = facts.declared("load-balancer-https")["certificateArn"].text
    if facts.gone("certificate"):
        yield Found(arn, "AWS knows no such certificate")
        return
    status = facts["certificate"]["Certificate"]["Status"].text
    if status != "ISSUED":
        yield Found(arn, f"its status is {status}")


@check(
    "cert-expiring",
    "PX",
    "critical",
    reads=("certificate",),
    says="The certificate ends soon and has not been renewed.",
    remedy=MEND,
)
def expiring(facts: Facts) -> Iterator[Found]:
    """ACM renews it by itself, 60 days before the end, while the record of the domain stands."""
    if facts.gone("certificate"):
        return
    one = facts["certificate"]["Certificate"]
    arn = facts.declared("load-balancer-https")["certificateArn"].text
    if one["Status"].text == "ISSUED":
        left, stuck = one["NotAfter"].time - facts.now, _stuck(one)
        if left < SOON or stuck:
            severity: Severity = "critical" if left < NEAR or stuck == "FAILED" else "warning"
            renewal = f"; its renewal is {stuck}" if stuck else ""
            yield Found(arn, f"{left.days} days are left{renewal}", severity)


def _stuck(certificate: Seen) -> str:
    """Return where its renewal has come to a halt; empty if it has not. It has none until due."""
    renewal = certificate.maybe("RenewalSummary")
    status = renewal["RenewalStatus"].text if renewal else ""
    return status if status in HALTED else ""


def _records(facts: Facts, kind: str) -> dict[str, Seen]:
    """Return the zone's records of a type, by name."""
    if facts.gone("records"):
        return {}
    rows = facts["records"]["ResourceRecordSets"].each()
    return {_plain(one["Name"].text): one for one in rows if one["Type"].text == kind}


def _plain(name: str) -> str:
    """Return a name in one spelling; Route 53 ends each with a dot, and adds dualstack to some."""
    return name.rstrip(".").lower().removeprefix("dualstack.")


@check(
    "dns-validation-missing",
    "PX",
    "critical",
    reads=("records",),
    says="The record that proves the domain to ACM is gone, so the certificate is not renewed.",
    remedy=MEND,
)
def validation(facts: Facts) -> Iterator[Found]:
    """By name and value."""
    wish = facts.declared(RECORD)
    name = _plain(wish["name"].text)
    live = _records(facts, wish["type"].text).get(name)
    wanted = {_plain(one.text) for one in wish["records"].each()}
    if live is None:
        yield Found(name, "the zone has no such record")
    elif {_plain(one["Value"].text) for one in live["ResourceRecords"].each()} != wanted:
        yield Found(name, "it has another value")


@check(
    "dns-alias-missing",
    "PX",
    "critical",
    reads=("records",),
    says="The domain does not lead to the load balancer.",
    remedy=MEND,
)
def alias(facts: Facts) -> Iterator[Found]:
    """An alias of the zone, which Route 53 answers with the load balancer's addresses."""
    wish = facts.declared(ALIAS)
    name, wanted = _plain(wish["name"].text), _plain(wish["aliases"].first()["name"].text)
    live = _records(facts, wish["type"].text).get(name)
    if live is None:
        yield Found(name, "the zone has no such record")
    elif (found := _plain(live["AliasTarget"]["DNSName"].text)) != wanted:
        yield Found(name, f"it leads to {found}")
