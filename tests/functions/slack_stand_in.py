"""A stand-in for Slack's incoming webhooks: answers as told, keeps what it was sent."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Answer:
    """One answer: status 0 hangs up without one; `delay` in seconds comes before."""

    status: int = 200
    body: str = "ok"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0


class Slack:
    """Gives `answers` in their order, then 200; keeps payloads and paths, oldest first."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.received: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def webhook(self) -> str:
        """The secret URL."""
        return f"http://127.0.0.1:{self._server.server_port}/services/T0/B0/hush-hush"

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and give the port back."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(slack: Slack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            slack.paths.append(self.path)
            length = int(self.headers["Content-Length"])
            slack.received.append(json.loads(self.rfile.read(length)))
            answer = slack.answers.pop(0) if slack.answers else Answer()
            if answer.delay and slack.over.wait(answer.delay):
                return
            if answer.status:
                self._answer(answer)

        def _answer(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            """Answer well, so that a followed redirect would pass for a delivery."""
            self._answer(Answer())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
