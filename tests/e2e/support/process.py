"""The server as its users start it: a process, a data folder, ready.json, credentials.json, a log."""
import json
import os
import pathlib
import signal
import subprocess

from .http import Client
from .waiting import PATIENCE_SECONDS, wait_until

SANITIZER_MARKS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "runtime error:")


def environment():
    """Ours without any DOORWARD_ setting, so that only what a test writes is set."""
    return {k: v for k, v in os.environ.items() if not k.startswith("DOORWARD_")}


class Server:
    """One `doorward serve`. It may be started and stopped many times on its data folder; the log goes on."""

    def __init__(self, binary, folder, database, options=()):
        self.binary = str(binary)
        self.data_dir = pathlib.Path(folder) / "data"
        self.log_path = pathlib.Path(folder) / "server.log"
        self.database = database
        self.options = list(options)
        self.process = None
        self.ready = None
        self.credentials = None

    # -- process

    def command(self):
        listen = {"--http-listen": "127.0.0.1:0", "--https-listen": "127.0.0.1:0"}
        given = dict(zip(self.options[::2], self.options[1::2]))
        options = {"--data-dir": str(self.data_dir), **listen, **given}
        if self.database.url:
            options.setdefault("--database-url", self.database.url)
        return [self.binary, "serve", *(part for pair in options.items() for part in pair)]

    def launch(self):
        """Starts the process and does not wait for it to listen."""
        assert self.process is None, "the server already runs"
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=environment(), start_new_session=True)
        return self

    def start(self):
        self.launch()
        wait_until(self._is_ready, "ready.json of the new process")
        self.credentials = json.loads((self.data_dir / "credentials.json").read_text())
        return self

    def _is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode} before it was ready:\n{self.log_tail()}")
        try:
            ready = json.loads((self.data_dir / "ready.json").read_text())
        except FileNotFoundError:
            return False
        if ready["pid"] != self.process.pid:
            return False
        self.ready = ready
        return True

    def stop(self):
        """SIGTERM; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        """SIGKILL: what a crash looks like from outside."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE_SECONDS)
        self.process = None

    def wait(self):
        status = self.process.wait(timeout=PATIENCE_SECONDS)
        self.process = None
        return status

    def close(self):
        """For the end of a test: stops the server and fails on what its end shows."""
        if self.process is not None:
            status = self.stop()
            assert status == 0, f"the server ended with {status}:\n{self.log_tail()}"
        found = [mark for mark in SANITIZER_MARKS if mark in self.log()]
        assert not found, f"sanitizer report in the server's log:\n{self.log_tail(200)}"

    def abandon(self):
        """For a broken test: nothing may outlive it."""
        if self.process is not None:
            self.kill()

    # -- what it wrote

    def log(self):
        try:
            return self.log_path.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def log_tail(self, lines=40):
        return "\n".join(self.log().splitlines()[-lines:])

    # -- where it is

    def client(self, **options):
        """A client of the plaintext listener."""
        return Client(f"http://{self.ready['http']}", **options)

    def tls_client(self, **options):
        return Client(f"https://{self.ready['https']}", ca_file=self.credentials["ca_file"], **options)
