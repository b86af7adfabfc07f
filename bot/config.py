"""Settings from the environment or a .env file, checked before anything starts."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import Address, HeaderRegistry
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import BadSetting
from bot.loopback import is_loopback_host

TELEGRAMS_OWN = "https://api.telegram.org"
MAX_SEND_RATE = 25  # messages a second per bot; docs/limits.md
MIN_SECRET_CHARS = 16
SMTP_EXAMPLE = "smtp+starttls://name:password@mail.example:587"
HEADERS = HeaderRegistry()


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
    metrics_token: str = Field(default="", repr=False)
    heartbeat_url: str = Field(default="", repr=False)
    failpoints: str = ""  # rehearsed deaths (bot/failpoints.py); never against Telegram itself
    rehearsal: bool = False  # /try (services/rehearsing.py); never against Telegram itself

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
        try:
            address = urlsplit(value)
            is_address = address.scheme in ("http", "https") and bool(address.hostname)
            is_address = is_address and address.port != 0  # reading a bad port raises
        except ValueError:
            is_address = False
        if value and not is_address:
            raise ValueError(f'"{value}" is not an address; write it like https://host')
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _smtp_address(cls, value: str) -> str:
        # The address holds a password: no refusal may repeat any of it.
        try:
            address = urlsplit(value)
        except ValueError:
            raise ValueError(f"not an address; write it like {SMTP_EXAMPLE}") from None
        if value and address.scheme not in ("smtp", "smtps", "smtp+starttls"):
            raise ValueError(f"write it like {SMTP_EXAMPLE}")
        if value and not address.hostname:
            raise ValueError(f"the host is missing; write it like {SMTP_EXAMPLE}")
        try:
            is_port = address.port != 0
        except ValueError:
            is_port = False
        if not is_port:
            raise ValueError(f"the port is no number from 1 to 65535; write it like {SMTP_EXAMPLE}")
        return value

    @field_validator("mail_from")
    @classmethod
    def _one_sender(cls, value: str) -> str:
        try:
            header = HEADERS("From", value)
            found: tuple[Address, ...] = () if header.defects else getattr(header, "addresses", ())
        except (HeaderParseError, ValueError, IndexError):  # IndexError: the parser's own slip
            found = ()
        if len(found) != 1 or not all((one.username and one.domain) for one in found):
            raise ValueError("not an address to send from; write it like Tett på <bot@nav.example>")
        return value

    @field_validator("notify_urls")
    @classmethod
    def _not_yet(cls, value: str) -> str:
        if value:
            raise ValueError("notices by chat come in a later release; take the setting away")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < MIN_SECRET_CHARS:
            raise ValueError(f"too short; write at least {MIN_SECRET_CHARS} characters")
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _safe_ping(cls, value: str) -> str:
        # Whoever reads the address can silence the alarm, so it travels enciphered.
        address = urlsplit(value)
        is_safe = address.scheme == "https" or (
            address.scheme == "http" and is_loopback_host(address.hostname)
        )
        if value and not (is_safe and address.hostname):
            raise ValueError("write an https address; http is for this machine alone")
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
            if self.failpoints:
                raise ValueError(
                    "FAILPOINTS: rehearsed deaths are for the emulator; take the setting away"
                )
            if self.rehearsal:
                raise ValueError(
                    "REHEARSAL: trying content out is for the emulator; take the setting away"
                )
        if self.telegram_mode == "webhook":
            if not self.webhook_url:
                raise ValueError(
                    "WEBHOOK_URL: missing; the webhook mode needs the address Telegram calls"
                )
            if self.talks_to_telegram and not self.webhook_url.startswith("https://"):
                raise ValueError("WEBHOOK_URL: Telegram only calls https addresses; write one")
            given = len(self.webhook_secret)
            if given < MIN_SECRET_CHARS and (given or self.talks_to_telegram):
                raise ValueError(
                    f"WEBHOOK_SECRET: missing or short; write at least {MIN_SECRET_CHARS} characters"
                )
        return self

    @property
    def talks_to_telegram(self) -> bool:
        """However its name is written: the same computers answer."""
        host = urlsplit(self.telegram_api_url).hostname or ""
        return host.rstrip(".") == urlsplit(TELEGRAMS_OWN).hostname

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
    except UnicodeDecodeError:
        raise BadSetting("The file .env is not text in UTF-8: write it anew.") from None
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
