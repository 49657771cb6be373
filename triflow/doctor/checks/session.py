"""P03: what of this computer misleads whoever pastes a line: another region, or a wrong clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from triflow.doctor.answers import Facts, NotApplicable, Unknown
from triflow.doctor.finding import Found, check

# The one that the AWS CLI takes first stands first.
REGIONS: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")
PATIENCE: Final = timedelta(minutes=5)  # from here on AWS refuses a signature of the future


@check(
    "aws-wrong-region",
    "P03",
    "warning",
    reads=(),
    says="This shell's AWS region is not the stack's: aws lines would look in another one.",
    remedy="export AWS_REGION={region} AWS_DEFAULT_REGION={region}",
)
def region(facts: Facts) -> Iterator[Found]:
    """The doctor itself asks the stack's region; where a profile names one, nothing is known."""
    wanted = facts.deployed.region
    named = [name for name in REGIONS if facts.environment.get(name)]
    if named and (found := facts.environment[named[0]]) != wanted:
        evidence = f"{named[0]} is {found}, the stack is in {wanted}"
        yield Found(facts.deployed.stack, evidence, words={"region": wanted})


@check(
    "aws-clock-skew",
    "P03",
    "warning",
    reads=("caller",),
    says="This computer's clock is off, and AWS refuses what is signed at a wrong time.",
    remedy="sudo timedatectl set-ntp true",
)
def clock(facts: Facts) -> Iterator[Found]:
    """Compared with the time at which AWS answered."""
    if facts.deployed.endpoint:
        raise NotApplicable("the local AWS has this computer's clock")
    theirs = _moment(facts["caller"]["ResponseMetadata"]["HTTPHeaders"]["date"].text)
    off = abs(facts.now - theirs)
    if off > PATIENCE:
        way = "ahead" if facts.now > theirs else "behind"
        minutes = off.total_seconds() // 60
        yield Found(
            "this computer", f"{minutes:.0f} min {way} of AWS, where it is {theirs:%H:%M} UTC"
        )


def _moment(header: str) -> datetime:
    try:
        found = parsedate_to_datetime(header)
    except ValueError as wrong:
        raise Unknown(f"{header!r} is no date") from wrong
    if found.tzinfo is None:
        raise Unknown(f"{header!r} has no time zone")
    return found
