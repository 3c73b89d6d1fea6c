"""Every application of docs/sso.md signs people in through the simulated identity provider, as it stands on the page.
The commands for curl are the fifth of them, in tests/e2e/test_docs_sso.py."""
import urllib.parse

import pytest

from conftest import PAGE, REPORTS, WRITTEN_AS
from stand_in import altered
from support import documents
from support.jwt import forged
from support.sign_in import location, parameters, sign_in
from support.waiting import wait_until

EVERY = pytest.mark.parametrize("command", WRITTEN_AS, indirect=True)


def said(application, text):
    wait_until(lambda: [line for line in list(application.lines) if text in line],
               lambda: f"{text!r}; the application printed {application.lines}")


def test_every_application_of_the_page_is_run():
    assert set(documents.named(PAGE, "application")) == set(WRITTEN_AS)


def begun_at_provider(application, browser, server, **more):
    """Where the browser is sent when somebody starts from the provider's dashboard."""
    connection = server.credentials["test_connection_id"]
    asked = urllib.parse.urlencode({"iss": browser.home + "/simulator", "login_hint": "zoe@example.com", **more})
    begun = browser.follow(f"/sso/v1/oidc/{connection}/initiate?{asked}")
    assert begun.startswith(application.home + "/login?idp_initiated_login=")
    return begun


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


@EVERY
@pytest.mark.parametrize("page", ["/", REPORTS])
def test_begins_where_the_provider_sends_people(application, browser, server, page):
    more = {} if page == "/" else {"target_link_uri": application.home + page}
    asked = browser.follow(begun_at_provider(application, browser, server, **more))
    told = parameters(asked)
    assert told["connection_id"] == server.credentials["test_connection_id"] and told["login_hint"] == "zoe@example.com"
    back = location(sign_in(browser, asked, "zoe@example.com"))
    assert browser.follow(back) == application.home + page
    said(application, "signed in zoe@example.com")


@EVERY
def test_every_such_login_has_a_state_of_its_own(application, browser, server):
    begun = begun_at_provider(application, browser, server, target_link_uri=application.home + REPORTS)
    states = {parameters(browser.follow(begun))["state"] for _ in range(2)}
    assert len(states) == 2, "what the provider says is no secret of this browser's"


@EVERY
def test_begins_nothing_by_a_forged_token(application, browser, server):
    token = parameters(begun_at_provider(application, browser, server))["idp_initiated_login"]
    for wrong in (forged(token), altered(token, connection_id="conn_1"), token.rpartition(".")[0] + "."):
        browser.open(application.home + "/login?idp_initiated_login=" + wrong).expect(400)
    wait_until(lambda: sum(line.startswith("refused") for line in list(application.lines)) == 3,
               lambda: f"three refusals; the application printed {application.lines}")
