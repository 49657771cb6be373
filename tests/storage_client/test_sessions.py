"""Sessions (ADR S8, S9): each tenant has its own credentials, renewed in time, bounded in number.

What AWS lets a session do is not shown here.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest
from botocore.exceptions import InvalidRegionError

from tests.storage_client.stand_ins import ROLE, Clock, Sts, a_tenant, key_of
from triflow_storage import sessions
from triflow_storage.sessions import TenantSessions

THREADS = 16


@pytest.fixture
def clock() -> Clock:
    """The clock of the sessions and of STS."""
    return Clock()


@pytest.fixture
def sts(clock: Clock) -> Sts:
    """An STS that counts."""
    return Sts(clock)


@pytest.fixture
def opened(sts: Sts, clock: Clock) -> TenantSessions:
    """Sessions of at most four tenants."""
    return TenantSessions(ROLE, "ap-northeast-2", limit=4, sts=sts, clock=clock)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Sixteen threads."""
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool


@pytest.mark.clause("S8")
def test_the_tenant_role_is_assumed_with_the_tenant_as_session_tag(
    opened: TenantSessions, sts: Sts
) -> None:
    """The tag tenant_id is what the role's policy reads; the name is what CloudTrail shows."""
    key_of(opened.session(a_tenant(1)).client)

    tenant = "00000000-0000-0000-0000-000000000001"
    assert sts.asked == [
        {
            "RoleArn": ROLE,
            "RoleSessionName": f"tenant-{tenant}",
            "Tags": [{"Key": "tenant_id", "Value": tenant}],
            "DurationSeconds": 3600,
        }
    ]


@pytest.mark.clause("S9")
def test_a_session_is_renewed_a_quarter_of_an_hour_before_it_ends(
    opened: TenantSessions, sts: Sts, clock: Clock
) -> None:
    """At 44 minutes the old credentials sign, at 46 new ones do: none ever expires in use."""
    client = opened.session(a_tenant(1)).client
    first = key_of(client)

    clock.wait(minutes=44)
    assert first == key_of(client)
    clock.wait(minutes=2)
    assert first != key_of(client)
    assert len(sts.asked) == 2


@pytest.mark.clause("S9")
def test_an_sts_that_fails_for_a_moment_is_not_noticed(
    opened: TenantSessions, sts: Sts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renewal that fails while the old credentials still hold is tried again at the next call."""
    client = opened.session(a_tenant(1)).client
    first = key_of(client)
    clock.wait(minutes=46)

    with monkeypatch.context() as broken:
        broken.setattr(sts, "assume_role", lambda **_: {})
        assert first == key_of(client)
    assert first != key_of(client)


@pytest.mark.clause("S9")
def test_threads_that_meet_a_new_tenant_assume_the_role_once(
    opened: TenantSessions, sts: Sts, threads: ThreadPoolExecutor
) -> None:
    """Sixteen requests of one tenant at once are one call of STS and one client."""
    together = Barrier(THREADS)

    def use(_: int) -> tuple[int, str]:
        together.wait()
        client = opened.session(a_tenant(1)).client
        return id(client), key_of(client)

    assert len(set(threads.map(use, range(THREADS)))) == 1
    assert len(sts.asked) == 1


@pytest.mark.thorough
@pytest.mark.clause("S8", "S9")
def test_threads_of_many_tenants_never_get_each_others_credentials(
    opened: TenantSessions, threads: ThreadPoolExecutor
) -> None:
    """Eight tenants take turns in four places: each is signed for by its own session."""
    wanted = [a_tenant(number % 8) for number in range(200)]

    signed = threads.map(lambda tenant: key_of(opened.session(tenant).client), wanted)

    assert [str(tenant) for tenant in wanted] == [key.split("#")[0] for key in signed]
    assert len(opened) == 4


@pytest.mark.clause("S9")
def test_ten_thousand_tenants_do_not_become_ten_thousand_clients(
    sts: Sts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default 128 stay. The clients are stand-ins here: real ones take 8 ms each."""
    monkeypatch.setattr(sessions._Home, "client", lambda *_: SimpleNamespace())
    opened = TenantSessions(ROLE, "ap-northeast-2", sts=sts, clock=clock)

    most = 0
    for number in range(10_000):
        opened.session(a_tenant(number))
        most = max(most, len(opened))

    assert most == 128


@pytest.mark.clause("S9")
def test_the_tenant_seen_longest_ago_makes_room(opened: TenantSessions) -> None:
    """A busy tenant keeps its client; the one pushed out still serves who holds it."""
    first, second = (opened.session(a_tenant(number)) for number in (1, 2))
    for number in (3, 4, 1, 5):
        opened.session(a_tenant(number))

    assert opened.session(a_tenant(1)) is first
    assert opened.session(a_tenant(2)) is not second
    assert key_of(second.client).startswith(str(a_tenant(2)))


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    ("age", "lifetime", "assumed"),
    [(0, 60, 1), (4, 60, 1), (6, 60, 2), (29, 30, 1), (31, 30, 2), (44, 15, 1)],
)
def test_a_url_is_signed_by_a_session_that_outlives_it(
    opened: TenantSessions, sts: Sts, age: int, lifetime: int, assumed: int
) -> None:
    """A URL dies with its session, so a session too old for it is replaced before signing."""
    opened.lasting(a_tenant(1), timedelta(minutes=1))
    sts.clock.wait(minutes=age)

    session = opened.lasting(a_tenant(1), timedelta(minutes=lifetime))

    assert len(sts.asked) == assumed
    assert session.ends_at - sts.clock() >= timedelta(minutes=min(lifetime, 55))


@pytest.mark.clause("S8")
def test_a_client_that_cannot_be_made_leaves_no_credentials_behind(
    opened: TenantSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failure the next client, the process's own, is not signed for by the tenant."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "task-role")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    with monkeypatch.context() as broken:
        broken.setattr(opened, "_region", "no such region")
        with pytest.raises(InvalidRegionError):
            opened.session(a_tenant(1))

    assert key_of(opened.own_client()) == "task-role"
    assert len(opened) == 0


@pytest.mark.clause("S8")
def test_what_is_shared_is_read_with_the_processes_own_role(
    opened: TenantSessions, sts: Sts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No tenant role is assumed for it, and there is one client for all."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "task-role")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")

    client = opened.own_client()

    assert key_of(client) == "task-role"
    assert client is opened.own_client()
    assert sts.asked == []
