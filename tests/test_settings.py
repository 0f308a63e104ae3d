"""Settings: found in three places, checked all at once, and never told with their secrets."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from bot import setting_files
from bot.domain.errors import Misconfigured
from bot.setting_warnings import setting_warnings
from bot.settings import Settings, SettingsError, load_settings

KEY = "a-secret-key-of-more-than-32-characters"

EVERYTHING = """\
PLACET_DATABASE_URL: This kind of database is not supported; give the path of a SQLite file, sqlite:///placet.db or postgresql://…
PLACET_PORT: "abc" is not a port; give a number from 1 to 65535.
PLACET_CALLBACK_ALLOW_NETWORKS: "lan" is not a network; give CIDRs such as 10.0.0.0/8, with commas between several.
PLACET_LOG_LEVEL: "loud" is not known; give debug, info, warning or error.
PLACET_SLACK_BOT_TOKEN: Add PLACET_SLACK_APP_TOKEN (Socket Mode) or PLACET_SLACK_SIGNING_SECRET (HTTP).
PLACET_SECRET_KEY is missing; it encrypts what is stored. `placet init` writes one into .env; keep it, or what was stored with it is lost.
"""  # noqa: E501 - what people read


@pytest.fixture(autouse=True)
def _secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACET_SECRET_KEY", KEY)


def problems(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[str]:
    for name, value in values.items():
        monkeypatch.setenv(f"PLACET_{name}", value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    return list(error.value.problems)


def test_a_secret_key_is_all_that_has_to_be_set() -> None:
    settings = load_settings()

    assert settings.database_url == "sqlite:///placet.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.public_url == "http://127.0.0.1:8080"
    assert settings.policy == Path("policy.yml")
    assert settings.secret_keys == (KEY,)
    assert settings.slack is None
    assert settings.callback_allow_networks == ()
    assert (settings.log_format, settings.log_level) == ("text", "info")


def test_without_a_secret_key_a_start_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACET_SECRET_KEY")

    [said] = problems(monkeypatch)

    assert said.startswith("PLACET_SECRET_KEY is missing")
    assert "`placet init` writes one" in said


def test_commands_that_open_no_secret_need_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACET_SECRET_KEY")

    assert load_settings(needs_secret_key=False).secret_keys == ()


def test_everything_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACET_SECRET_KEY")

    said = problems(
        monkeypatch,
        PORT="abc",
        DATABASE_URL="mysql://me:hunter2@db/placet",
        LOG_LEVEL="loud",
        CALLBACK_ALLOW_NETWORKS="10.0.0.0/8, lan",
        SLACK_BOT_TOKEN="xoxb-1",
    )

    assert said == EVERYTHING.splitlines()


WRONG = [
    ("PORT", "0", '"0" is not a port'),
    ("PORT", "65536", '"65536" is not a port'),
    ("PORT", "٨٠", "is not a port"),
    ("PORT", "-1", "is not a port"),
    ("BATCH_OVER", "0", '"0" is not a number of cards'),
    ("BATCH_OVER", "some", '"some" is not a number of cards'),
    ("SEAL_FILE", "no/such/folder/seals.jsonl", 'The folder "no/such/folder" does not exist'),
    ("SEAL_FILE", ".", "is a folder; give the path of a file"),
    ("HOST", "http://x", '"http://x" is not a host'),
    ("PUBLIC_URL", "placet.example.com", '"placet.example.com" is not an address'),
    ("PUBLIC_URL", "https://example.com/placet", "has a path"),
    ("PUBLIC_URL", "https://example.com:port", "is not an address"),
    ("DATABASE_URL", "sqlite://", "names no file"),
    ("DATABASE_URL", "sqlite:///:memory:", "names no file"),
    ("DATABASE_URL", "no/such/folder/placet.db", 'The folder "no/such/folder" does not exist'),
    ("DATABASE_URL", "postgresql://me:hunter2@host:port/placet", "This is no address of a server"),
    ("SLACK_API_URL", "slack", '"slack" is not an address'),
    ("SLACK_APP_TOKEN", "xapp-1", "needs PLACET_SLACK_BOT_TOKEN beside it"),
    ("SLACK_SIGNING_SECRET", "abc", "needs PLACET_SLACK_BOT_TOKEN beside it"),
    ("SLACK_CLIENT_ID", "1.2", "needs PLACET_SLACK_CLIENT_SECRET beside it"),
    ("SLACK_CLIENT_SECRET", "abc", "needs PLACET_SLACK_CLIENT_ID beside it"),
    ("SLACK_INSTALL_TEAMS", "T0123ABC", "needs PLACET_SLACK_CLIENT_ID beside it"),
    ("CALLBACK_ALLOW_NETWORKS", "10.0.0.1/8", '"10.0.0.1/8" is not a network'),
    ("TEAMS_UNAUTHENTICATED", "maybe", '"maybe" is not a yes or no'),
    ("TEAMS_APP_ID", "placet-bot", '"placet-bot" is not the id of a bot'),
    ("TEAMS_TENANT_ID", "contoso.com", '"contoso.com" is not the id of a tenant'),
    ("TEAMS_APP_PASSWORD", "hunter2", "needs PLACET_TEAMS_APP_ID beside it"),
    ("LOG_FORMAT", "xml", '"xml" is not known; give text or json.'),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_value_is_told_by_name_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    [said] = problems(monkeypatch, **{name: value})

    assert said.startswith(f"PLACET_{name}: ")
    assert sentence in said


def test_who_may_install_is_named_by_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    client = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "abc", "SLACK_SIGNING_SECRET": "def"}
    [said] = problems(monkeypatch, **client, SLACK_INSTALL_TEAMS="T0123ABC,acme.slack.com")
    assert said.startswith('PLACET_SLACK_INSTALL_TEAMS: "acme.slack.com" is not the id of a Slack workspace')


def test_many_workspaces_need_a_way_in_too(monkeypatch: pytest.MonkeyPatch) -> None:
    [said] = problems(monkeypatch, SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="abc")
    assert "Add PLACET_SLACK_APP_TOKEN (Socket Mode) or PLACET_SLACK_SIGNING_SECRET" in said


SECRETS = [
    ("SECRET_KEY", "too-short-hunter2"),
    ("SECRET_KEY", f"{KEY},hunter2"),
    ("SLACK_BOT_TOKEN", "hunter2"),
    ("SLACK_BOT_TOKEN", "xoxb-hunter2"),
    ("SLACK_APP_TOKEN", "hunter2"),
    ("SLACK_SIGNING_SECRET", "hunter2"),
    ("DATABASE_URL", "oracle://me:hunter2@db/placet"),
    ("DATABASE_URL", "postgresql://me:hunter2@host:port/placet"),
    ("DATABASE_URL", "postgresql://me:hunter2#@host/placet"),
]


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_no_secret_is_ever_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert "hunter2" not in "\n".join(problems(monkeypatch, **{name: value}))


def test_no_secret_is_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACET_DATABASE_URL", "postgresql://me:hunter2@db/placet")
    monkeypatch.setenv("PLACET_SLACK_BOT_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv("PLACET_SLACK_APP_TOKEN", "xapp-hunter2")
    monkeypatch.setenv("PLACET_SLACK_SIGNING_SECRET", "hunter2")

    settings = load_settings()

    for shown in (repr(settings), str(settings), repr(settings.slack)):
        assert "hunter2" not in shown
        assert KEY not in shown


def test_slack_is_connected_by_its_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACET_SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("PLACET_SLACK_SIGNING_SECRET", "new, old")

    http = load_settings().slack
    monkeypatch.setenv("PLACET_SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("PLACET_SLACK_API_URL", "http://127.0.0.1:3000/api")
    socket = load_settings().slack

    assert http is not None
    assert (http.socket_mode, http.signing_secrets) == (False, ("new", "old"))
    assert http.api_url == "https://slack.com/api/"
    assert socket is not None
    assert (socket.socket_mode, socket.api_url) == (True, "http://127.0.0.1:3000/api/")


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("placet.db", "sqlite:///placet.db"),
        ("sqlite:///placet.db", "sqlite:///placet.db"),
        ("sqlite:////tmp/placet.db", "sqlite:////tmp/placet.db"),
        ("/tmp/placet.db", "sqlite:////tmp/placet.db"),
        ("postgresql://me@db/placet", "postgresql://me@db/placet"),
        ("postgres://me@db/placet", "postgresql://me@db/placet"),
        ("postgresql+psycopg://me@db/placet", "postgresql://me@db/placet"),
    ],
)
def test_a_database_is_a_file_or_a_server(monkeypatch: pytest.MonkeyPatch, given: str, taken: str) -> None:
    monkeypatch.setenv("PLACET_DATABASE_URL", given)

    assert load_settings().database_url == taken


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://localhost:9000"), ("::1", "http://[::1]:9000"), ("[::]", "http://localhost:9000")],
)
def test_the_public_address_is_made_from_host_and_port(host: str, url: str) -> None:
    assert Settings(host=host, port=9000).public_url == url


def test_a_public_address_loses_its_slash() -> None:
    assert Settings(public_url="https://placet.example.com/").public_url == "https://placet.example.com"


def test_networks_and_several_keys_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACET_CALLBACK_ALLOW_NETWORKS", "10.0.0.0/8, fd00::/8,")
    monkeypatch.setenv("PLACET_SECRET_KEY", f"{KEY[::-1]}, {KEY}")

    settings = load_settings()

    assert settings.callback_allow_networks == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert settings.secret_keys == (KEY[::-1], KEY)


def test_the_environment_wins_over_the_env_file_and_that_over_the_toml_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("placet.toml").write_text(
        'port = 1111\nhost = "127.0.0.3"\nlog_level = "debug"\ncallback_allow_networks = ["10.0.0.0/8"]\n'
    )
    Path(".env").write_text("PLACET_PORT=2222\nPLACET_HOST=127.0.0.2\nOTHER=thing\n")
    monkeypatch.setenv("PLACET_PORT", "3333")

    settings = load_settings()

    assert (settings.port, settings.host, settings.log_level) == (3333, "127.0.0.2", "debug")
    assert settings.callback_allow_networks == (ip_network("10.0.0.0/8"),)


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which systemd hands over credentials."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def test_a_setting_can_be_a_file_named_for_it_in_either_case(
    mounted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLACET_SECRET_KEY")
    (mounted / "placet_secret_key").write_text(f"{KEY}2,{KEY}\n")
    (mounted / "PLACET_DATABASE_URL").write_text("postgresql://placet:secret@database/placet\n")

    settings = load_settings()

    assert settings.secret_keys == (f"{KEY}2", KEY)
    assert settings.database_url == "postgresql://placet:secret@database/placet"


def test_containers_find_their_secrets_where_they_are_mounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_files, "MOUNTED", tmp_path / "secrets")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "placet_log_level").write_text("debug")

    assert load_settings().log_level == "debug"


def test_the_environment_wins_over_a_file_of_secrets_and_that_over_the_toml_file(mounted: Path) -> None:
    (mounted / "placet_secret_key").write_text("a-file-of-secrets-nobody-looks-at-now")
    (mounted / "placet_port").write_text("8081")
    Path("placet.toml").write_text('port = 8082\nhost = "::1"\n')

    settings = load_settings()

    assert settings.secret_keys == (KEY,)
    assert (settings.port, settings.host) == (8081, "::1")


def test_a_secret_in_a_file_is_not_told_when_it_is_wrong(
    mounted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLACET_SECRET_KEY")
    (mounted / "placet_secret_key").write_text("too-short")

    with pytest.raises(SettingsError) as error:
        load_settings()

    assert "PLACET_SECRET_KEY" in str(error.value)
    assert "too-short" not in str(error.value)


def test_a_file_of_secrets_that_is_no_text_is_one_sentence(mounted: Path) -> None:
    (mounted / "placet_slack_bot_token").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError) as error:
        load_settings()

    [said] = error.value.problems
    assert "cannot be read" in said
    assert "slack_bot_token" in said


def test_a_file_of_secrets_that_is_no_setting_is_told(mounted: Path) -> None:
    (mounted / "placet_slack_bot_tokn").write_text("xoxb-1")
    (mounted / "something_else").write_text("of another program")

    [said] = setting_warnings(Settings(secret_key=(KEY,)), {"CREDENTIALS_DIRECTORY": str(mounted)})

    assert said.startswith(f"PLACET_SLACK_BOT_TOKN in {mounted} is no setting of Placet. Did you mean")


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACET_PORT", "")

    assert load_settings().port == 8080


@pytest.mark.parametrize(("name", "content"), [("placet.toml", b"port = = 1"), (".env", b"PLACET_PORT=\xff")])
def test_a_broken_file_is_one_sentence(name: str, content: bytes) -> None:
    Path(name).write_bytes(content)

    with pytest.raises(SettingsError) as error:
        load_settings()

    assert len(error.value.problems) == 1
    assert "cannot be read" in error.value.sentence


def test_a_file_of_another_user_says_as_whom_to_run() -> None:
    sentence = setting_files.unreadable(PermissionError(13, "Permission denied", ".env"))

    assert sentence == ".env may not be read by this user; run this as the user that runs Placet."


def test_settings_made_by_hand_read_nothing_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACET_PORT", "3333")
    Path(".env").write_text("PLACET_HOST=127.0.0.2\n")

    assert (Settings().port, Settings().host) == (8080, "127.0.0.1")


def test_settings_errors_stop_a_start() -> None:
    with pytest.raises(Misconfigured, match="is not a port"):
        Settings(port="x")


def test_names_that_are_no_settings_are_told_with_the_one_that_was_meant() -> None:
    Path(".env").write_text("PLACET_POTR=1\n")
    Path(".env").chmod(0o600)
    Path("placet.toml").write_text('hots = "x"\n')

    said = list(setting_warnings(Settings(), {"PLACET_DATABASE": "x", "PATH": "/bin"}))

    assert said == [
        'PLACET_DATABASE is no setting of Placet. Did you mean "PLACET_DATABASE_URL"?',
        'PLACET_POTR in .env is no setting of Placet. Did you mean "PLACET_PORT"?',
        'hots in placet.toml is no setting of Placet. Did you mean "host"?',
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({}, "PLACET_SECRET_KEY is missing"), ({"PLACET_PORT": "x"}, 'PLACET_PORT: "x" is not a port')],
)
def test_what_is_wrong_because_its_name_was_misspelt_is_told_with_the_name(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], sentence: str
) -> None:
    monkeypatch.delenv("PLACET_SECRET_KEY")
    for name, value in {"PLACET_SECRT_KEY": KEY, **wrong}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert sentence in refused.value.problems[0]
    assert refused.value.problems[-1] == (
        'PLACET_SECRT_KEY is no setting of Placet. Did you mean "PLACET_SECRET_KEY"?'
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings(public_url="http://placet.example.com"), "sign-ins to the browser inbox can be overheard"),
    ],
)
def test_what_is_doubtful_is_told(settings: Settings, sentence: str) -> None:
    [said] = setting_warnings(settings, {})

    assert sentence in said


def test_a_secret_that_others_can_read_is_told() -> None:
    Path(".env").write_text("")
    Path(".env").chmod(0o644)

    assert list(setting_warnings(Settings(), {})) == [
        ".env can be read by other users of this machine; run `chmod 600 .env`."
    ]


def test_good_settings_raise_no_doubt() -> None:
    assert list(setting_warnings(Settings(public_url="https://placet.example.com"), {})) == []


def test_teams_is_connected_by_an_app_id_in_the_tenants_that_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load_settings().teams is None
    first, second = "00000000-0000-4000-8000-00000000000A", "00000000-0000-4000-8000-00000000000b"
    monkeypatch.setenv("PLACET_TEAMS_APP_ID", "22222222-2222-4222-8222-22222222222A")
    monkeypatch.setenv("PLACET_TEAMS_APP_PASSWORD", "hunter2")
    monkeypatch.setenv("PLACET_TEAMS_TENANT_ID", f"{first}, {second}")

    teams = load_settings().teams

    assert teams is not None
    assert teams.app_id == "22222222-2222-4222-8222-22222222222a"
    assert teams.tenants == (first.lower(), second)
    assert not teams.unauthenticated
    assert "hunter2" not in repr(teams)


def test_nobody_speaks_as_teams_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    [said] = problems(monkeypatch, TEAMS_UNAUTHENTICATED="true", HOST="0.0.0.0")

    assert said.startswith("PLACET_TEAMS_UNAUTHENTICATED: This lets anybody speak as Teams")
