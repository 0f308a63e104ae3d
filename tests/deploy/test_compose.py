"""The compose file: who sees whom, who may write where, and where secrets come from."""

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from bot.settings import PREFIX, Settings, load_settings
from tests.deploy.image import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PLACET, DATABASE = SERVICES["server"], SERVICES["database"]


def test_there_is_placet_and_its_database() -> None:
    assert SERVICES.keys() == {"server", "database"}
    assert COMPOSE.keys() == {"name", "services", "networks", "volumes", "secrets"}


def test_the_database_is_reached_by_placet_alone() -> None:
    assert "ports" not in DATABASE
    assert DATABASE["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert "inside" in PLACET["networks"]


def test_placet_is_published_on_this_machine_alone_where_a_proxy_stands_before_it() -> None:
    assert PLACET["ports"] == ["127.0.0.1:8080:8080"]


def test_images_are_pinned_by_tag() -> None:
    assert re.fullmatch(r"postgres:\d+-[a-z]+", DATABASE["image"])
    assert PLACET["build"] == "."


def test_each_has_a_health_check_and_placet_waits_for_the_database() -> None:
    assert "pg_isready" in DATABASE["healthcheck"]["test"]
    assert PLACET["healthcheck"]["test"] == ["CMD", "python", "/opt/placet/healthcheck.py", "/readyz"]
    assert PLACET["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_each_comes_back_after_a_crash_and_has_time_to_stop() -> None:
    assert {service["restart"] for service in SERVICES.values()} == {"unless-stopped"}
    # Placet gives what is under way ten seconds.
    assert int(PLACET["stop_grace_period"].removesuffix("s")) > 10


def test_placet_can_change_nothing_of_its_own() -> None:
    assert PLACET["read_only"] is True
    assert PLACET["cap_drop"] == ["ALL"]
    assert "privileged" not in PLACET
    assert all(volume.endswith(":ro") for volume in PLACET["volumes"])


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_nobody_gains_privileges(service: dict[str, Any]) -> None:
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_database_outlives_its_container() -> None:
    assert DATABASE["volumes"] == ["database:/var/lib/postgresql/data"]
    assert "database" in COMPOSE["volumes"]


def test_no_secret_stands_in_the_file_or_in_an_environment() -> None:
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            assert not re.search(r"SECRET|TOKEN|PASSWORD$|DATABASE_URL", name), name
            assert "://" not in value or "${" in value
    assert DATABASE["secrets"] == ["postgres_password"]
    assert DATABASE["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgres_password"


def test_everything_that_is_set_for_placet_is_a_setting() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert PLACET["environment"].keys() <= known


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder that deploy/secrets.sh makes."""
    subprocess.run(["sh", ROOT / "deploy/secrets.sh"], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / "secrets"


def test_the_secrets_that_the_script_makes_are_the_ones_that_are_read(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(secrets / "placet"))
    settings = load_settings()

    url = make_url(settings.database_url)
    assert (url.host, url.username, url.database) == (
        "database",
        DATABASE["environment"]["POSTGRES_USER"],
        DATABASE["environment"]["POSTGRES_DB"],
    )
    assert url.password == (secrets / "postgres_password").read_text()
    assert len(settings.secret_keys[0]) == 64
    assert COMPOSE["secrets"]["postgres_password"]["file"] == "./secrets/postgres_password"
    assert "./secrets/placet:/run/secrets:ro" in PLACET["volumes"]


def test_only_the_owner_enters_the_folder_and_the_container_can_read_what_is_in_it(secrets: Path) -> None:
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (secrets / "placet").iterdir()} == {0o644}


def test_secrets_are_never_written_over(secrets: Path) -> None:
    before = (secrets / "postgres_password").read_text()
    again = subprocess.run(
        ["sh", ROOT / "deploy/secrets.sh", secrets], capture_output=True, text=True, check=False
    )

    assert again.returncode == 1
    assert "nothing was written" in again.stderr
    assert (secrets / "postgres_password").read_text() == before


def test_secrets_and_policy_stay_out_of_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert "/secrets/" in ignored
    assert "/policy/" in ignored
