"""Settings of the read API, from the environment."""

from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from include.core.tokens import LOCAL_SECRET

SHORTEST_KEY = 32  # characters; with fewer, HS256 could be guessed from a single token
TokenKey = Annotated[SecretStr, Field(min_length=SHORTEST_KEY)]


class ApiSettings(BaseSettings):
    """Each is an environment variable `ALMANAC_<NAME>`, `CORS_ORIGINS` apart.

    Errors name the setting but not its value: the values are secrets.
    """

    model_config = SettingsConfigDict(
        env_prefix="ALMANAC_",
        env_file=".env",
        extra="ignore",
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    database_url: str = Field(description="PostgreSQL; its login must be a member of almanac_reader")
    redis_url: str
    api_token_secret: TokenKey = Field(description="HS256 key of the users' tokens")
    api_token_keys: dict[str, TokenKey] = Field(
        {}, description="further keys of tokens, by the `kid` that a token names: JSON"
    )
    local: bool = Field(False, description="on this machine alone: the key that everybody knows may sign")
    admin_api_key: SecretStr | None = Field(
        None, validation_alias="ADMIN_API_KEY", description="opens /admin; unset = nobody"
    )
    metrics_token: SecretStr | None = Field(None, description="opens /metrics; unset = it is open")
    requests_per_minute: int = Field(600, gt=0, description="of one user; more are refused with 429")
    airflow_url: str | None = Field(None, description="where /admin starts runs; unset = nowhere")
    airflow_user: str = ""
    airflow_password: SecretStr = SecretStr("")
    cors_origins: str = Field(
        "", validation_alias="CORS_ORIGINS", description="comma-separated; empty = none"
    )
    demo_login: str = Field(
        "", description="external id of whom the pages show without a token; empty = nobody"
    )
    database_wait_s: float = Field(2.0, description="longest wait for a connection before answering 503")

    @field_validator("admin_api_key", "metrics_token", mode="before")
    @classmethod
    def empty_is_unset(cls, key: object) -> object:
        return key or None

    @field_validator("admin_api_key", "metrics_token")
    @classmethod
    def is_long(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"it needs at least {SHORTEST_KEY} characters")
        return key

    @model_validator(mode="after")
    def key_is_secret(self) -> Self:
        if self.api_token_secret.get_secret_value() == LOCAL_SECRET and not self.local:
            raise ValueError(
                "ALMANAC_API_TOKEN_SECRET is the example that everybody knows; make one: openssl rand -hex 32"
            )
        return self

    @model_validator(mode="after")
    def secrets_differ(self) -> Self:
        """A secret that serves two ends gives away one where the other is known."""
        administrators = [self.admin_api_key, self.metrics_token, self.airflow_password]
        held = [self.api_token_secret, *self.api_token_keys.values(), *administrators]
        values = [secret.get_secret_value() for secret in held if secret is not None]
        values = [value for value in values if value]
        if len(set(values)) < len(values):
            raise ValueError(
                "the keys of tokens, of administrators and of metrics and Airflow's password must differ"
            )
        return self

    @property
    def allowed_origins(self) -> list[str]:
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]
