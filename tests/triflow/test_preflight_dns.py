"""One question to the resolver: which name servers a domain is delegated to (ADR X3)."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from triflow.preflight import dns

DOMAIN = "triflow-ai.com"
NS, CNAME = 2, 5


def encoded(name: str) -> bytes:
    """Return a name as DNS writes it."""
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def record(kind: int, data: bytes) -> bytes:
    """Return an answer about the name in the question, by a pointer to it."""
    return struct.pack(">HHHIH", 0xC00C, kind, 1, 300, len(data)) + data


def answering(*records: bytes, code: int = 0, other: int = 0) -> Callable[[bytes], bytes]:
    """Return a resolver that answers every question with these records."""

    def answer(question: bytes) -> bytes:
        number = struct.unpack_from(">H", question)[0] ^ other
        return struct.pack(">HHHHHH", number, 0x8180 | code, 1, len(records), 0, 0) + b"".join(
            (question[12:], *records)
        )

    return answer


@contextmanager
def resolver(
    monkeypatch: pytest.MonkeyPatch, folder: Path, answer: Callable[[bytes], bytes]
) -> Iterator[list[bytes]]:
    """Have this machine's resolver answer like that, once; gives the questions it got."""
    asked: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.bind(("127.0.0.1", 0))
        monkeypatch.setattr(dns, "PORT", channel.getsockname()[1])
        monkeypatch.setattr(dns, "RESOLVERS", folder / "resolv.conf")
        (folder / "resolv.conf").write_text("# ours\nsearch lan\nnameserver 127.0.0.1\n")

        def serve() -> None:
            question, caller = channel.recvfrom(512)
            asked.append(question)
            channel.sendto(answer(question), caller)

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        yield asked
        serving.join(timeout=60)


def test_the_name_servers_are_read_also_where_a_name_points_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Answers are compressed: the second server's ending is the first one's."""
    first = encoded("NS-1.awsdns-01.org")
    # The header has 12 bytes, the question the name and 4 more, the record 12 before its data.
    ending = 12 + len(encoded(DOMAIN)) + 4 + 12 + len(b"\x04NS-1")
    second = b"\x04ns-2" + struct.pack(">H", 0xC000 | ending)
    records = (record(NS, first), record(CNAME, b"\0"), record(NS, second))

    with resolver(monkeypatch, tmp_path, answering(*records)) as asked:
        found = dns.name_servers(DOMAIN)

    assert found == {"ns-1.awsdns-01.org", "ns-2.awsdns-01.org"}
    assert asked[0][12:] == encoded(DOMAIN) + struct.pack(">HH", NS, 1)


@pytest.mark.parametrize("code", [0, 3])
def test_a_domain_without_name_servers_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    """No records, or no such name: both are an answer."""
    with resolver(monkeypatch, tmp_path, answering(code=code)):
        assert dns.name_servers(DOMAIN) == set()


@pytest.mark.parametrize(
    "answer",
    [
        answering(code=2),
        answering(other=1),
        answering(record(NS, struct.pack(">H", 0xC000 | 44))),
        lambda _question: b"\0",
    ],
    ids=["server failure", "answer to another question", "name in a circle", "half an answer"],
)
def test_what_is_no_answer_is_not_taken_for_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: Callable[[bytes], bytes]
) -> None:
    """Nobody is told to change a registrar's entry because a resolver stumbled."""
    with resolver(monkeypatch, tmp_path, answer):
        assert dns.name_servers(DOMAIN) is None


def test_a_machine_without_a_resolver_cannot_tell(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No file, no question."""
    monkeypatch.setattr(dns, "RESOLVERS", tmp_path / "nowhere")

    assert dns.name_servers(DOMAIN) is None


def test_a_resolver_that_is_not_there_cannot_tell(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The loopback address refuses at once."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    monkeypatch.setattr(dns, "PORT", port)
    monkeypatch.setattr(dns, "RESOLVERS", tmp_path / "resolv.conf")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")

    assert dns.name_servers(DOMAIN) is None
