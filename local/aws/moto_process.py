"""The server process itself: moto on a socket that the starter has bound already.

A socket handed over cannot be taken by another process between choosing and listening, which
moto's own command, being told a port, cannot rule out.
"""

import logging
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.iam.access_control import PermissionResult
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import FakeBucket
from werkzeug.serving import make_server

SECONDS_BETWEEN_LOOKS = 2


def main() -> None:
    """Serve on the listening socket whose file descriptor is the only argument, until ended.

    The working folder is the home: where it is deleted, nobody could find or end this process.
    """
    threading.Thread(target=_end_with, args=(Path.cwd(),), daemon=True).start()
    listening = socket.socket(fileno=int(sys.argv[1]))
    host, port = listening.getsockname()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for each request
    correct()
    make_server(
        host,
        port,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listening.fileno(),
    ).serve_forever()


def correct() -> None:
    """Have moto do as AWS does where it would mislead."""
    FakeBucket.get_permission = _no_judgement  # type: ignore[method-assign, assignment]
    NatGatewayBackend.delete_nat_gateway = _freeing_its_address  # type: ignore[method-assign, assignment]


def _no_judgement(*_: object) -> PermissionResult:
    """Let no bucket policy decide: moto reads no condition, except for equality.

    It would take "refuse what does not come over TLS" for "refuse everything".
    """
    return PermissionResult.NEUTRAL


_delete_nat_gateway = NatGatewayBackend.delete_nat_gateway


def _freeing_its_address(backend: Any, nat_gateway_id: str) -> NatGateway:  # noqa: ANN401 - all of EC2
    """Delete a NAT gateway with its network interface's hold on the address."""
    deleted = _delete_nat_gateway(backend, nat_gateway_id)
    interfaces = {one["networkInterfaceId"] for one in deleted.nat_gateway_addresses}
    for address in backend.addresses:
        if address.eni and address.eni.id in interfaces:
            backend.disassociate_address(address=address.public_ip)
    return deleted


def _end_with(home: Path) -> None:
    while home.exists():
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os._exit(0)


if __name__ == "__main__":
    main()
