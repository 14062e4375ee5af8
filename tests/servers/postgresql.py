"""A private PostgreSQL: a cluster of its own in a temporary folder, on a free loopback port.

Needs the programs of Debian's postgresql and no right on the machine: as root it runs as `postgres` (or `nobody`),
since the server refuses to run as root. Nothing is made durable: what tests prove of a crash is about connections and
processes of ours, not about the machine's power. Its collation is Vietnamese, by ICU: what the product sorts must not
depend on it.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from tests.servers import ports, required

USER, PASSWORD = "rollcall", "mat-khau-thu-2019"
NOT_INSTALLED = "postgresql is not installed: apt-get install postgresql"
_DEBIAN = Path("/usr/lib/postgresql")
_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
    "log_min_messages": "warning",
}


def program(name: str) -> str | None:
    """Return the path of one of the server's programs: Debian keeps them by version, off the PATH."""
    by_version = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0))
    return str(by_version[-1]) if by_version else shutil.which(name)


def is_installed() -> bool:
    """Tell whether this machine has the server's own programs."""
    return program("initdb") is not None and program("postgres") is not None


def require_postgresql() -> None:
    """Skip where PostgreSQL or its driver is not installed; where nothing may be skipped (CI=true), fail."""
    required.require(is_installed(), NOT_INSTALLED)
    required.require(_has_driver(), "the driver of PostgreSQL is not installed: psycopg[binary]")


def _has_driver() -> bool:
    try:
        import psycopg  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


class PostgresqlServer:
    """One server from `start` to `stop`, or for a `with`. Stopping keeps the databases; `remove` deletes them."""

    def __init__(self) -> None:
        """Make the cluster; nothing runs yet."""
        self.home = Path(tempfile.mkdtemp(prefix="rollcall-postgresql-"))
        self.port = ports.free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = _owner()
        if self._owner is not None:
            os.chown(self.home, self._owner.pw_uid, self._owner.pw_gid)
        self._make_cluster()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def log(self) -> str:
        """What the server logged so far."""
        file = self.home / "postgresql.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def url(self, database: str) -> str:
        """Return the `[database] url` of a database."""
        return f"postgresql+psycopg://{USER}:{PASSWORD}@{ports.LOOPBACK}:{self.port}/{database}"

    def connect(self, database: str = "postgres", **options: Any) -> Any:
        """Return a connection of the driver's own, in autocommit."""
        import psycopg  # noqa: PLC0415

        address = {"host": ports.LOOPBACK, "port": self.port, "user": USER, "password": PASSWORD}
        return psycopg.connect(dbname=database, autocommit=True, **address, **options)

    def start(self) -> None:
        """Start, and return when the server takes connections."""
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        command = [program("postgres"), "-D", self._data, f"-p{self.port}", f"-k{self.home}", *settings]
        with (self.home / "postgresql.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home, **self._as_owner()
            )
        self._wait_until_ready()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT breaks all connections (a fast shutdown), SIGQUIT falls as a crash does."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

    def restart(self) -> None:
        """Stop and start again, as an administrator's update does; every connection is lost."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop, and delete everything."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self.home / "data")

    def _make_cluster(self) -> None:
        secret = self.home / "password"
        secret.write_text(PASSWORD)
        if self._owner is not None:
            os.chown(secret, self._owner.pw_uid, self._owner.pw_gid)
        command = [program("initdb"), "-D", self._data, "-U", USER, "--pwfile", str(secret), "--no-sync",
                   "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                   "--locale-provider=icu", "--icu-locale=vi"]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd=self.home,
            **self._as_owner(),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stdout}{done.stderr}")

    def _as_owner(self) -> dict[str, Any]:
        """Return what starts a process as the cluster's owner."""
        if self._owner is None:
            return {}
        return {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}

    def _wait_until_ready(self) -> None:
        command = [program("pg_isready"), "-h", ports.LOOPBACK, "-p", str(self.port), "-t", "1", "-q"]
        for _ in range(300):
            if subprocess.run(command, check=False, cwd="/").returncode == 0:
                return
            if self._process is None or self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL does not start: {self.log}")


def _owner() -> pwd.struct_passwd | None:
    """Return whom the server runs as, None for whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
