"""The provider process `pulumi-resource-aws`: prints its port and serves one command of the CLI.

It ends when told to, and within a second of the process that started it.
"""

import os
import signal
import sys
import threading
from concurrent import futures
from urllib.parse import urlsplit

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from local.aws.client import THREADS
from local.aws.service import Provider
from local.errors import LocalError

BYTES_OF_A_MESSAGE = 400 * 1024 * 1024  # as Pulumi's own servers allow; gRPC's default is 4 MB
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
GRACE_SECONDS = 3


def main() -> None:
    """Serve until ended; exits with 1 and one sentence without a loopback endpoint."""
    try:
        endpoint = loopback_endpoint(os.environ.get("AWS_ENDPOINT_URL", ""))
    except LocalError as error:
        sys.exit(str(error))
    server, port = serve(Provider(endpoint))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    print(port, flush=True)  # noqa: T201 - how a provider tells the engine its port
    _wait(stop, os.getppid())
    server.stop(GRACE_SECONDS).wait()


def loopback_endpoint(endpoint: str) -> str:
    """Return the endpoint if it is on this machine; LocalError otherwise: AWS is never called."""
    if urlsplit(endpoint).hostname in LOOPBACK:
        return endpoint
    said = f"AWS_ENDPOINT_URL is {endpoint!r}" if endpoint else "AWS_ENDPOINT_URL is not set"
    raise LocalError(
        f"{said}, and the local AWS provider talks to this machine only.",
        "It does not start, so that nothing is ever done in a real account by accident.",
        "start the local AWS and set AWS_ENDPOINT_URL to its http://127.0.0.1:PORT",
    )


def serve(provider: Provider) -> tuple[grpc.Server, int]:
    """Start a server for the provider on a free port of this machine and return both."""
    limits = [
        ("grpc.max_send_message_length", BYTES_OF_A_MESSAGE),
        ("grpc.max_receive_message_length", BYTES_OF_A_MESSAGE),
    ]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=THREADS), options=limits)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def _wait(stop: threading.Event, parent: int) -> None:
    """Wait until told to stop or until the parent is gone.

    The kernel's own parent-death signal follows the parent's thread, which Go ends at will.
    """
    while not stop.is_set() and os.getppid() == parent:
        stop.wait(1)


if __name__ == "__main__":
    main()
