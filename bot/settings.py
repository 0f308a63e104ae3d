"""The settings, from the environment, `.env`, files of secrets and `placet.toml`; errors are told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
    exceptions,
)

from bot import setting_files
from bot.domain.errors import Misconfigured
from bot.platform_settings import (
    GRAPH_URL,
    LOGIN_URL,
    OPENID_METADATA_URL,
    SlackSettings,
    TeamsSettings,
)
from bot.rates import Rate
from bot.setting_conflicts import conflicts
from bot.setting_ids import AppId, AppToken, BotToken, SlackTeams, Tenants
from bot.setting_names import ENV_FILE, PREFIX, TOML_FILE, unknown_names
from bot.setting_values import (
    LOOPBACK,
    Burst,
    DatabaseUrl,
    Host,
    LogFormat,
    LogLevel,
    Networks,
    NewFile,
    Origin,
    Port,
    RateLimit,
    SecretKeys,
    Secrets,
    Truth,
    Url,
)

__all__ = [
    "ENV_FILE",
    "PREFIX",
    "TOML_FILE",
    "Settings",
    "SettingsError",
    "SlackSettings",
    "TeamsSettings",
    "load_settings",
]

_NO_KEY = (
    f"{PREFIX}SECRET_KEY is missing; it encrypts what is stored. `placet init` writes one into {ENV_FILE};"
    " keep it, or what was stored with it is lost."
)


class SettingsError(Misconfigured):
    """The settings are wrong."""

    code = "settings"

    def __init__(self, problems: Iterable[str], given: Iterable[str] = ()) -> None:
        self.problems = tuple(problems)
        #: the names of what was set, right or wrong
        self.given = frozenset(given)
        super().__init__("\n".join(self.problems))


def _own_address(known: Mapping[str, Any]) -> str:
    host = known.get("host", "127.0.0.1")
    if host in ("0.0.0.0", "::"):  # noqa: S104 - recognised, not bound  # nosec B104
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{known.get('port', 8080)}"


class Settings(BaseModel):
    """Everything that can be set. Reads nothing by itself (`load_settings` does); raises SettingsError."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    database_url: DatabaseUrl = Field(default="sqlite:///placet.db", repr=False)
    host: Host = "127.0.0.1"
    port: Port = 8080
    #: how browsers and agents reach this installation, without a slash at the end
    public_url: Origin = Field(default_factory=_own_address)
    policy: Path = Path("policy.yml")
    #: the newest first; empty only for commands that open nothing secret
    secret_key: SecretKeys = Field(default=(), repr=False)

    slack_bot_token: BotToken | None = Field(default=None, repr=False)
    slack_signing_secret: Secrets = Field(default=(), repr=False)
    slack_app_token: AppToken | None = Field(default=None, repr=False)
    slack_client_id: str | None = None
    slack_client_secret: str | None = Field(default=None, repr=False)
    slack_install_teams: SlackTeams = ()
    slack_api_url: Url = "https://slack.com/api"

    teams_app_id: AppId | None = None
    teams_app_password: str | None = Field(default=None, repr=False)
    teams_tenant_id: Tenants = ()
    teams_login_url: Url = LOGIN_URL
    teams_openid_metadata_url: Url = OPENID_METADATA_URL
    teams_graph_url: Url = GRAPH_URL
    teams_unauthenticated: Truth = False
    teams_read_channel_messages: Truth = False

    #: where callbacks may go although it is not the public internet; `http://` goes nowhere else
    callback_allow_networks: Networks = ()
    #: how often one API key may come; None: as often as it likes
    rate_per_key: RateLimit = Rate.steady(1000)
    #: how often one address may come with what no key and no signature proves
    rate_per_address: RateLimit = Rate.steady(50)
    #: whose `X-Forwarded-For` is believed
    trusted_proxies: Networks = LOOPBACK
    #: more cards than this that wait for one channel become a batch card
    batch_over: Burst = 5
    #: where seals are kept beside the database; only ever added to
    seal_file: NewFile | None = None
    log_format: LogFormat = "text"
    log_level: LogLevel = "info"

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The keys that open what is stored; the first one encrypts."""
        return self.secret_key

    @property
    def is_https(self) -> bool:
        """Whether browsers reach this installation over https."""
        return self.public_url.startswith("https://")

    @property
    def slack(self) -> SlackSettings | None:
        """How to reach Slack, None when it is not connected."""
        if self.slack_bot_token is None and self.slack_client_id is None:
            return None
        return SlackSettings(
            bot_token=self.slack_bot_token or "",
            signing_secrets=self.slack_signing_secret,
            app_token=self.slack_app_token,
            api_url=f"{self.slack_api_url}/",
            client_id=self.slack_client_id or "",
            client_secret=self.slack_client_secret or "",
            install_teams=self.slack_install_teams,
            public_url=self.public_url,
        )

    @property
    def teams(self) -> TeamsSettings | None:
        """How to reach Microsoft Teams, None when it is not connected."""
        if self.teams_app_id is None and not self.teams_unauthenticated:
            return None
        return TeamsSettings(
            app_id=self.teams_app_id or "",
            app_password=self.teams_app_password or "",
            tenants=self.teams_tenant_id,
            login_url=self.teams_login_url,
            openid_metadata_url=self.teams_openid_metadata_url,
            graph_url=self.teams_graph_url,
            unauthenticated=self.teams_unauthenticated,
            read_channel_messages=self.teams_read_channel_messages,
            host=self.host,
        )

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, values: Any, check: ModelWrapValidatorHandler[Self]) -> Self:
        given = {name: value for name, value in values.items() if value is not None}
        problems = [f"{PREFIX}{name.upper()}: {sentence}" for name, sentence in conflicts(given)]
        try:
            checked = check(values)
        except ValidationError as error:
            problems = [_sentence(name, message) for name, message in _messages(error)] + problems
            raise SettingsError(problems, given) from None
        if problems:
            raise SettingsError(problems, given)
        return checked


class _FoundSettings(Settings, BaseSettings):
    """Settings that look around for their values."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        toml_file=TOML_FILE,
        validate_default=False,
        extra="ignore",
        frozen=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        mounted = SecretsSettingsSource(settings_cls, secrets_dir=setting_files.folders())
        return env_settings, dotenv_settings, mounted, TomlConfigSettingsSource(settings_cls)


def load_settings(*, needs_secret_key: bool = True) -> Settings:
    """The settings of this process; raises SettingsError with every problem they have."""
    lacking: list[str] = []
    try:
        found = _FoundSettings()
    except SettingsError as error:
        if needs_secret_key and "secret_key" not in error.given:
            lacking = [_NO_KEY]
        raise SettingsError([*error.problems, *lacking, *_misspelt()], error.given) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{TOML_FILE}: This cannot be read as TOML: {error}."]) from None
    except (OSError, UnicodeDecodeError, exceptions.SettingsError) as error:
        raise SettingsError([setting_files.unreadable(error)]) from None
    if needs_secret_key and not found.secret_key:
        raise SettingsError([_NO_KEY, *_misspelt()])
    return found


def _misspelt() -> Iterable[str]:
    return unknown_names(Settings.model_fields)


def _messages(error: ValidationError) -> Iterable[tuple[str, str]]:
    for details in error.errors(include_input=False, include_url=False):
        if details["type"] == "default_factory_not_called":
            continue  # what it is made from is told by itself
        yield str(details["loc"][0]) if details["loc"] else "", details["msg"]


def _sentence(name: str, message: str) -> str:
    return f"{PREFIX}{name.upper()}: {message}" if name else message
