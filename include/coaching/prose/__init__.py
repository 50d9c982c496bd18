"""The template writer of coaching messages: offline, deterministic, no model."""

from include.coaching.prose.writer import version, write

__all__ = ["version", "write"]
