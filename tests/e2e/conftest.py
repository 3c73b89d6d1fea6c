import os
import pathlib

import pytest

from support import databases
from support.process import Server
from support.tenant import Tenant, api_client
from support.webhooks import Receiver

DATABASES = ("sqlite", "postgres")


def pytest_collection_modifyitems(items):
    """Tests of one database share a server, and so a process of `pytest -n`; the databases' tests run side by side."""
    for item in items:
        database = getattr(item, "callspec", None) and item.callspec.params.get("database_name")
        item.add_marker(pytest.mark.xdist_group(database or "no database"))


@pytest.fixture(scope="session")
def binary():
    path = os.environ.get("DOORWARD_BINARY")
    assert path, "DOORWARD_BINARY must name the server to test; ./test sets it"
    assert os.access(path, os.X_OK), f"DOORWARD_BINARY: {path} cannot be run"
    return pathlib.Path(path).resolve()


@pytest.fixture(scope="session", params=DATABASES)
def database_name(request):
    return request.param


@pytest.fixture(scope="session")
def server(binary, database_name, tmp_path_factory):
    """The server that most tests of one database share: each works in organizations of its own."""
    database = databases.make(database_name)
    shared = Server(binary, tmp_path_factory.mktemp(f"shared-{database_name}"), database)
    try:
        shared.start()
        yield shared
        shared.close()
    finally:
        shared.abandon()
        database.drop()


@pytest.fixture
def new_server(binary, database_name, tmp_path):
    """Makes servers of a test's own, not yet started, with options: new_server("--log-level", "debug")."""
    made = []

    def make(*options):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Server(binary, folder, databases.make(database_name), options))
        return made[-1]

    try:
        yield make
        for one in made:
            one.close()
    finally:
        for one in made:
            one.abandon()
            one.database.drop()


@pytest.fixture
def api(server):
    return api_client(server)


@pytest.fixture
def tenant(server, api):
    return Tenant(server, api)


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.close()
    assert not one.faults, one.faults
