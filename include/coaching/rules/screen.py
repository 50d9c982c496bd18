"""Hints in a text that its writer may be at risk. Pure; in doubt it says so."""

import re

SCREEN_VERSION = "screen-1"
_PLAIN = re.compile(
    r"\b(?:kill(?:ing)? my ?self|end(?:ing)? my life|want(?:ed)? to die|suicidal|cut(?:ting)? my ?self|self.?harm)\b"
)


def screen(text: str) -> str | None:
    """The category of a hint of self-harm or crisis in the text, None where there is none."""
    return "suicide" if _PLAIN.search(text.casefold()) else None
