"""Which prompt a user's text is written with: the same user always gets the same variant."""

from hashlib import blake2b
from typing import Any, NamedTuple


class Variant(NamedTuple):
    """A user's part in an experiment; no name = there is none."""

    name: str | None
    prompt_version: str


def assign(experiment: dict[str, Any] | None, user_id: int, usual: str) -> Variant:
    """The variant of a user, in equal shares; `usual` is the prompt where there is no experiment.

    experiment: {"name": …, "variants": {variant: prompt version}}. The name is part of the hash, so
    that the groups of two experiments do not coincide.
    """
    if not experiment:
        return Variant(None, usual)
    variants = sorted(experiment["variants"].items())
    digest = blake2b(f"{experiment['name']}:{user_id}".encode(), digest_size=8).digest()
    return Variant(*variants[int.from_bytes(digest) % len(variants)])
