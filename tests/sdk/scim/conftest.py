"""Conformance suites of others against a server on each database."""
import pytest

from support.tenant import Tenant, api_client

DATABASES = ("sqlite", "postgres")


@pytest.fixture(scope="session", params=DATABASES)
def server(request, start_server):
    return start_server(request.param)


# What the suite does not do as the RFCs say: it sends any text as a country, and `schemas` inside an extension.
AGAINST_STRICT = [{"name": "free_country", "value": "accept"}, {"name": "unknown_attributes", "value": "ignore"}]


@pytest.fixture(scope="module", params=("standard", "strict"))
def directory(server, request):
    """An organization with an enabled directory of no particular provider, its endpoint pinned to a profile."""
    api = api_client(server)
    tenant = Tenant(server, api, provider=None)
    settings = f"/doorward/v1/organizations/{tenant.organization_id}/directories/{tenant.directory_id}/scim_settings"
    overrides = AGAINST_STRICT if request.param == "strict" else []
    api.patch(settings, {"pinned_profile": request.param, "overrides": overrides}).expect(200)
    return tenant
