"""One reading at a time for everybody who wants the same."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """Readings under way, by key. Who comes meanwhile gets the same answer, or the same error."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[T]] = {}

    def begin(self, key: str, reading: Callable[[], Coroutine[Any, Any, T]]) -> "asyncio.Task[T]":
        """The reading under way, or a new one. It goes on though nobody waits for it any more."""
        flight = self._under_way.get(key)
        if flight is None:
            flight = self._under_way[key] = asyncio.create_task(reading())
            flight.add_done_callback(lambda ended: self._end(key, ended))
        return flight

    def leave(self, key: str) -> None:
        """Nobody else joins the reading under way: what it will tell is known to be old."""
        self._under_way.pop(key, None)

    def _end(self, key: str, flight: "asyncio.Task[T]") -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]
        if not flight.cancelled():
            flight.exception()  # seen, also where everybody who waited has left

    def __len__(self) -> int:
        return len(self._under_way)
