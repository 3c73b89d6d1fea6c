"""A server, connections to providers of the tests' own, an application and its browser."""
import functools
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "receivers"))

from connection import Connection  # noqa: E402
from keycloak import Keycloak  # noqa: E402
from samlp import encrypted_to, encryption_certificate, Samlp  # noqa: E402
from simplesamlphp import SimpleSamlPhp  # noqa: E402
from support.saml import attempt, SamlConnection  # noqa: E402
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
def ssp(tmp_path):
    """SimpleSAMLphp, which knows nobody yet."""
    one = SimpleSamlPhp(tmp_path / "simplesamlphp")
    yield one
    one.close()


@pytest.fixture
def connect_ssp(server, api, ssp):
    """Makes the connection to it: each of the two has read the other's metadata."""
    def make(**saml):
        connection = SamlConnection(server, api)
        connection.configure(idp_metadata_url=ssp.metadata_url, **saml)
        connection.enable()
        read_metadata(ssp, server, connection)
        return connection

    return make


def metadata(server, connection):
    """Doorward's, of the connection."""
    path = connection.metadata_url.removeprefix(server.credentials["environment_url"])
    return server.client().get(path).expect(200).body


def read_metadata(provider, server, connection, **changes):
    """What an administrator of the provider does with the address of Doorward's metadata."""
    return provider.import_metadata(metadata(server, connection), **changes)


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory):
    one = Keycloak(tmp_path_factory.mktemp("keycloak"))
    yield one
    one.close()


@pytest.fixture
def connect_samlp(server, api, tmp_path):
    """Makes connections to samlp, each with one of its own. `encrypts`: to the certificate in our metadata."""
    started = []

    def make(person=None, encrypts=False, **options):
        connection = SamlConnection(server, api, provider="AUTH0")
        if encrypts:
            options |= encrypted_to(encryption_certificate(metadata(server, connection)))
        started.append(Samlp(tmp_path, connection, person, **options))
        connection.configure(idp_metadata_url=started[-1].metadata_url)
        connection.enable()
        return connection, started[-1]

    yield make
    for one in started:
        one.close()


@pytest.fixture
def last_attempt(api):
    """The newest attempt of an application in the authentication log, with its steps."""
    return functools.partial(attempt, api)
