"""Many small questions as few large ones: what is asked at about the same time goes on one way together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Gathered(Generic[Q, A]):
    """Questions to a server that answers many for little more than one.

    `send` answers a list of them in order; an error of it is everybody's. At most `lanes` lists are on their
    way; what is asked meanwhile waits for the next, so under load the lists grow by themselves.
    """

    def __init__(
        self, send: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], *, lanes: int = 2, most: int = 200
    ) -> None:
        self._send = send
        self._lanes = lanes
        self._busy = 0
        self._most = most
        self._asked: list[tuple[Q, asyncio.Future[A]]] = []
        self._sending: set[asyncio.Task[None]] = set()  # so that none is collected while it works

    def ask(self, question: Q) -> "asyncio.Future[A]":
        """Its answer, or the error of the list that it went with."""
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._asked.append((question, answer))
        if self._busy < self._lanes:
            self._busy += 1
            lane = asyncio.create_task(self._drain())
            self._sending.add(lane)
            lane.add_done_callback(self._sending.discard)
        return answer

    async def _drain(self) -> None:
        try:
            while self._asked:
                batch, self._asked = self._asked[: self._most], self._asked[self._most :]
                await self._answer(batch)
        finally:
            # Here and not when the task is told to be over: who asks in between would wait for nobody.
            self._busy -= 1

    async def _answer(self, batch: "Sequence[tuple[Q, asyncio.Future[A]]]") -> None:
        try:
            answers = await self._send([question for question, _ in batch])
        except Exception as error:
            _fail(batch, error)
            return
        except BaseException:  # the process ends
            for _, waiting in batch:
                waiting.cancel()
            raise
        for (_, waiting), answer in zip(batch, answers, strict=True):
            if not waiting.done():  # its reader may have left
                waiting.set_result(answer)


def _fail(batch: Sequence[tuple[Q, "asyncio.Future[A]"]], error: Exception) -> None:
    """The error is told to everybody who waits."""
    for _, waiting in batch:
        if not waiting.done():
            waiting.set_exception(error)
            waiting.exception()  # seen, also where its reader has left
