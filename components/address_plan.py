"""Arithmetic of the address plan: what is a legal block, what overlaps, what is still free.

The plan itself is a table in the stack files, where every block has its place written out; nothing
here computes a place from the order of lines, which would move every subnet below a new line.
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network

ZONES = ("ap-northeast-2a", "ap-northeast-2c")
NAT_ZONE = "ap-northeast-2a"  # where the one NAT gateway stands (ADR N2)

SUBNET_PREFIX = 24  # bits; 251 usable addresses, the ADR's size of every subnet
WIDEST, NARROWEST = 16, 28  # bits; what AWS takes for a VPC or a subnet


def readable(cidr: object) -> IPv4Network | None:
    """Return the block, or None where the text is no IPv4 block with all host bits zero."""
    try:
        return IPv4Network(cidr) if isinstance(cidr, str) and "/" in cidr else None
    except ValueError:
        return None


def legal(cidr: object) -> bool:
    """Whether AWS takes the block for a VPC or a subnet, and it is private."""
    block = readable(cidr)
    return bool(block and block.is_private and WIDEST <= block.prefixlen <= NARROWEST)


def is_outside(vpc_cidr: object, cidr: object) -> bool:
    """Whether a block leaves the VPC; no when either is unreadable."""
    vpc, block = readable(vpc_cidr), readable(cidr)
    return bool(vpc and block and not block.subnet_of(vpc))


def overlapped(cidr: object, others: Mapping[str, object]) -> str | None:
    """Return the name of the first other block that shares an address with this one."""
    block = readable(cidr)
    found = (name for name, other in others.items() if block and _overlap(block, other))
    return next(found, None)


def free_block(vpc_cidr: object, taken: Iterable[object]) -> str | None:
    """Return the first /24 that overlaps nothing taken; None if there is none.

    Where the VPC's own block is unknown, the /16 around the first legal block stands for it.
    """
    blocks = list(taken)
    vpc = readable(vpc_cidr) or _around(blocks)
    if vpc is None or vpc.prefixlen >= SUBNET_PREFIX:
        return None
    _zeroth, *candidates = vpc.subnets(new_prefix=SUBNET_PREFIX)  # the plan begins at .1
    free = (str(c) for c in candidates if not any(_overlap(c, block) for block in blocks))
    return next(free, None)


def _overlap(block: IPv4Network, other: object) -> bool:
    read = readable(other)
    return read is not None and block.overlaps(read)


def _around(blocks: Iterable[object]) -> IPv4Network | None:
    legal_blocks = (read for block in blocks if legal(block) and (read := readable(block)))
    first = next(legal_blocks, None)
    return first.supernet(new_prefix=WIDEST) if first else None
