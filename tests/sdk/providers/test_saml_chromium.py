"""Signing in by SAML with a real browser across sites: the provider is at 127.0.0.1 by http, Doorward at localhost by https,
so that the cookie of the login comes back only because it is one for that (SameSite=None; Secure)."""

import pytest

from conftest import read_metadata
from simplesamlphp import PASSWORD
from support import jwt
from support.chromium import Chromium
from support.landing import landing
from support.ports import free_port
from support.saml import SamlConnection
from support.sign_in import Application, parameters
from support.tenant import api_client


@pytest.fixture(scope="module")
def server(start_server):
    port = free_port()
    return start_server("sqlite", "--https-listen", f"127.0.0.1:{port}", "--base-url", f"https://localhost:{port}")


@pytest.fixture
def chromium(tmp_path):
    browser = Chromium(tmp_path, accept_insecure_certificates=True)
    yield browser
    browser.close()


@pytest.fixture
def callback():
    with landing("localhost") as url:
        yield url


def test_a_person_signs_in_at_simplesamlphp_across_sites(server, ssp, chromium, callback):
    api = api_client(server)
    application = Application(server, api, post_login_uris=[callback])
    connection = SamlConnection(server, api)
    connection.configure(idp_metadata_url=ssp.metadata_url)
    connection.enable()
    read_metadata(ssp, server, connection)
    chromium.open(server.credentials["environment_url"] + application.url(redirect_uri=callback, connection_id=connection.id))
    assert chromium.url.startswith(ssp.home + "/"), chromium.url
    chromium.write("input[name=username]", "ann")
    chromium.write("input[name=password]", PASSWORD)
    chromium.click("#submit_button, button[type=submit], input[type=submit]")
    told = parameters(chromium.arrive(callback + "?"))
    assert "error" not in told, told
    tokens = application.redeem(told["code"], redirect_uri=callback).expect(200).json()
    claims = jwt.verify(tokens["id_token"], server.client().get("/keys").json())
    assert claims["sub"] == f"{connection.id};ann@corp.test" and claims["given_name"] == "Ann"
