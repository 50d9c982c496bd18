"""Where the parts are, read from the environment by whoever starts a process (never at import)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from include.core.tokens import LOCAL_SECRET

PROJECT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Every setting of the local tools; each is an environment variable `ALMANAC_<NAME>`.

    Inside Airflow the connections `almanac_warehouse` and `almanac_redis` are used instead.
    """

    model_config = SettingsConfigDict(env_prefix="ALMANAC_", env_file=".env", extra="ignore")

    home: Path = Field(PROJECT / ".almanac", description="state of the embedded stack: data, logs, pids")
    database_url: str | None = Field(None, description="PostgreSQL; unset = the embedded server")
    redis_url: str | None = Field(None, description="Redis; unset = the embedded server")
    airflow_url: str | None = Field(None, description="Airflow's API server; unset = the embedded one")
    airflow_user: str = "admin"
    airflow_password: str = "almanac-local"  # noqa: S105  # the embedded stack's, on loopback
    api_url: str | None = Field(None, description="the read API; unset = the embedded one")
    api_token_secret: str = LOCAL_SECRET
    demo_login: str = Field(
        "", description="whom the embedded pages show without a token; empty = whom the demo chose"
    )
    postgres_port: int = 54329
    redis_port: int = 63799
    airflow_port: int = 8080
    api_port: int = 8081
    fake_provider_port: int = Field(8082, description="the stand-in for the Anthropic API, when asked for")
