"""Which rule of a network access list stops a packet: the first that speaks of it decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from triflow.doctor.answers import Seen, Unknown

ANYWHERE: Final = IPv4Network("0.0.0.0/0")
TCP, ANY_PROTOCOL = "6", "-1"
IN, OUT = False, True
HTTPS: Final = (443, 443)
# The tasks' 8000 and the database's 5432 are among them, and whatever an answer comes back to:
# NAT gateway and load balancer use all of them.
HIGH: Final = (1024, 65535)


@dataclass(frozen=True)
class Traffic:
    """What has to pass: in or out, TCP ports from and to, the other end."""

    out: bool
    ports: tuple[int, int]
    peer: IPv4Network

    @property
    def words(self) -> str:
        """The traffic as it is told."""
        low, high = self.ports
        ports = f"{low}" if low == high else f"{low} to {high}"
        return f"tcp {ports} {'out to' if self.out else 'in from'} {self.peer}"


def needed(blocks: list[str], *, public: bool) -> Iterator[Traffic]:
    """Yield what a subnet's list has to let through: between our subnets, and with the world."""
    for block in blocks:
        yield Traffic(IN, HIGH, _network(block))
        yield Traffic(OUT, HIGH, _network(block))
    yield Traffic(IN, HIGH, ANYWHERE)
    yield Traffic(OUT, HTTPS, ANYWHERE)
    if public:
        yield Traffic(IN, HTTPS, ANYWHERE)
        yield Traffic(OUT, HIGH, ANYWHERE)


def stopped_by(entries: list[Seen], traffic: Traffic) -> int | None:
    """Return the number of the rule that stops some of the traffic; None if all of it passes.

    Of the world, only a rule about all of it counts: who is shut out by address is meant.
    """
    rows = [one for one in entries if one["Egress"].flag == traffic.out and _of_ipv4(one)]
    for one in sorted(rows, key=lambda one: one["RuleNumber"].number):
        if one["Protocol"].text not in (TCP, ANY_PROTOCOL):
            continue
        allows = one["RuleAction"].text == "allow"
        if _speaks_of(one, traffic, wholly=allows):
            return None if allows else int(one["RuleNumber"].number)
    raise Unknown("a network access list has no last rule")


def _of_ipv4(entry: Seen) -> bool:
    return bool(entry.maybe("CidrBlock")) or not entry["Ipv6CidrBlock"].text


def _speaks_of(entry: Seen, traffic: Traffic, *, wholly: bool) -> bool:
    """Return whether the rule covers the traffic, or else at least a part of it."""
    block, (low, high) = _network(entry["CidrBlock"].text), _ports(entry)
    if wholly or traffic.peer == ANYWHERE:
        covers = traffic.peer.subnet_of(block)
    else:
        covers = traffic.peer.overlaps(block)
    first, last = traffic.ports
    return covers and (low <= first and last <= high if wholly else low <= last and first <= high)


def _ports(entry: Seen) -> tuple[float, float]:
    if entry["Protocol"].text == ANY_PROTOCOL:
        return 0, 65535
    return entry["PortRange"]["From"].number, entry["PortRange"]["To"].number


def _network(block: str) -> IPv4Network:
    try:
        return IPv4Network(block)
    except ValueError as wrong:
        raise Unknown(f"{block} is no block of addresses") from wrong
