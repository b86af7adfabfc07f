"""Settings from the environment or a .env file, checked before anything starts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import BadSetting

TELEGRAMS_OWN = "https://api.telegram.org"
MAX_SEND_RATE = 25  # messages a second per bot; docs/limits.md
MIN_SECRET_CHARS = 16


class Settings(BaseSettings):
    """Every name here is `TETTPA_<NAME>` in the environment; docs/operators-guide.md lists them."""

    model_config = SettingsConfigDict(
        env_prefix="TETTPA_",
        env_file=".env",
        extra="ignore",
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    database_url: str = "sqlite:///data/tettpa.db"
    telegram_token: str = Field(default="", repr=False)
    telegram_api_url: str = TELEGRAMS_OWN
    telegram_mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: str = Field(default="", repr=False)
    send_rate: float = Field(default=MAX_SEND_RATE, gt=0)
    clock_url: str = ""
    content_dir: Path | None = None
    console_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    secret_key: str = Field(default="", repr=False)
    time_zone: str = "Europe/Oslo"
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = "tettpa@localhost"
    notify_urls: str = Field(default="", repr=False)
    log_format: Literal["json", "console"] = "json"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f'"{value}" is not a time zone; write it like Europe/Oslo') from None
        return value

    @field_validator("telegram_api_url", "clock_url", "webhook_url", "console_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        if value and (
            urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc
        ):
            raise ValueError(f'"{value}" is not an address; write it like https://host')
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _smtp_address(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("smtp", "smtps", "smtp+starttls"):
            raise ValueError("write it like smtp+starttls://name:password@mail.example:587")
        return value

    @field_validator("content_dir")
    @classmethod
    def _content_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"there is no folder {value}")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Settings:
        if self.talks_to_telegram:
            if self.send_rate > MAX_SEND_RATE:
                raise ValueError(
                    f"SEND_RATE: Telegram allows about {MAX_SEND_RATE} a second; write at most that"
                )
            if self.clock_url:
                raise ValueError(
                    "CLOCK_URL: a clock wound by hand is for the emulator; take the setting away"
                )
        if self.telegram_mode == "webhook":
            if not self.webhook_url:
                raise ValueError(
                    "WEBHOOK_URL: missing; the webhook mode needs the address Telegram calls"
                )
            if self.talks_to_telegram and not self.webhook_url.startswith("https://"):
                raise ValueError("WEBHOOK_URL: Telegram only calls https addresses; write one")
            if len(self.webhook_secret) < MIN_SECRET_CHARS:
                raise ValueError(
                    f"WEBHOOK_SECRET: missing or short; write at least {MIN_SECRET_CHARS} characters"
                )
        return self

    @property
    def talks_to_telegram(self) -> bool:
        return self.telegram_api_url == TELEGRAMS_OWN

    @property
    def public_url(self) -> str:
        """Where people open the console."""
        return self.console_url or f"http://{self.host}:{self.port}"


def load_settings(*, env_file: Path | None = Path(".env"), **given: object) -> Settings:
    """Read and check all settings.

    Raises:
        BadSetting: One sentence that names the setting and the remedy.
    """
    try:
        return Settings(_env_file=env_file, **given)  # type: ignore[arg-type]
    except ValidationError as errors:
        raise BadSetting(_first_sentence(errors)) from None
    except OSError as error:
        raise BadSetting(
            f"The file .env cannot be read ({error.strerror}): make it readable."
        ) from None


def require(settings: Settings, *names: str) -> None:
    """Refuse to start without these. Raises BadSetting."""
    hints = {
        "telegram_token": "put the token that @BotFather gave you into the environment or the file .env",
        "secret_key": "put a long random text there, for example the output of openssl rand -hex 32",
    }
    for name in names:
        if not getattr(settings, name):
            raise BadSetting(f"TETTPA_{name.upper()} is missing: {hints[name]}.")
    if "secret_key" in names and len(settings.secret_key) < MIN_SECRET_CHARS:
        raise BadSetting(
            f"TETTPA_SECRET_KEY is too short: write at least {MIN_SECRET_CHARS} characters."
        )


def _first_sentence(errors: ValidationError) -> str:
    first = errors.errors()[0]
    words = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        name, _, rest = words.partition(": ")
        return f"TETTPA_{name}: {rest}."
    return f"TETTPA_{str(first['loc'][0]).upper()}: {words}."
