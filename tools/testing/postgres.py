"""A PostgreSQL of the tests' own: a free port, a temporary folder, an unprivileged user, gone at the end."""
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from testing.console import LOGS, say

PREFIX = "doorward-test-postgres."
START_SECONDS = 60
PLACES = ("/dev/shm", "/tmp")
ROOM_BYTES = 4 << 30


def place():
    """Each database is a thousand files, which memory makes and forgets in a tenth of a disk's time."""
    memory, disk = PLACES
    is_roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM_BYTES
    return memory if is_roomy else disk


class Postgres:
    """`url` names an empty database whose role may create more. Every client of this machine's loopback may connect;
    `socket_url` names the same by its socket, which reaches into other network namespaces."""

    def __init__(self):
        remove_abandoned()
        self.programs = newest_programs()
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        # Not under the repository: when root runs the tests, the unprivileged user may not be able to enter it.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX, dir=place()))
        (self.folder / "owner").write_text(str(os.getpid()))
        self.folder.chmod(0o711)  # its socket is for whoever knows the name, as the port is
        if os.getuid() == 0:
            shutil.chown(self.folder, self.user)
        self.process = None
        self.password = secrets.token_urlsafe(18)
        try:
            self._initialise()
            for attempt in range(5):
                if self._start():
                    break
            else:
                raise RuntimeError(f"PostgreSQL did not start; see {LOGS / 'postgres.log'}")
        except BaseException:
            self.stop()
            raise

    def _as_user(self, command, dies_with_us=False):
        prefix = []
        if os.getuid() == 0:
            account = pwd.getpwnam(self.user)
            prefix += ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        if dies_with_us:
            prefix = (prefix or ["setpriv"]) + ["--pdeathsig", "QUIT"]
        return prefix + ["env", "-C", str(self.folder), "LC_ALL=C.UTF-8"] + command

    def _initialise(self):
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        if os.getuid() == 0:
            shutil.chown(password_file, self.user)
        # MD5: the thousands of hashes of SCRAM, for each connection, are half of a short test under a sanitizer.
        subprocess.run(self._as_user([f"{self.programs}/initdb", "-D", f"{self.folder}/data", "-U", "doorward",
                                      "--auth=md5", f"--pwfile={password_file}", "-E", "UTF8", "--no-sync"]),
                       check=True, stdout=subprocess.DEVNULL)

    def _start(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        # fsync off: these tests kill Doorward, never PostgreSQL, so its durability is not what they ask about.
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": self.folder,
                    "fsync": "off", "max_connections": 200, "shared_buffers": "64MB"}
        LOGS.mkdir(parents=True, exist_ok=True)
        with open(LOGS / "postgres.log", "a") as log:
            self.process = subprocess.Popen(
                self._as_user([f"{self.programs}/postgres", "-D", f"{self.folder}/data"] +
                              [part for k, v in settings.items() for part in ("-c", f"{k}={v}")], dies_with_us=True),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        environment = {**os.environ, "PGPASSWORD": self.password}
        while time.monotonic() < deadline and self.process.poll() is None:
            created = subprocess.run([f"{self.programs}/createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "doorward",
                                      "doorward"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if created.returncode == 0:
                self.url = f"postgresql://doorward:{self.password}@127.0.0.1:{port}/doorward"
                self.socket_url = f"{self.url}?host={self.folder}"
                say(f"PostgreSQL of the tests listens on 127.0.0.1:{port}")
                return True
            time.sleep(0.2)
        self._end_process()
        return False

    def _end_process(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(timeout=20)
        self.process = None

    def stop(self):
        self._end_process()
        shutil.rmtree(self.folder, ignore_errors=True)


def newest_programs():
    """The folder with initdb and postgres of the newest installed version."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise RuntimeError("no PostgreSQL server programs under /usr/lib/postgresql; tools/packages names the package")
    return str(found[-1].parent)


def remove_abandoned():
    """Removes the folders of runs that were killed; their servers died with them."""
    for folder in [found for place in PLACES for found in pathlib.Path(place).glob(PREFIX + "*")]:
        try:
            owner = int((folder / "owner").read_text())
            os.kill(owner, 0)
        except (ValueError, ProcessLookupError):
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
