"""The systemd unit: it can be loaded, is closed as far as Placet allows, and reloads and stops gently."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.image import ROOT

UNIT = ROOT / "deploy/systemd/placet.service"
#: the first systemd whose security review reads a file (systemd-analyze(1), --offline)
REVIEWS_FILES = 250
#: exposure from 0 to 100; "OK" begins at 30
MOST_EXPOSED = 15

ANALYZE = shutil.which("systemd-analyze")


def settings() -> dict[str, list[str]]:
    """Each setting of the unit with its values, in order."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", UNIT.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def analyzed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if ANALYZE is None:
        pytest.skip("systemd is not on this machine")
    return subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is on every machine."""
    file = tmp_path / "placet.service"
    file.write_text(UNIT.read_text().replace("/opt/placet/bin/placet", "/bin/true"))
    return file


def test_systemd_understands_every_line(unit: Path) -> None:
    said = analyzed("verify", "--man=no", unit)

    assert "placet.service" not in said.stderr
    assert said.returncode == 0


def test_a_line_that_systemd_does_not_know_would_be_seen(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectSystem=", "ProtectSistem="))

    assert "ProtectSistem" in analyzed("verify", "--man=no", unit).stderr


def test_its_exposure_is_small(unit: Path) -> None:
    version = re.search(r"\d+", analyzed("--version").stdout)
    if version is None or int(version[0]) < REVIEWS_FILES:
        pytest.skip("this systemd reviews running units only")

    said = analyzed("security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit)

    assert said.returncode == 0, said.stdout[-400:]


def test_it_is_not_root_and_writes_to_its_own_folder_alone() -> None:
    said = settings()
    assert said["User"] == ["placet"]
    assert said["ProtectSystem"] == ["strict"]
    assert said["StateDirectory"] == ["placet"]
    assert said["CapabilityBoundingSet"] == [""]
    assert "ReadWritePaths" not in said


def test_a_reload_is_the_signal_that_reads_secrets_again() -> None:
    assert settings()["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_it_has_more_time_to_stop_than_placet_takes_and_comes_back_after_a_crash() -> None:
    said = settings()
    assert int(said["TimeoutStopSec"][0]) > 10
    assert said["KillSignal"] == ["SIGTERM"]
    assert said["Restart"] == ["always"]


def test_secrets_are_where_placet_looks_for_them_and_in_no_environment() -> None:
    from bot.setting_files import MOUNTED

    said = settings()
    assert said["BindReadOnlyPaths"] == [f"/etc/placet/secrets:{MOUNTED}"]
    assert not [line for line in said["Environment"] if re.search("SECRET|TOKEN|PASSWORD|DATABASE_URL", line)]


def test_it_starts_the_program_where_the_script_of_the_image_puts_it() -> None:
    assert settings()["ExecStart"] == ["/opt/placet/bin/placet serve"]
    assert "sh deploy/install.sh /opt/placet" in (ROOT / "docs/deployment.md").read_text()
