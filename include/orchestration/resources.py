"""What tasks work on, made from Airflow connections: the warehouse and Redis."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from airflow.sdk import Context
from airflow.sdk.bases.hook import BaseHook
from psycopg.pq import Conninfo

from include.core.db import Connection, connect

WAREHOUSE = "almanac_warehouse"
REDIS = "almanac_redis"
SMTP = "almanac_smtp"
ANTHROPIC = "almanac_anthropic"


def warehouse_url() -> str:
    """The warehouse of connection `almanac_warehouse`, as postgresql://…"""
    found = BaseHook.get_connection(WAREHOUSE)
    login = f"{quote(found.login or '', safe='')}:{quote(found.password or '', safe='')}"
    where = f"{login}@{found.host}:{found.port or 5432}/{found.schema or 'almanac'}"
    # A space as %20: libpq reads a plus sign as a plus sign.
    query = urlencode(_libpq_parameters(found.extra_dejson), quote_via=quote, safe="")
    return f"postgresql://{where}?{query}" if query else f"postgresql://{where}"


def _libpq_parameters(extra: dict[str, Any]) -> dict[str, Any]:
    """What of a connection's `extra` is meant for the server's client: Airflow's own settings stand there too.

    `options` stay out: the suite's connection adds its own to the URL, which takes them only once.
    """
    known = {default.keyword.decode() for default in Conninfo.get_defaults()} - {"options"}
    return {name: value for name, value in extra.items() if name in known}


@contextmanager
def warehouse(context: Context) -> Iterator[Connection]:
    """One transaction; its statements are bounded by the task's own time-out."""
    limit = context["task"].execution_timeout
    seconds = int(limit.total_seconds()) if limit else 0
    name = f"almanac {context['task'].task_id}"
    with connect(warehouse_url(), application=name, timeout_s=seconds) as connection:
        yield connection


@contextmanager
def redis() -> Iterator[Any]:
    """A redis-py client of connection `almanac_redis`; no call hangs longer than five seconds."""
    from airflow.providers.redis.hooks.redis import RedisHook

    hook = RedisHook(redis_conn_id=REDIS)
    client = hook.get_conn()
    client.connection_pool.connection_kwargs.update(socket_timeout=5, socket_connect_timeout=5)
    try:
        yield client
    finally:
        client.close()


def provider_name() -> str:
    """Whom connection `almanac_anthropic` leads to, for the record of a run."""
    found = BaseHook.get_connection(ANTHROPIC)
    return str(found.extra_dejson.get("label") or found.host or "api.anthropic.com")


def anthropic() -> Any:
    """The SDK's synchronous client of connection `almanac_anthropic`."""
    from airflow.providers.anthropic.hooks.anthropic import AnthropicHook

    return AnthropicHook(conn_id=ANTHROPIC).get_conn()


async def async_anthropic() -> Any:
    """Its asynchronous twin."""
    from airflow.providers.anthropic.hooks.anthropic import AnthropicHook

    return await AnthropicHook(conn_id=ANTHROPIC).get_async_conn()
