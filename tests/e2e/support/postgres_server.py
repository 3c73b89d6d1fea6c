"""A PostgreSQL of one's own on a fixed free port, which can be stopped and started again."""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

from .ports import free_port
from .waiting import PATIENCE_SECONDS, wait_until


def newest_programs():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    assert found, "no PostgreSQL server programs under /usr/lib/postgresql: install the package postgresql"
    return found[-1].parent


class PostgresServer:
    """Runs as an unprivileged user even when we are root, in a temporary folder which that user can reach."""

    def __init__(self, settings=None):
        self.programs = newest_programs()
        self.settings = {"fsync": "off", "shared_buffers": "32MB", **(settings or {})}
        self.account = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="doorward-postgres-", dir="/tmp"))
        self.process = None
        if os.getuid() == 0:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.port = free_port()
        # Trust is confined to loopback and to this folder's life.
        subprocess.run(self._as_user(str(self.programs / "initdb"), "-D", str(self.folder / "data"), "-U", "doorward",
                                     "--auth=trust", "-E", "UTF8", "--no-sync"), check=True, stdout=subprocess.DEVNULL)
        self.url = f"postgresql://doorward@127.0.0.1:{self.port}/postgres"

    def _as_user(self, *command):
        prefix = ["setpriv", "--pdeathsig", "QUIT"]
        if os.getuid() == 0:
            prefix += [f"--reuid={self.account.pw_uid}", f"--regid={self.account.pw_gid}", "--clear-groups"]
        return [*prefix, "env", "-C", str(self.folder), "LC_ALL=C.UTF-8", *command]

    def start(self):
        settings = {**self.settings, "listen_addresses": "127.0.0.1", "port": self.port,
                    "unix_socket_directories": self.folder}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self._as_user(str(self.programs / "postgres"), "-D", str(self.folder / "data"),
                                                          *options), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self.answers, "PostgreSQL to answer")
        return self

    def answers(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()[-2000:]
        return subprocess.run([self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0

    def stop(self):
        """Fast shutdown: open connections are cut."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=PATIENCE_SECONDS)
        self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
