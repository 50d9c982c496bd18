"""What a process remembers never grows beyond its bound, and what was used last stays longest."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from api.memory import Memory


class Block(NamedTuple):
    weight: int


PUTS = st.lists(st.tuples(st.text("abcdef", min_size=1, max_size=1), st.integers(0, 60)))


@given(PUTS)
def test_weight_is_that_of_what_is_held_and_never_above_the_bound(puts: list[tuple[str, int]]) -> None:
    memory: Memory[str, Block] = Memory(100)
    for key, weight in puts:
        memory.put(key, Block(weight))
        assert memory.weight == sum(held.weight for k in "abcdef" if (held := memory.get(k))) <= 100


def test_the_least_recently_used_goes_first() -> None:
    memory: Memory[str, Block] = Memory(100)
    memory.put("a", Block(40))
    memory.put("b", Block(40))
    memory.get("a")
    memory.put("c", Block(40))
    assert [key for key in "abc" if memory.get(key)] == ["a", "c"]


def test_what_is_larger_than_all_is_not_held() -> None:
    memory: Memory[str, Block] = Memory(100)
    memory.put("a", Block(101))
    assert (len(memory), memory.weight) == (0, 0)
