"""Settings of the read API, from the environment."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    api_token_secret: SecretStr = Field(min_length=32, description="HS256 key of the users' tokens")
    cors_origins: str = Field(
        "", validation_alias="CORS_ORIGINS", description="comma-separated; empty = none"
    )
    demo_login: str = Field(
        "", description="external id of whom the pages show without a token; empty = nobody"
    )
    database_wait_s: float = Field(2.0, description="longest wait for a connection before answering 503")

    @property
    def allowed_origins(self) -> list[str]:
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]
