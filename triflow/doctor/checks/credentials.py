"""P03: who asks AWS, and whether this is who should. The first two stop everything else."""

from collections.abc import Iterator

from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.finding import Found, check

PASSPHRASE = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@check(
    "aws-credentials-missing",
    "P03",
    "critical",
    reads=(),
    says="No AWS credentials were found, so nothing was checked.",
    remedy="export AWS_PROFILE=triflow-{stack} && aws sso login",
)
def credentials_missing(_: Facts) -> Iterator[Found]:
    """Whoever gets as far as here has some; without any, fetching ends and tells this."""
    yield from ()


@check(
    "aws-credentials-expired",
    "P03",
    "critical",
    reads=(),
    says="The AWS credentials have expired or are wrong, so nothing was checked.",
    remedy="export AWS_PROFILE=triflow-{stack} && aws sso login",
)
def credentials_expired(_: Facts) -> Iterator[Found]:
    """Likewise: whoever gets as far as here has been recognised."""
    yield from ()


@check(
    "aws-wrong-account",
    "P03",
    "critical",
    reads=("caller",),
    says="You are signed in to another account than the stack's.",
    remedy="export AWS_PROFILE=triflow-{stack} && aws sts get-caller-identity",
)
def wrong_account(facts: Facts) -> Iterator[Found]:
    """The stack's own provider says which accounts it may touch."""
    account, allowed = facts["caller"]["Account"].text, facts.deployed.account_ids
    if not allowed:
        evidence = "the stack's provider names no account, so any would do"
        yield Found(account, evidence, severity="warning")
    elif account not in allowed:
        yield Found(account, f"the stack is deployed to {', '.join(allowed)}")


@check(
    "aws-root-user",
    "P03",
    "warning",
    reads=("caller",),
    says="The account's root user is in use.",
    remedy="export AWS_PROFILE=triflow-{stack} && aws sso login",
)
def root_user(facts: Facts) -> Iterator[Found]:
    """Nothing limits it, and its keys cannot be taken back by anyone else."""
    if facts.deployed.endpoint:
        raise NotApplicable("the local AWS knows no other user")
    arn = facts["caller"]["Arn"].text
    if arn.endswith(":root"):
        yield Found(arn, f"AWS takes you for {arn}")


@check(
    "pulumi-backend-login",
    "P03",
    "critical",
    reads=(),
    says="Pulumi cannot open the stack's secrets.",
    remedy="export PULUMI_CONFIG_PASSPHRASE_FILE=FILE",
)
def backend_login(facts: Facts) -> Iterator[Found]:
    """The state was read, so the login is right; its secrets may need a passphrase beside it."""
    if facts.deployed.endpoint:
        raise NotApplicable("the local AWS keeps its own passphrase")
    given = [name for name in PASSPHRASE if name in facts.environment]
    if facts.deployed.guarded_by_passphrase and not given:
        yield Found(facts.deployed.stack, f"neither {' nor '.join(PASSPHRASE)} is set")
