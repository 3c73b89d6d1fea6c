"""What the SDK tests in Python share: servers on both databases, trust in their certificates, a webhook receiver.

The server as a process, tenants and receivers are those of the end-to-end tests (tests/e2e/support).
"""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

from support import databases  # noqa: E402
from support.process import Server  # noqa: E402
from support.tenant import Tenant, api_client  # noqa: E402
from support.webhooks import Receiver  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--transport", choices=("go", "java"), help="the one caller to test; java wants port 443 free")


@pytest.fixture(scope="session")
def start_server(tmp_path_factory):
    """Starts a server on an empty database of the given kind, with more options; all end with the session."""
    started = []

    def start(database, *options):
        folder = tmp_path_factory.mktemp(f"server-{database}")
        server = Server(os.environ["DOORWARD_BINARY"], folder, databases.make(database), options)
        started.append(server)
        return server.start()

    try:
        yield start
        for server in started:
            server.close()
    finally:
        for server in started:
            server.abandon()
            server.database.drop()


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.close()


@pytest.fixture
def tenant(server):
    """An organization with an enabled directory, and the customer's identity provider."""
    return Tenant(server, api_client(server))
