"""One question to the machine's own resolver: which name servers a domain is delegated to.

Python's library asks for addresses only. The message is that of RFC 1035, section 4.
"""

import secrets
import socket
import struct
from pathlib import Path

RESOLVERS = Path("/etc/resolv.conf")
PORT = 53
SECONDS = 3
NS, IN = 2, 1
RECURSE = 0x0100
REFUSED_CODES = 0x000F
NO_SUCH_NAME = 3
POINTER = 0xC0
MOST_JUMPS = 20
HEADER = struct.Struct(">HHHHHH")
RECORD = struct.Struct(">HHIH")


def name_servers(domain: str) -> set[str] | None:
    """Return the name servers of a domain, none if it has none; None if no resolver answers."""
    for address in _resolvers():
        try:
            return _ask(address, domain)
        except (OSError, ValueError, IndexError, struct.error):
            continue
    return None


def _resolvers() -> list[str]:
    try:
        lines = [line.split() for line in RESOLVERS.read_text().splitlines()]
    except OSError:
        return []
    return [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]


def _ask(address: str, domain: str) -> set[str]:
    """Return the answer of one resolver. OSError or ValueError if it gives none."""
    number = secrets.randbelow(2**16)
    question = b"".join(bytes([len(part)]) + part.encode("ascii") for part in domain.split("."))
    message = HEADER.pack(number, RECURSE, 1, 0, 0, 0) + question + struct.pack(">BHH", 0, NS, IN)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as channel:
        channel.settimeout(SECONDS)
        channel.connect((address, PORT))
        channel.send(message)
        return _read(channel.recv(4096), number)


def _read(answer: bytes, number: int) -> set[str]:
    found, flags, questions, answers, _, _ = HEADER.unpack_from(answer)
    code = flags & REFUSED_CODES
    if found != number or code not in {0, NO_SUCH_NAME}:
        raise ValueError("the resolver gives no answer")
    place = HEADER.size
    for _ in range(questions):
        place = _name(answer, place)[1] + 4
    names = set()
    for _ in range(answers):
        place = _name(answer, place)[1]
        kind, _, _, length = RECORD.unpack_from(answer, place)
        place += RECORD.size
        if kind == NS:
            names.add(_name(answer, place)[0].lower())
        place += length
    return names


def _name(message: bytes, place: int) -> tuple[str, int]:
    """Return a name and the place behind it; names may point back to earlier ones."""
    parts, behind = [], 0
    for _ in range(MOST_JUMPS * 8):
        length = message[place]
        if length >= POINTER:
            behind = behind or place + 2
            place = (length & ~POINTER) << 8 | message[place + 1]
        elif length:
            parts.append(message[place + 1 : place + 1 + length].decode("ascii"))
            place += 1 + length
        else:
            return ".".join(parts), behind or place + 1
    raise ValueError("the name points in a circle")
