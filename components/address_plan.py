"""Arithmetic of the address plan: which blocks leave the VPC, overlap, or are still free.

The plan itself is a table in the stack files, where every block has its place written out; nothing
here computes a place from the order of lines, which would move every subnet below a new line.
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from itertools import combinations

ZONES = ("ap-northeast-2a", "ap-northeast-2c")
NAT_ZONE = "ap-northeast-2a"  # where the one NAT gateway stands (ADR N2)
SUBNET_PREFIX = 24  # bits; 251 usable addresses, the ADR's size for every subnet


def readable(cidr: object) -> IPv4Network | None:
    """Return the block, or None where the text is no IPv4 block with all host bits zero."""
    try:
        return IPv4Network(cidr) if isinstance(cidr, str) and "/" in cidr else None
    except ValueError:
        return None


def outside(vpc_cidr: object, blocks: Mapping[str, object]) -> list[str]:
    """Name the blocks that do not lie within the VPC; unreadable ones are judged elsewhere."""
    vpc = readable(vpc_cidr)
    return [name for name, block in _read(blocks) if vpc and not block.subnet_of(vpc)]


def overlaps(blocks: Mapping[str, object]) -> list[tuple[str, str]]:
    """Name each pair of blocks that share an address; unreadable ones are judged elsewhere."""
    pairs = combinations(_read(blocks), 2)
    return [(one, other) for (one, a), (other, b) in pairs if a.overlaps(b)]


def free_block(vpc_cidr: object, taken: Iterable[object]) -> str | None:
    """Return the first /24 of the VPC that overlaps nothing taken; None if there is none."""
    vpc, used = readable(vpc_cidr), [block for each in taken if (block := readable(each))]
    if vpc is None or vpc.prefixlen > SUBNET_PREFIX:
        return None
    candidates = vpc.subnets(new_prefix=SUBNET_PREFIX)
    next(candidates)  # block 0 stays free by convention: the plan starts at .1
    return next((str(c) for c in candidates if not any(c.overlaps(u) for u in used)), None)


def _read(blocks: Mapping[str, object]) -> Iterator[tuple[str, IPv4Network]]:
    return ((name, block) for name, cidr in blocks.items() if (block := readable(cidr)))
