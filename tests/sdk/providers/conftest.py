"""A server, connections to providers of the tests' own, an application and its browser."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "receivers"))

from connection import Connection  # noqa: E402
from support.sign_in import Application, Browser  # noqa: E402
from support.tenant import api_client  # noqa: E402


@pytest.fixture(scope="session")
def server(start_server):
    return start_server("sqlite")


@pytest.fixture
def api(server):
    return api_client(server)


@pytest.fixture
def application(server, api):
    return Application(server, api)


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def connect(server, api, tmp_path):
    """Makes connections; their providers end with the test."""
    made = []

    def make(**options):
        made.append(Connection(server, api, tmp_path / "provider.log", **options))
        return made[-1]

    yield make
    for connection in made:
        connection.provider.close()


@pytest.fixture
def last_attempt(api):
    """The newest attempt of an application in the authentication log, with its steps."""
    def read(application):
        listed = api.get(f"/api/v1/logs/authentication/requests?client_id={application.id}").expect(200).json()
        newest = listed["authRequests"][0]["auth_request_id"]
        return api.get(f"/doorward/v1/auth_requests/{newest}").expect(200).json()["auth_request"]

    return read
