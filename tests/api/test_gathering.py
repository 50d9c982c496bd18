"""Many small questions as few large ones: each gets its own answer, and nobody is forgotten."""

import asyncio
from collections.abc import Sequence

import pytest

from api.gathering import Gathered


class Server:
    def __init__(self) -> None:
        self.lists: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def double(self, numbers: Sequence[int]) -> list[int]:
        self.lists.append(list(numbers))
        await self.gate.wait()
        if self.error:
            raise self.error
        return [2 * number for number in numbers]


def test_what_is_asked_at_once_goes_together_and_comes_back_in_order() -> None:
    async def scenario() -> None:
        server = Server()
        gathered = Gathered(server.double, lanes=1, most=40)
        assert await asyncio.gather(*(gathered.ask(n) for n in range(100))) == [2 * n for n in range(100)]
        assert [len(one) for one in server.lists] == [40, 40, 20]

    asyncio.run(scenario())


def test_no_more_lists_than_lanes_are_on_their_way() -> None:
    async def scenario() -> None:
        server = Server()
        server.gate.clear()
        gathered = Gathered(server.double, lanes=2, most=1)
        answers = [gathered.ask(n) for n in range(5)]
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(server.lists) == 2
        server.gate.set()
        assert await asyncio.gather(*answers) == [0, 2, 4, 6, 8]

    asyncio.run(scenario())


def test_who_asks_at_the_moment_when_a_lane_ends_is_answered() -> None:
    """Whatever the number of turns of the loop between two questions."""

    async def scenario() -> None:
        for turns in range(12):
            gathered = Gathered(Server().double, lanes=1)
            first = gathered.ask(1)
            for _ in range(turns):
                await asyncio.sleep(0)
            async with asyncio.timeout(5):
                assert (await gathered.ask(2), await first) == (4, 2)

    asyncio.run(scenario())


def test_an_error_is_told_to_all_of_its_list_and_to_nobody_else() -> None:
    async def scenario() -> None:
        server = Server()
        gathered = Gathered(server.double)
        server.error = ValueError("no")
        failed = [gathered.ask(n) for n in range(3)]
        for one in failed:
            with pytest.raises(ValueError, match="no"):
                await one
        server.error = None
        assert await gathered.ask(4) == 8

    asyncio.run(scenario())


def test_who_leaves_takes_nobodys_answer_along() -> None:
    async def scenario() -> None:
        server = Server()
        server.gate.clear()
        gathered = Gathered(server.double)
        leaving, staying = gathered.ask(1), gathered.ask(2)
        await asyncio.sleep(0)
        leaving.cancel()
        server.gate.set()
        assert await staying == 4

    asyncio.run(scenario())
