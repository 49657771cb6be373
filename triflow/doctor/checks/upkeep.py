"""P09: what AWS does in a database by itself: renew its certificate, and change its zone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.checks.database import instance
from triflow.doctor.checks.service import AGAIN, named
from triflow.doctor.finding import Found, check
from triflow.doctor.further_reads import FAILOVER

SOON: Final = timedelta(days=30)  # RDS renews it half a year before, in the maintenance window


@check(
    "rds-ca-expiring",
    "P09",
    "warning",
    reads=("database",),
    says="The database's certificate ends soon: whoever verifies it will not connect.",
    remedy="aws rds modify-db-instance --db-instance-identifier {resource}"
    " --ca-certificate-identifier {authority} --apply-immediately",
)
def certificate(facts: Facts) -> Iterator[Found]:
    """Of the server; that of its authority, which the program names, is good until 2061."""
    one = instance(facts)
    if one.maybe("CertificateDetails") is None and facts.deployed.endpoint:
        raise NotApplicable("the local AWS has no certificate of a database")
    ends = one["CertificateDetails"]["ValidTill"].time
    if ends - facts.now < SOON:
        words = {"authority": facts.declared("database-instance")["caCertIdentifier"].text}
        yield Found(one["DBInstanceIdentifier"].text, f"it ends on {ends:%Y-%m-%d}", words=words)


@check(
    "rds-failover-recent",
    "P09",
    "info",
    reads=("failovers",),
    says="The database went over to its other zone, which cuts every open connection.",
    remedy=AGAIN,
)
def failover(facts: Facts) -> Iterator[Found]:
    """Tasks connect again by themselves; those that do not are started anew."""
    rows = [
        one
        for one in facts["failovers"]["Events"].each()
        if FAILOVER in {each.text for each in one["EventCategories"].each()}
    ]
    if rows:
        newest = max(rows, key=lambda one: one["Date"].time)
        name = facts.declared("database-instance")["identifier"].text
        evidence = f"{newest['Date'].time:%m-%d %H:%M} UTC: {newest['Message'].text}"
        yield Found(name, evidence, words=named(facts))
