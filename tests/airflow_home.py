"""Airflow reads its environment once, at its first import: this comes before that."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from include.orchestration.dag_docs import parse_environment


@cache
def use_temporary_airflow() -> Path:
    """Airflow's home for this test process; thrown away at its end."""
    home = Path(tempfile.mkdtemp(prefix="almanac-airflow-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.update(parse_environment(home))
    return home
