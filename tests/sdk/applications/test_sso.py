"""Every application of docs/sso.md signs people in through the simulated identity provider, as it stands on the page."""
import re

import pytest

from conftest import PAGE, WRITTEN_AS
from support import documents
from support.sign_in import location, sign_in
from support.waiting import wait_until

EVERY = pytest.mark.parametrize("command", WRITTEN_AS, indirect=True)
WITH_SDK = pytest.mark.parametrize("command", ["node-sdk", "python-sdk"], indirect=True)


def said(application, text):
    wait_until(lambda: [line for line in list(application.lines) if text in line],
               lambda: f"{text!r}; the application printed {application.lines}")


def test_every_application_of_the_page_is_run():
    assert set(documents.named(PAGE, "application")) == set(WRITTEN_AS)


@EVERY
def test_signs_in_and_out(application, browser):
    back = location(sign_in(browser, browser.follow(application.home + "/login?email=ann@example.com"), "ann@example.com"))
    browser.open(back).expect(302)
    said(application, "signed in ann@example.com")
    at_doorward = browser.follow(application.home + "/logout")
    assert "/oidc/logout?" in at_doorward
    home = browser.open(at_doorward)
    while home.status in (302, 303) and not home.headers["location"].startswith(application.home):
        home = browser.open(home.headers["location"])
    assert location(home) == application.home + "/"


@EVERY
def test_refuses_an_answer_that_it_did_not_ask_for(application, browser):
    browser.open(application.home + "/callback?code=stolen&state=guessed").expect(400)
    said(application, "refused a login of another browser")


@EVERY
def test_tells_errors_apart(application, browser):
    asked = browser.follow(application.home + "/login?email=ann@example.com")
    back = location(sign_in(browser, asked, "ann@example.com", outcome="access_denied"))
    browser.open(back).expect(400)
    said(application, "refused authentication_not_completed")


@WITH_SDK
def test_begins_where_the_provider_sends_people(application, browser, server):
    connection = server.credentials["test_connection_id"]
    begun = browser.follow(f"/sso/v1/oidc/{connection}/initiate?iss={browser.home}/simulator&login_hint=zoe@example.com")
    assert begun.startswith(application.home + "/login?idp_initiated_login=")
    asked = browser.follow(begun)
    assert f"connection_id={connection}" in asked and re.search("login_hint=zoe(%40|@)example.com", asked)
    browser.open(location(sign_in(browser, asked, "zoe@example.com"))).expect(302)
    said(application, "signed in zoe@example.com")
