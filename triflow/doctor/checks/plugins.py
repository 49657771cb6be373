"""P01: whether the engine has the plugin that the program needs, and a way to it."""

from collections.abc import Iterator

from triflow.doctor import machine
from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.finding import Found, check

HALVES = ("HTTP_PROXY", "HTTPS_PROXY")


def _of_an_account(facts: Facts) -> None:
    if facts.deployed.endpoint:
        raise NotApplicable("the local AWS brings its own plugin")


@check(
    "plugin-not-installed",
    "P01",
    "critical",
    reads=("plugins",),
    says="The aws plugin of the locked version is not on this computer.",
    remedy="pulumi install",
)
def not_installed(facts: Facts) -> Iterator[Found]:
    """The version is that of the installed package, which the lock file holds."""
    _of_an_account(facts)
    needed = facts["plugins"]["needed"].text
    known = facts["plugins"]["plugins"].each()
    if not any(machine.is_aws(one.value, needed) for one in known):
        have = sorted(one["version"].text for one in known if one["name"].text == "aws")
        yield Found(f"aws {needed}", f"of aws there is {', '.join(have) or 'none'}")


@check(
    "plugin-host-unreachable",
    "P01",
    "critical",
    reads=("plugins", "plugin_host"),
    says="The plugins' host cannot be reached, and the aws plugin is missing.",
    remedy="export HTTPS_PROXY=http://PROXY:8080 && pulumi install",
)
def host_unreachable(facts: Facts) -> Iterator[Found]:
    """It is asked only where the plugin is missing."""
    _of_an_account(facts)
    _ = facts["plugins"]
    failure = facts["plugin_host"]["failure"].text
    if failure:
        yield Found(machine.PLUGINS_FROM, failure)


@check(
    "proxy-half-set",
    "P01",
    "warning",
    reads=(),
    says="Only one of the two proxy variables is set, so half of the traffic goes another way.",
    remedy="export {lacking}=${given}",
)
def proxy_half_set(facts: Facts) -> Iterator[Found]:
    """Programs read either spelling; curl reads http_proxy in small letters only."""
    known = {name.upper() for name, value in facts.environment.items() if value}
    given = [name for name in HALVES if name in known]
    if len(given) == 1:
        (lacking,) = set(HALVES) - set(given)
        words = {"given": given[0], "lacking": lacking}
        yield Found(given[0], f"{lacking} is not set", words=words)


@check(
    "plugin-version-skew",
    "P01",
    "warning",
    reads=("plugins",),
    says="The state was written by another major version of the aws provider.",
    remedy="pulumi install && pulumi preview --diff -s {stack}",
)
def version_skew(facts: Facts) -> Iterator[Found]:
    """A major version may rename inputs, and then plans replacements."""
    _of_an_account(facts)
    needed = facts["plugins"]["needed"].text
    written = facts.declared("aws")["version"].text
    if written.partition(".")[0] != needed.partition(".")[0]:
        yield Found(f"aws {needed}", f"the state is of {written}")
