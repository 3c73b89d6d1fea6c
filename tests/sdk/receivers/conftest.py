"""Builds receivers from their sources and starts them beside a running server."""
import os
import pathlib
import subprocess
import sys

import pytest

from program import LANGUAGES, Program, documented
from testing import toolchain
from testing.console import ROOT

WRITTEN_AS = {"js": "receiver.mjs", "python": "receiver.py", "go": "receiver.go", "java": "Receiver.java"}


@pytest.fixture(scope="session")
def server(start_server):
    return start_server("sqlite")


@pytest.fixture(scope="session")
def application(server):
    """What an application gives the SDK's client: credentials, and trust in the server's certificate."""
    trusted = server.credentials["ca_file"]
    return {"SCALEKIT_ENVIRONMENT_URL": server.credentials["environment_url_https"],
            "SCALEKIT_CLIENT_ID": server.credentials["client_id"],
            "SCALEKIT_CLIENT_SECRET": server.credentials["client_secret"],
            "NODE_EXTRA_CA_CERTS": trusted, "REQUESTS_CA_BUNDLE": trusted, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": trusted}


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    """A folder in which Node finds its packages."""
    folder = tmp_path_factory.mktemp("receivers")
    (folder / "node_modules").symlink_to(ROOT / "tests" / "sdk" / "node" / "node_modules")
    return folder


@pytest.fixture(scope="session")
def build(workshop):
    """Writes a source into the workshop and answers with the command that runs it."""
    def make(name, language, source):
        folder = workshop / name
        folder.mkdir()
        path = folder / WRITTEN_AS[language]
        path.write_text(source)
        if language == "js":
            return ["node", path]
        if language == "python":
            return [sys.executable, path]
        if language == "go":
            compiler = ["go", "build", "-o", folder / "receiver", path]
            subprocess.run(compiler, check=True, cwd=folder, env={**os.environ, **toolchain.go()})
            return [folder / "receiver"]
        environment = {**os.environ, **toolchain.java()}
        subprocess.run(["javac", "-Xlint:all", "-Werror", "-d", folder, path], check=True, env=environment)
        return [pathlib.Path(environment["JAVA_HOME"]) / "bin" / "java", "-cp", folder, "Receiver"]

    return make


@pytest.fixture(scope="session", params=LANGUAGES)
def command(request, build):
    """How to run one of the documented receivers."""
    return build(request.param, LANGUAGES[request.param], documented(request.param))


@pytest.fixture
def start(workshop, application):
    """Starts receivers with a secret; all end with the test."""
    started = []

    def start_one(command, secret):
        environment = {**application, "WEBHOOK_SECRET": secret, "SCALEKIT_WEBHOOK_SECRET": secret}
        started.append(Program(command, environment, workshop / "errors.log"))
        return started[-1]

    yield start_one
    for one in started:
        one.close()
