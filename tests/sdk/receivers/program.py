"""A webhook receiver as a process of its own, and the receivers of docs/webhooks.md."""
import base64
import hashlib
import hmac
import http.client
import os
import pathlib
import re
import secrets
import subprocess
import threading
import time

from support.waiting import wait_until
from testing.console import ROOT

PAGE = ROOT / "docs" / "webhooks.md"
LANGUAGES = {"node-sdk": "js", "node": "js", "python-sdk": "python", "python": "python", "go": "go", "java": "java"}
LISTENING = "listening on "


def documented(name):
    """The fenced block ```LANGUAGE receiver=NAME of the page."""
    blocks = re.findall(rf"^```\w+ receiver={re.escape(name)}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1, f"{len(blocks)} blocks in {PAGE.name} are receiver={name}"
    return blocks[0]


def new_secret():
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret, id_, body, at=None):
    """The headers of a request that the holder of a secret makes."""
    timestamp = str(int(time.time() if at is None else at))
    text = f"{id_}.{timestamp}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), text, hashlib.sha256).digest()
    return {"webhook-id": id_, "webhook-timestamp": timestamp, "webhook-signature": "v1," + base64.b64encode(digest).decode()}


class Program:
    """What it prints is kept, a line at a time. It listens where PORT says and prints "listening on PORT"."""

    def __init__(self, command, environment, log):
        self.lines = []
        with open(log, "ab") as errors:
            self.process = subprocess.Popen([str(word) for word in command], encoding="utf-8", stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=errors,
                                            env={**os.environ, **environment, "PORT": "0"})
        threading.Thread(target=self._read, daemon=True).start()
        wait_until(lambda: self.process.poll() is not None or self.port, "the receiver to listen")
        assert self.port, f"the receiver ended with {self.process.poll()}:\n{pathlib.Path(log).read_text()[-2000:]}"

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def port(self):
        return next((int(line[len(LISTENING):]) for line in list(self.lines) if line.startswith(LISTENING)), None)

    def url(self, path="/webhooks"):
        return f"http://127.0.0.1:{self.port}{path}"

    def events(self, text=""):
        return [line for line in list(self.lines) if line.startswith("event ") and text in line]

    def wait_for_event(self, text):
        wait_until(lambda: self.events(text), lambda: f"an event with {text}; the receiver printed {self.lines}")

    def post(self, headers, body, path="/webhooks"):
        """The status that the receiver answers with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, body, {"content-type": "application/json", **headers})
            return connection.getresponse().status
        finally:
            connection.close()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
