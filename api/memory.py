"""What this process remembers: the entries used last, up to so many bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows how many bytes it takes."""

    @property
    def weight(self) -> int: ...


Key = TypeVar("Key", bound=Hashable)
V = TypeVar("V", bound=Sized)


class Memory(Generic[Key, V]):
    """Forgets what was not asked for the longest time when it grows beyond `most` bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Key, V] = OrderedDict()
        self.weight = 0

    def get(self, key: Key) -> V | None:
        value = self._held.get(key)
        if value is not None:
            self._held.move_to_end(key)
        return value

    def put(self, key: Key, value: V) -> None:
        self.drop(key)
        self._held[key] = value
        self.weight += value.weight
        while self.weight > self._most:
            self.weight -= self._held.popitem(last=False)[1].weight

    def drop(self, key: Key) -> None:
        before = self._held.pop(key, None)
        if before is not None:
            self.weight -= before.weight

    def __len__(self) -> int:
        return len(self._held)
