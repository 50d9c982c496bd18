"""Who writes for the embedded stack when a model shall: nobody, the fake provider, or Anthropic by a key.

What counts is the connection `almanac_anthropic` that Airflow's components were started with.
"""

import json
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

Provider = Literal["none", "fake", "own", "unknown"]

CONNECTION = "AIRFLOW_CONN_ALMANAC_ANTHROPIC"
FAKE_KEY = "fake"
ANTHROPIC = "api.anthropic.com"
LABEL = "fake provider (no model, nothing is paid)"


def connection(fake_url: str | None, environ: Mapping[str, str]) -> str:
    """The connection for Airflow: to the fake where it runs, else the caller's, else one without a key."""
    if fake_url:
        fields = {"conn_type": "anthropic", "host": fake_url, "password": FAKE_KEY}
        return json.dumps({**fields, "extra": {"label": LABEL}})  # kept with the runs that ask it
    return environ.get(CONNECTION) or json.dumps({"conn_type": "anthropic"})


def without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without the variables by which the SDK would find a key past the connection."""
    return {name: value for name, value in environ.items() if not name.startswith("ANTHROPIC_")}


def of_connection(text: str, fake_url: str) -> Provider:
    """To whom a connection leads, as JSON or as a URI."""
    if not text.startswith("{"):
        parts = urlsplit(text)
        return "own" if parts.netloc or parts.query else "none"
    fields = json.loads(text)
    if fields.get("host") == fake_url:
        return "fake"
    return "own" if any(value for name, value in fields.items() if name != "conn_type") else "none"
