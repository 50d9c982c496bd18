"""The keys and lifetimes of what Redis holds: batches warm them, the read API reads and refills them.

Redis knows nothing of the database's row-level rules, so a key is only ever built from an identity
that the caller has verified: an internal user id, or the external id of a checked token.
"""

from datetime import date
from hashlib import sha256

BRIEF_SECONDS = 7 * 24 * 3600
LATEST_WEEK_SECONDS = 3600
USER_ID_SECONDS = 24 * 3600


def brief(user_id: int, week_of: date) -> str:
    """Holds the bytes of the user's brief of the week, as they are served."""
    return f"brief:{user_id}:{week_of.isoformat()}"


def latest_week(user_id: int) -> str:
    """Holds the `week_of` of the user's newest brief, as YYYY-MM-DD, and nothing else."""
    return f"brief:{user_id}:latest"


def user_id(external_id: str) -> str:
    """Holds the internal id, in decimal digits; hashed, since an external id may be an e-mail address."""
    return f"user-id:{sha256(external_id.encode()).hexdigest()}"
