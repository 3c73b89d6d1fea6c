"""Builds the applications of docs/sso.md from their sources and starts them beside a running server."""
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "receivers"))

from program import Program  # noqa: E402
from stand_in import CLIENT_ID, StandIn  # noqa: E402
from support import documents  # noqa: E402
from support.sign_in import Browser  # noqa: E402
from support.tenant import api_client  # noqa: E402
from testing import toolchain  # noqa: E402
from testing.console import ROOT  # noqa: E402

PAGE = "sso.md"
REPORTS = "/reports"  # a page that people want to come to from their provider
WRITTEN_AS = {"node-sdk": "application.mjs", "python-sdk": "application.py", "go": "application.go",
              "java": "Application.java"}


@pytest.fixture(scope="session")
def server(start_server):
    return start_server("sqlite")


@pytest.fixture(scope="session")
def command(request, tmp_path_factory):
    """How to run the application of the page that a test names."""
    name = request.param
    folder = tmp_path_factory.mktemp(name)
    (folder / "node_modules").symlink_to(ROOT / "tests" / "sdk" / "node" / "node_modules")
    path = folder / WRITTEN_AS[name]
    path.write_text(documents.named(PAGE, "application")[name])
    if name == "node-sdk":
        return ["node", path]
    if name == "python-sdk":
        return [sys.executable, path]
    if name == "go":
        compiler = ["go", "build", "-o", folder / "application", path]
        subprocess.run(compiler, check=True, cwd=folder, env={**os.environ, **toolchain.go()})
        return [folder / "application"]
    environment = {**os.environ, **toolchain.java()}
    [gson] = toolchain.java_libraries(ROOT / "tests" / "sdk" / "transports" / "java", name="caller").glob("gson-*.jar")
    compiler = ["javac", "-Xlint:all", "-Werror", "-cp", gson, "-d", folder, path]
    subprocess.run(compiler, check=True, env=environment)
    # http:// suffices to show it; api.md tells how a JVM comes to trust a certificate.
    return [pathlib.Path(environment["JAVA_HOME"]) / "bin" / "java", "-cp", f"{folder}:{gson}", "Application"]


@pytest.fixture
def stand_in():
    one = StandIn()
    yield one
    one.close()


@pytest.fixture
def application_of_stand_in(stand_in, command, tmp_path):
    """A running application that takes the stand-in for Doorward."""
    program = Program(command, {"SCALEKIT_ENVIRONMENT_URL": stand_in.url, "SCALEKIT_CLIENT_ID": CLIENT_ID,
                                "SCALEKIT_CLIENT_SECRET": "secret"}, tmp_path / "errors.log")
    yield program
    program.close()


@pytest.fixture
def application(server, command, tmp_path):
    """A running application, registered with the server's first client."""
    trusted = server.credentials["ca_file"]
    # The Python SDK speaks https:// only.
    url = "environment_url_https" if command[0] == sys.executable else "environment_url"
    program = Program(command, {"SCALEKIT_ENVIRONMENT_URL": server.credentials[url],
                                "SCALEKIT_CLIENT_ID": server.credentials["client_id"],
                                "SCALEKIT_CLIENT_SECRET": server.credentials["client_secret"],
                                "NODE_EXTRA_CA_CERTS": trusted, "REQUESTS_CA_BUNDLE": trusted,
                                "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": trusted}, tmp_path / "errors.log")
    home = f"http://localhost:{program.port}"
    api_client(server).patch(f"/api/v1/clients/{server.credentials['client_id']}", {
        "post_login_uris": [home + "/callback", home + REPORTS], "initiate_login_uri": home + "/login",
        "post_logout_redirect_uris": [home + "/"]}).expect(200)
    program.home = home
    yield program
    program.close()


@pytest.fixture
def browser(server, application):
    return Browser(server, application.home)
