"""Journal text as a model may see it: without invisible signs, and without what speaks to a model instead.

What is left is still data, and is treated so: told apart from the instruction, and what a model makes of it is
checked. But an order that is never sent cannot be obeyed, and no diary needs one.
"""

import re
import unicodedata

_SENTENCE = re.compile(r"[^.!?。！？]*[.!?。！？]*")
_MODEL = r"(?:ai|a\.i\.|assistant|language model|model|llm|chatgpt|gpt\S*|claude|chatbot|bot)"
_ORDER = re.compile(
    "|".join(
        (
            (
                r"\b(?:ignor\w*|disregard|forget|override|vergiss\w*|vergesst|olvida\w*|oublie\w*|esque[cç]\w*)\b.{0,60}"
                r"\b(?:instruc\w*|rules?|prompts?|guidelines|anweisung\w*|regeln?|consign\w*|reglas?|regras?|r[eè]gles?"
                r"|above|previous|prior)\b"
            ),
            r"\b(?:system|developer|hidden|initial)\s*(?:prompt|message|instruction)s?\b",
            r"\b(?:system|assistant|developer|user)\s*:",
            rf"\byou are (?:now )?(?:an? |the )?{_MODEL}\b",
            rf"\b(?:act|behave|pretend|respond|answer) (?:as|to be|like) (?:an? |the )?{_MODEL}\b",
            rf"\b(?:note|message|instructions?|attention|dear|hey|hello|hi|order)\W+(?:to |for )?(?:the )?{_MODEL}\b",
            r"\b(?:respond|reply|answer|output|print|say|write|return)\s+(?:only|exactly|verbatim)\b",
            (
                r"\b(?:respond|reply|answer|output|print|say|write|return|repeat)\s+(?:with\s+)?the\s+"
                r"(?:word|words|following|text|sentence|json)\b"
            ),
            rf"\b(?:as|you are) (?:my|the|an?) (?:coach|{_MODEL})\b.{{0,40}}\b(?:must|have to|should|shall|will)\b",
            r"effectiveness.?rating|recommended.?action|(?:send|skip|revise)_message|push_?notification_?text",
            r"\bjailbreak|\bprompt injection",
            r"</?[a-z_|]+>|<\||\|>|\[/?inst\]|```|[{\[]\s*\"",
            r"忽略.{0,12}(?:指示|指令|提示)|игнорируй|无视.{0,12}(?:指示|指令)",
        )
    ),
    re.IGNORECASE | re.DOTALL,
)
_INVISIBLE = ("Cc", "Cf", "Co", "Cs")  # Unicode categories


def without_orders(text: str) -> str:
    """The text less invisible signs and lines from where they give a model orders; linear in its length."""
    visible = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in _INVISIBLE)
    return "\n".join(_before_orders(line) for line in visible.split("\n")).strip()


def _before_orders(line: str) -> str:
    """The line up to the first sentence that is an order: what follows belongs to it."""
    orders = (one for one in _SENTENCE.finditer(line) if _ORDER.search(unicodedata.normalize("NFKC", one[0])))
    first = next(orders, None)
    return line if first is None else line[: first.start()].rstrip()
