"""An administrator tries a SAML connection before it is enabled: the address that the API names, by a browser."""
import re
import urllib.parse

import pytest

from support.saml import SamlConnection, at_simulator, attempt
from support.sign_in import Browser, reason


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def connection(server, api, browser):
    """Configured by the simulator's metadata, as with any provider that somebody brings, and not enabled."""
    one = SamlConnection(server, api)
    one.configure(idp_metadata_url=browser.home + "/simulator/saml/metadata")
    return one


def tried(browser, connection, api, **fields):
    """What the browser reads in the end, and what the API says of the test."""
    shown = api.get(connection.path).expect(200).json()["connection"]
    assert (shown["status"], shown["enabled"]) == ("COMPLETED", False)
    uri = urllib.parse.urlsplit(shown["test_connection_uri"])
    assert uri.path == f"/sso/v1/saml/{connection.id}/test" and not uri.query
    page = browser.open(*at_simulator(browser, browser.follow(uri.path), **fields)).expect(200)
    assert "location" not in page.headers, "nobody is sent to an application"
    text = page.body.decode()
    test_id = re.search(r"test_[0-9]+", text).group()
    return text, api.get(f"/api/v1/connections/{connection.id}/test-requests/{test_id}").expect(200).json()


def test_A12_a_right_answer_shows_the_profile_and_signs_nobody_in(browser, connection, api):
    page, result = tried(browser, connection, api, email="ann@example.com", name="<b>Ann</b>")
    assert "The connection works" in page and "ann@example.com" in page
    assert "&lt;b&gt;Ann" in page and "<b>Ann" not in page
    assert result["status"] == "SUCCESS" and "ann@example.com" in result["user_info"]
    entry = attempt(api, connection=connection)
    assert entry["status"] == "AUTH_REQUEST_SUCCESS" and entry["workflow"].endswith("CONNECTION_TEST")
    assert api.get(connection.path).expect(200).json()["connection"]["enabled"] is False


def test_S72_a_wrong_answer_says_what_is_wrong(browser, connection, api):
    page, result = tried(browser, connection, api, email="ann@example.com", outcome="wrong_audience")
    assert "does not work yet" in page and connection.entity_id in page, "what was expected"
    assert result["status"] == "FAILURE" and result["error"] == "invalid_saml_response"
    assert result["error_details"].startswith("audience at audience") and "somebody-else.example" in result["error_details"]
    entry = attempt(api, connection=connection)
    assert (entry["status"], entry["reason"]) == ("AUTH_REQUEST_FAILURE", "audience")


def test_only_a_saml_connection_can_be_tried_there(browser):
    assert reason(browser.open("/sso/v1/saml/conn_1/test"), 404) == "connection_not_found"
