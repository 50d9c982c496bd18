"""Great Expectations, pushed down to PostgreSQL. Slow to import: once a run, never once a shard."""

import os
from typing import Any

from include.core.migrate import sqlalchemy_url


def validate(url: str, schema: str, table: str, expectations: list[Any]) -> dict[str, bool]:
    """Expectation name and column → whether it holds on `schema.table`."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.core.result_format import ResultFormat

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    url = sqlalchemy_url(url) + ("&" if "?" in url else "?") + f"options=-csearch_path%3D{schema}"
    source = context.data_sources.add_postgres(name=table, connection_string=url)
    asset = source.add_table_asset(name=table, table_name=table)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    suite = gx.ExpectationSuite(name=table, expectations=expectations)
    result = batch.validate(suite, result_format=ResultFormat.BOOLEAN_ONLY)
    return {_name(one.expectation_config): bool(one.success) for one in result.results}


def _name(config: Any) -> str:
    parts = [config.type, config.kwargs.get("column", "")]
    return " ".join(part for part in parts if part)
