"""Servers on this machine that stand for those of the mail and of Teams."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from ssl import SSLContext
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from kwaliteitsmonitor.exchange.notices.ledger import Ledger
from kwaliteitsmonitor.foundation.workspace import Workspace
from tests.exchange.notices.university import CYCLE


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Workspace(tmp_path / "out"), CYCLE)


@dataclass
class MailServer:
    """A mail server that keeps what it gets. `refuse` says which recipients it does not take."""

    refuse: Callable[[str], bool] = lambda address: False
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if self.refuse(address):
            return "550 there is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.received.append(mail)
        self.recipients.extend(envelope.rcpt_tos)
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 taken"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class FreePort(Controller):
    """A mail server on whichever port is free: the system chooses it, so that no two tests want the same."""

    def _trigger_server(self) -> None:
        """Connect once, as the controller does to see that it answers, where it really listens."""
        assert self.server is not None
        self.port = self.handler.port = int(self.server.sockets[0].getsockname()[1])
        super()._trigger_server()


@pytest.fixture
def serving() -> Iterator[Callable[..., MailServer]]:
    started: list[Controller] = []

    def start(refuse: Callable[[str], bool] = lambda address: False, **options: Any) -> MailServer:
        server = MailServer(refuse)
        started.append(FreePort(server, hostname="127.0.0.1", port=0, **options))
        started[-1].start()
        return server

    yield start
    for controller in started:
        controller.stop(no_assert=True)


@pytest.fixture
def post_office(serving: Callable[..., MailServer]) -> MailServer:
    return serving()


@contextmanager
def web_server(answer: Callable[[bytes, str], int], encryption: SSLContext | None = None) -> Iterator[int]:
    """A web server under way, by its port; `answer` gives the code for the body of a request and its content type."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            code = answer(body, self.headers.get("Content-Type", ""))
            self.send_response(code)
            if 300 <= code < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the standard library's name

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if encryption is not None:
        server.socket = encryption.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Webhook:
    """A web server that stands for the workflow of Teams. `answers` are the codes it gives, the last one for ever."""

    answers: list[int] = field(default_factory=lambda: [202])
    received: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, body: bytes, content_type: str) -> int:
        code = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if code < 300:
            assert content_type == "application/json"
            self.received.append(json.loads(body))
        return code


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    kept = Webhook()
    with web_server(kept.answer) as port:
        kept.url = f"http://127.0.0.1:{port}/workflows/abc?sig=geheim"
        yield kept
