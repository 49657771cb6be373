"""A stand-in for the engine: it streams the events and ends as STAND_IN_PLAN says.

The plan is a JSON object: phases (lists of events), prints, code, dies (of a signal),
waits (until SIGINT, then 7).
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator

import grpc
from pulumi.runtime.proto import events_pb2, events_pb2_grpc

plan = json.loads(os.environ["STAND_IN_PLAN"])
print(plan.get("prints", ""), flush=True)  # noqa: T201 - what a test reads in the log
print(json.dumps({"argv": sys.argv[1:], "cwd": os.getcwd()}), flush=True)  # noqa: T201, PTH109
address = sys.argv[sys.argv.index("--event-log") + 1].removeprefix("tcp://")


def requests(phase: list[object]) -> Iterator[events_pb2.EventRequest]:
    """Yield the phase's events as the engine encodes them."""
    for event in phase:
        yield events_pb2.EventRequest(event=json.dumps(event) + "\n")


def interrupted(*_: object) -> None:
    """End as an engine does that was interrupted."""
    sys.exit(7)


signal.signal(signal.SIGINT, interrupted)
with grpc.insecure_channel(address) as channel:
    stub = events_pb2_grpc.EventsStub(channel)
    for phase in plan.get("phases", []):
        stub.StreamEvents(requests(phase))
if plan.get("waits"):
    print("waiting", flush=True)  # noqa: T201 - likewise
    time.sleep(600)
if plan.get("dies"):
    os.kill(os.getpid(), plan["dies"])
sys.exit(plan.get("code", 0))
