"""A wire to a server that can be cut, held up and mended while somebody uses it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from urllib.parse import urlsplit, urlunsplit


class Wire:
    """Carries bytes both ways between a port of its own and the server's."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._carries = Event()
        self._carries.set()
        self._is_cut = False
        self._ends: list[socket.socket] = []
        self._lock = Lock()
        Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection breaks, and new ones are closed at once."""
        self._is_cut = True
        self._carries.set()
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def hold(self) -> None:
        """Connections stay, and nothing comes through."""
        self._carries.clear()

    def mend(self) -> None:
        self._is_cut = False
        self._carries.set()

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            far = socket.create_connection(self._server)
            with self._lock:
                self._ends += (near, far)
            Thread(target=self._carry, args=(near, far), daemon=True).start()
            Thread(target=self._carry, args=(far, near), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._carries.wait()
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wired(url: str) -> Iterator[tuple[Wire, str]]:
    """A wire to the server of a URL, and the URL that goes through it."""
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    wire = Wire((parts.hostname, parts.port))
    who = parts.netloc.rpartition("@")[0]
    through = f"{who}@127.0.0.1:{wire.port}" if who else f"127.0.0.1:{wire.port}"
    try:
        yield wire, urlunsplit(parts._replace(netloc=through))
    finally:
        wire.close()
