"""The server process itself: moto on a socket that the starter has bound already.

A socket handed over cannot be taken by another process between choosing and listening, which
moto's own command, being told a port, cannot rule out.
"""

import logging
import socket
import sys

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server


def main() -> None:
    """Serve on the listening socket whose file descriptor is the only argument, until ended."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    host, port = listening.getsockname()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # no line for each request
    make_server(
        host,
        port,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listening.fileno(),
    ).serve_forever()


if __name__ == "__main__":
    main()
