"""Signing in with a real browser: pages are usable, their policies let through what they must, cookies come back."""
import pytest

from support import jwt
from support.chromium import Chromium
from support.landing import TITLE, landing
from support.saml import SamlConnection
from support.sign_in import Application, parameters


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    browser = Chromium(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture
def callback():
    with landing() as url:
        yield url


def test_a_person_signs_in_at_the_simulator(server, api, chromium, callback):
    application = Application(server, api, post_login_uris=[callback])
    home = server.credentials["environment_url"]
    chromium.open(home + application.url(redirect_uri=callback, login_hint="ann@example.com"))
    assert chromium.url.startswith(home + "/simulator/authorize?"), chromium.url
    assert chromium.title == "Identity provider simulator"
    chromium.write("#given_name", "Ann")
    chromium.write("#family_name", "Ames")
    chromium.click("button[type=submit]")
    told = parameters(chromium.arrive(callback + "?"))
    assert chromium.title == TITLE
    tokens = application.redeem(told["code"], redirect_uri=callback).expect(200).json()
    claims = jwt.verify(tokens["id_token"], server.client().get("/keys").json())
    assert (claims["email"], claims["given_name"], claims["family_name"]) == ("ann@example.com", "Ann", "Ames")
    refused = [one["message"] for one in chromium.complaints() if "Content Security Policy" in one["message"]]
    assert not refused, "the pages' own policy is in their way"


def test_a_person_signs_in_by_saml(server, api, chromium, callback):
    """The provider's page posts the answer by itself, which is all that its policy lets a script do."""
    application = Application(server, api, post_login_uris=[callback])
    connection = SamlConnection(server, api, provider="IDP_SIMULATOR")
    chromium.open(server.credentials["environment_url"] + application.url(redirect_uri=callback, connection_id=connection.id))
    assert chromium.url.startswith(server.credentials["environment_url"] + "/simulator/saml/sso?"), chromium.url
    chromium.write("#email", "ann@example.com")
    chromium.write("#given_name", "Ann")
    chromium.click("button[type=submit]")
    told = parameters(chromium.arrive(callback + "?"))
    claims = jwt.verify(application.redeem(told["code"], redirect_uri=callback).expect(200).json()["id_token"],
                        server.client().get("/keys").json())
    assert (claims["email"], claims["given_name"]) == ("ann@example.com", "Ann")
    refused = [one["message"] for one in chromium.complaints() if "Content Security Policy" in one["message"]]
    assert not refused, "the pages' own policy is in their way"


def test_a_person_reads_why_it_did_not_work(server, api, chromium, callback):
    application = Application(server, api, post_login_uris=[callback])
    home = server.credentials["environment_url"]
    chromium.open(home + application.url(redirect_uri="https://evil.test/", login_hint="ann@example.com"))
    assert chromium.url.startswith(home + "/oauth/authorize?")
    assert "invalid_redirect_uri" in chromium.text("main")
