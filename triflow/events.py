"""The engine's events, as it streams them while it runs.

The stream is a call of gRPC per phase: one command that previews and then updates calls twice. The
alternative, a file, is truncated between the two.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import events_pb2, events_pb2_grpc

Event = dict[str, Any]
# A resource with its policy documents before and after can be larger than the 4 MB of the default.
MEGABYTES = 400
OPTIONS = [("grpc.max_receive_message_length", MEGABYTES * 1024 * 1024)]


class _Listener(events_pb2_grpc.EventsServicer):
    def __init__(self, begin: Callable[[], None], feed: Callable[[Event], None]) -> None:
        self.begin, self.feed = begin, feed

    def StreamEvents(  # noqa: N802 - the protocol's name
        self, requests: Iterator[events_pb2.EventRequest], _context: grpc.ServicerContext
    ) -> Empty:
        """Take one phase's events, in the order in which they happened."""
        self.begin()
        for request in requests:
            # Three of four are the SDK's debug messages, of no use to a reader.
            if '"severity":"debug"' not in request.event:
                self.feed(json.loads(request.event))
        return Empty()


@contextlib.contextmanager
def listening(begin: Callable[[], None], feed: Callable[[Event], None]) -> Iterator[str]:
    """Listen while the block runs; the value is what the engine's --event-log is given.

    `begin` is called at the start of each phase, `feed` with each event, both from other threads.
    """
    server = grpc.server(ThreadPoolExecutor(2), options=OPTIONS)
    events_pb2_grpc.add_EventsServicer_to_server(_Listener(begin, feed), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"tcp://127.0.0.1:{port}"
    finally:
        server.stop(grace=1).wait()
