"""Whether a written text follows from the facts: its numbers, dates, directions and subjects.

Pure: texts and evidence in, what does not follow out. It fails closed: what it cannot tie to a fact of
the right subject, unit, period and order is reported. `evidence` what a domain gives · `lexicon` the
words that carry a claim · `tokens` and `numbers` reading · `marks` a text as a row of marks ·
`clauses` which mark belongs to which · `roles` what a number is said to be · `subjects` whose a claim is ·
`number_claims` and `direction_claims` the judgement of one · `judged` a text under it · `check` of a whole text.
"""

from include.llm.grounding.check import check
from include.llm.grounding.evidence import Evidence, Movement, Quantity, Ungrounded, Vocabulary

__all__ = ["Evidence", "Movement", "Quantity", "Ungrounded", "Vocabulary", "check"]
