"""What is killed, restarted or started twice in the middle of an update: the next one converges.

Each test says whether it begins with prod up or with nothing. They stand in an order in which one
mostly leaves what the next begins with, since each emptying and each bringing up takes its seconds.
"""

import os
import re
import signal
import time
from subprocess import Popen

import pytest

from local.aws import server
from tests.end_to_end.clone import Clone, kill, left_behind, processes_of

pytestmark = pytest.mark.end_to_end

GROUPS = 12
ENOUGH = 3  # groups under way: the network is recorded, most groups are not asked for yet


@pytest.fixture
def clone(small: Clone) -> Clone:
    """Give the small clone with nothing in it, emptied unless a test has left it so."""
    if server.find(small.workspace.aws) is None or not is_as(small, EMPTY):
        small.ok("local", "reset")
    return small


@pytest.fixture
def up(small: Clone) -> Clone:
    """Give the small clone with prod up, brought up from nothing unless a test has left it so."""
    if server.find(small.workspace.aws) is None or not is_as(small, COMPLETE):
        small.ok("local", "reset")
        small.ok("up", "prod")
    return small


def update_in_the_middle(clone: Clone) -> Popen[str]:
    """Start an update of prod and return it when it has begun to create."""
    log = clone.workspace.home / "logs" / "prod.log"
    log.unlink(missing_ok=True)  # what an earlier command has said
    update = clone.start("up", "prod")
    while update.poll() is None:
        text = log.read_text() if log.exists() else ""
        begun = re.findall(r"group-\d+ creating", text.partition("Updating (prod)")[2])
        if len(set(begun)) >= ENOUGH:
            return update
        time.sleep(0.01)
    raise AssertionError(update.communicate()[0])


def engine_of(clone: Clone) -> int:
    """Return the process of the engine itself."""
    return next(pid for pid, words in processes_of(clone.root).items() if "/pulumi up" in words)


def inventory(clone: Clone) -> dict[str, int]:
    """Return how much of each kind there is in the local AWS, made by whomever."""
    ec2 = clone.aws("ec2")
    vpcs = [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": vpcs}])
    own = [group for group in groups["SecurityGroups"] if group["GroupName"] != "default"]
    buckets = clone.aws("s3").list_buckets()["Buckets"]
    return {"vpcs": len(vpcs), "groups": len(own) if vpcs else 0, "buckets": len(buckets)}


COMPLETE = {"vpcs": 1, "groups": GROUPS, "buckets": 1}
EMPTY = {"vpcs": 0, "groups": 0, "buckets": 0}


def is_as(clone: Clone, expected: dict[str, int]) -> bool:
    """Return whether that is in the local AWS, and the state knows just as much of it."""
    known = clone.state("prod")
    pending = known.pending if known else 0
    recorded = len(clone.resources("prod", "aws:"))
    return (inventory(clone), recorded, pending) == (expected, sum(expected.values()), 0)


def test_a_killed_local_aws_is_one_sentence_and_the_next_up_rebuilds(clone: Clone) -> None:
    """Its memory is gone in the middle of an update; nothing is doubled, nothing missing."""
    update = update_in_the_middle(clone)
    kill(clone.server.pid)

    screen, _ = update.communicate()
    again = clone.ok("up", "prod")

    assert update.returncode == 1
    assert "The local AWS stopped while prod was worked on. What was made in it is gone." in screen
    assert "Traceback" not in screen
    assert "the local AWS was restarted and so emptied; refreshing the state" in again
    assert inventory(clone) == COMPLETE


def test_a_killed_engine_leaves_no_orphan_and_the_next_up_doubles_nothing(clone: Clone) -> None:
    """What it had asked AWS for and not yet recorded is found again by the provider's journal."""
    update = update_in_the_middle(clone)
    kill(engine_of(clone))

    screen, _ = update.communicate()
    assert left_behind(clone.root) == {}
    again = clone.ok("up", "prod")

    assert "The engine was killed by signal 9 while prod was worked on." in screen
    assert "an earlier update was killed; its lock is removed" in again
    assert inventory(clone) == COMPLETE


def test_a_killed_command_takes_its_engine_along(clone: Clone) -> None:
    """After kill -9 of triflow the engine ends in order, and the next command waits for it."""
    update = update_in_the_middle(clone)
    update.kill()
    update.communicate()

    clone.ok("up", "prod")

    assert inventory(clone) == COMPLETE
    assert left_behind(clone.root) == {}


def test_a_second_update_waits_for_the_first(clone: Clone) -> None:
    """Two at once: the second says for whom it waits, and then finds nothing to do."""
    first = update_in_the_middle(clone)
    engine = engine_of(clone)
    os.kill(engine, signal.SIGSTOP)  # it holds the stack for as long as the test wants

    try:
        second = clone.start("up", "prod")
        assert second.stdout
        told = next((line for line in second.stdout if "waiting" in line), "")
    finally:
        os.kill(engine, signal.SIGCONT)

    assert first.communicate()[0].endswith("\n")
    assert second.communicate()[0].endswith("\n")
    assert (first.returncode, second.returncode) == (0, 0)
    assert f"prod: waiting for an update that runs (pid {engine}" in told
    assert inventory(clone) == COMPLETE


def test_the_engines_own_line_refuses_to_work_on_what_is_gone(up: Clone) -> None:
    """An update without a refresh would end in errors that nobody understands."""
    up.ok("local", "stop")

    refused = up.triflow("local", "pulumi", "up", "--yes", "-s", "prod")
    code = up.triflow("local", "pulumi", "refresh", "--yes", "-s", "prod").returncode
    allowed = up.triflow("local", "pulumi", "up", "--yes", "-s", "prod")

    assert refused.returncode == 1
    assert "The local AWS was restarted, and what prod's state lists is gone with it." in (
        refused.stdout
    )
    assert code == 0
    assert allowed.returncode == 0, allowed.stdout
    assert inventory(up) == COMPLETE


def test_a_lost_and_a_wrong_passphrase_are_told(up: Clone) -> None:
    """The state is not read with another one, nor is a new one made silently."""
    path = up.workspace.home / "passphrase"
    before = path.read_text()
    path.unlink()
    lost = up.triflow("up", "prod")
    path.write_text("another")
    wrong = up.triflow("up", "prod")
    path.write_text(before)

    assert lost.returncode == wrong.returncode == 1
    assert "The passphrase of the local stacks is missing" in lost.stdout
    assert "incorrect passphrase" in wrong.stdout


def test_two_clones_do_not_meet(up: Clone, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What one brings up and takes down, the other never sees."""
    other = Clone(tmp_path_factory.mktemp("other"))
    other.replace_program(up.root / "tests/end_to_end/small")
    try:
        other.ok("up", "prod")
        other.ok("local", "reset")

        assert inventory(up) == COMPLETE
        assert up.server.endpoint in up.ok("local", "status")
    finally:
        other.close()


def test_everything_goes_even_what_is_protected_and_not_empty(up: Clone) -> None:
    """Protected, kept on delete, a bucket with an object: locally all goes, and it is said."""
    up.aws("s3").put_object(Bucket="kept-prod", Key="left", Body=b"behind")

    screen = up.ok("destroy", "prod")

    assert "protection of 2 resources is lifted, only because this is the local AWS" in screen
    assert inventory(up) == EMPTY
    assert up.resources("prod") == []


def test_a_mandatory_policy_stops_before_anything_changes(clone: Clone) -> None:
    """The preview runs always, and the update does not follow it."""
    with clone.edited("__main__.py", '"10.0.0.0/16"', '"10.9.0.0/16"'):
        stopped = clone.triflow("up", "prod")

    assert stopped.returncode == 3
    assert "✗ ADR N1  vpc-plan  prod  (high, mandatory)" in stopped.stdout
    assert "Fix: take 10.0" in stopped.stdout
    assert inventory(clone) == EMPTY


def test_a_missing_and_a_broken_pack_are_told(clone: Clone) -> None:
    """Without a pack nothing is judged, and so nothing is brought up."""
    policy = clone.root / "policy"
    policy.rename(clone.root / "aside")
    missing = clone.triflow("up", "prod")
    (clone.root / "aside").rename(policy)
    with clone.edited("policy/__main__.py", "PolicyPack(\n", "PolicyPack((\n"):
        broken = clone.triflow("up", "prod")

    assert missing.returncode == broken.returncode == 1
    assert str(policy) in missing.stdout
    assert "SyntaxError" in broken.stdout
    assert "Traceback" not in missing.stdout + broken.stdout
    assert inventory(clone) == EMPTY


def test_a_foreign_aws_profile_is_never_asked(clone: Clone) -> None:
    """A shell full of real AWS settings changes nothing: everything is made in the local AWS."""
    real = {"AWS_PROFILE": "production", "AWS_REGION": "us-east-1", "AWS_SESSION_TOKEN": "real"}

    screen = clone.ok("up", "prod", **real)

    assert "Where to look next" in screen
    assert inventory(clone) == COMPLETE
    assert os.environ.get("AWS_PROFILE") is None


def test_a_stack_of_a_restarted_aws_is_taken_down_without_a_word_of_aws(up: Clone) -> None:
    """What the state lists is gone already; destroy finds that out by itself."""
    up.ok("local", "stop")

    up.ok("destroy", "prod")

    assert inventory(up) == EMPTY
    assert up.resources("prod") == []


def test_ctrl_c_finishes_what_is_in_flight(clone: Clone) -> None:
    """The engine records what it had begun, so that nothing is pending afterwards."""
    update = update_in_the_middle(clone)
    update.send_signal(signal.SIGINT)

    screen, _ = update.communicate()

    assert update.returncode == 130
    assert "stopping after what is in flight" in screen
    known = clone.state("prod")
    assert known is not None
    assert known.pending == 0
    assert left_behind(clone.root) == {}
