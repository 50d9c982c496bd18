"""The template writer: facts of one user's week in, prose out; offline, deterministic, no model.

`write(facts, week_key)` composes the brief from phrase tables (kinds/, metric_phrases, story,
closing); `version()` names the texts, for provenance and for the ledger of what was written.
"""

from include.intelligence.prose.writer import version, write

__all__ = ["version", "write"]
