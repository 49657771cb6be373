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
    FakeBucket.get_permission = _no_judgement  # type: ignore[method-assign, assignment]
    make_server(
        host,
        port,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listening.fileno(),
    ).serve_forever()


def _no_judgement(*_: object) -> PermissionResult:
    """Let no bucket policy decide: moto reads no condition, except for equality.

    It would take "refuse what does not come over TLS" for "refuse everything".
    """
    return PermissionResult.NEUTRAL


def _end_with(home: Path) -> None:
    while home.exists():
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os._exit(0)


if __name__ == "__main__":
    main()
