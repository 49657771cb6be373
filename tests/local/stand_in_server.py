"""A stand-in for moto in the tests of its process: it keeps one SSM parameter, and starts at once.

Started with the file descriptor of a listening socket. POST /forget empties it, as a reset behind
one's back does.
"""

import json
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar


class Parameters(BaseHTTPRequestHandler):
    """PutParameter and GetParameter of SSM, by their JSON protocol."""

    kept: ClassVar[dict[str, str]] = {}

    def do_POST(self) -> None:
        """Answer a put, a get, or the order to forget everything."""
        wish = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path == "/forget":
            self.kept.clear()
            return self._answer(200, {})
        if self.headers["X-Amz-Target"] == "AmazonSSM.PutParameter":
            self.kept[wish["Name"]] = wish["Value"]
            return self._answer(200, {"Version": 1})
        if wish["Name"] not in self.kept:
            return self._answer(400, {"__type": "ParameterNotFound"})
        return self._answer(200, {"Parameter": {"Value": self.kept[wish["Name"]]}})

    def _answer(self, status: int, body: dict[str, object]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


if __name__ == "__main__":
    listening = socket.socket(fileno=int(sys.argv[1]))
    serving = ThreadingHTTPServer(listening.getsockname(), Parameters, bind_and_activate=False)
    serving.socket.close()
    serving.socket = listening
    serving.serve_forever()
