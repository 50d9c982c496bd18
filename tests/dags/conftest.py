"""The DAGs, parsed once."""

from typing import Any

import pytest

from tests.airflow_home import use_temporary_airflow

use_temporary_airflow()


@pytest.fixture(scope="session")
def dags() -> dict[str, Any]:
    """Every DAG of dags/ by its id."""
    from include.orchestration.dag_docs import load_dags

    return {dag.dag_id: dag for dag in load_dags()}
