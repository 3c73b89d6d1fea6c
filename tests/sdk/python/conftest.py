"""The published Python SDK against a server on each database. It speaks https:// only."""
import os
import pathlib
import tempfile

import pytest

# gRPC looks once in the life of a process, when it is imported, where the roots are that it trusts; it reads them with
# the first channel, after the servers have made theirs.
TRUST = tempfile.TemporaryDirectory(prefix="doorward-sdk-trust-")
ROOTS = pathlib.Path(TRUST.name) / "roots.pem"
os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = os.environ["REQUESTS_CA_BUNDLE"] = str(ROOTS)

from scalekit import ScalekitClient  # noqa: E402
from scalekit import directory as sdk_directory  # noqa: E402
from scalekit.v1.organizations.organizations_pb2 import CreateOrganization  # noqa: E402

from support.tenant import unique  # noqa: E402

DATABASES = ("sqlite", "postgres")


@pytest.fixture(scope="session")
def servers(start_server):
    """Both servers, up before the first client, so that the roots of both are trusted."""
    started = {name: start_server(name) for name in DATABASES}
    ROOTS.write_text("".join(pathlib.Path(server.credentials["ca_file"]).read_text() for server in started.values()))
    return started


@pytest.fixture(scope="session", params=DATABASES)
def server(request, servers):
    return servers[request.param]


@pytest.fixture(scope="session")
def new_client(server):
    """An application's client; `client_id` and `client_secret` may be given wrong."""
    def make(**changes):
        credentials = {name: server.credentials[name] for name in ("client_id", "client_secret")}
        return ScalekitClient(server.credentials["environment_url_https"], **{**credentials, **changes})
    return make


@pytest.fixture(scope="session")
def scalekit(new_client):
    return new_client()


@pytest.fixture
def organization(scalekit):
    """A new organization with an external id."""
    made, _ = scalekit.organization.create_organization(CreateOrganization(display_name=unique("Customer"),
                                                                           external_id=unique("ext")))
    return made.organization


@pytest.fixture
def with_lists(monkeypatch):
    """Gives two answers of the SDK the lists that it appends to and never makes (test_the_sdk_forgets_its_lists)."""
    def repaired(broken, field):
        def make():
            made = broken()
            setattr(made, field, [])
            return made
        return make

    for name, field in (("ListDirUsersResponse", "users"), ("ListDirGroupsResponse", "groups")):
        monkeypatch.setattr(sdk_directory, name, repaired(getattr(sdk_directory, name), field))
