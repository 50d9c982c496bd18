"""Secrets of the embedded stack: random, made once, readable by their owner only."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from include.local.processes import StackError


@dataclass(frozen=True)
class Secrets:
    """Keys that have to stay the same from one start to the next."""

    postgres_password: str
    fernet_key: str
    jwt_secret: str
    session_key: str


def load_or_create(home: Path) -> Secrets:
    """The secrets of `home/secrets.json`, made on first use."""
    path = home / "secrets.json"
    if not path.exists():
        _write_private(path, json.dumps(asdict(_random())))
    try:
        return Secrets(**json.loads(path.read_text()))
    except (ValueError, TypeError):
        raise StackError(
            f"{path} cannot be read as the stack's secrets. Restore it, or start over: "
            f"almanac down && mv '{home}' '{home}.broken' && almanac up"
        ) from None


def _random() -> Secrets:
    fernet_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return Secrets(
        secrets.token_urlsafe(24), fernet_key, secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    )


def _write_private(path: Path, text: str) -> None:
    """In one step: a half-written file of secrets would lock its owner out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)
