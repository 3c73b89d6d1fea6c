"""Conformance suites of others against a server on each database."""
import pytest

from support.tenant import Tenant, api_client

DATABASES = ("sqlite", "postgres")


@pytest.fixture(scope="session", params=DATABASES)
def server(request, start_server):
    return start_server(request.param)


@pytest.fixture(scope="module")
def directory(server):
    """An organization with an enabled directory of no particular provider."""
    return Tenant(server, api_client(server), provider=None)
