"""Signing in by a real browser at a certified provider: its own pages, cookies and redirects, and ours between."""
import pytest

from support import jwt
from support.chromium import Chromium
from support.landing import TITLE, landing
from support.sign_in import Application, parameters


@pytest.fixture
def chromium(tmp_path):
    browser = Chromium(tmp_path)
    yield browser
    browser.close()


@pytest.fixture
def callback():
    with landing() as url:
        yield url


def test_a_person_signs_in_and_again_without_the_form(connect, server, api, chromium, callback):
    connection = connect()
    application = Application(server, api, post_login_uris=[callback])
    begin = server.credentials["environment_url"] + application.url(redirect_uri=callback, connection_id=connection.id)

    def told():
        answer = parameters(chromium.arrive(callback + "?"))
        assert chromium.title == TITLE
        tokens = application.redeem(answer["code"], redirect_uri=callback).expect(200).json()
        return jwt.verify(tokens["id_token"], server.client().get("/keys").json())

    chromium.open(begin)
    assert chromium.url.startswith(connection.provider.issuer + "/interaction/"), chromium.url
    chromium.write("input[name=login]", "ann")
    chromium.write("input[name=password]", "any")
    chromium.click("button[type=submit]")
    first = told()
    assert first["sub"] == f"{connection.id};ann" and first["oid"] == connection.organization_id
    chromium.open(begin)
    assert told()["sub"] == first["sub"], "the provider knows the browser"
    refused = [one["message"] for one in chromium.complaints() if "Content Security Policy" in one["message"]
               and server.credentials["environment_url"] in one["message"]]
    assert not refused, "the pages' own policy is in their way"
