"""A mail server on a free port that keeps what it is sent."""

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from include.local import processes


class Mailbox:
    """What was delivered, in order. `port` is where it listens."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._arrived: queue.Queue[EmailMessage] = queue.Queue()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        self._arrived.put(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 kept"

    def next(self, *, bound_s: float, about: str = "") -> EmailMessage:
        """The next mail whose subject holds `about`, the others being kept; an error where none comes in time."""
        deadline = time.monotonic() + bound_s
        others: list[EmailMessage] = []
        try:
            while True:
                mail = self._arrived.get(timeout=max(0.0, deadline - time.monotonic()))
                if about in str(mail["Subject"]):
                    return mail
                others.append(mail)
        except queue.Empty:
            raise AssertionError(f"no mail about {about or 'anything'} within {bound_s:.0f} s") from None
        finally:
            for other in others:
                self._arrived.put(other)

    def rest(self) -> list[EmailMessage]:
        """What has arrived and was not taken."""
        return [self._arrived.get() for _ in range(self._arrived.qsize())]


@contextmanager
def mail_sink() -> Iterator[Mailbox]:
    """A mailbox with a real SMTP server before it."""
    mailbox = Mailbox(processes.free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def mail_connection(mailbox: Mailbox) -> dict[str, Any]:
    """The Airflow connection to a mailbox, as AIRFLOW_CONN_ALMANAC_SMTP holds it in JSON."""
    return {
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": mailbox.port,
        "extra": {"disable_ssl": True, "disable_tls": True, "from_email": "almanac@localhost"},
    }


def text_of(mail: EmailMessage) -> str:
    """Everything that a reader of the mail sees."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(mail["Subject"]), *parts])
