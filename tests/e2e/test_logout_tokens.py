"""Back-channel logout toward applications: who is told of the end of a session, by what, and what becomes of it when the
application, or the server, is not there. tests/sdk/applications has a receiver with a JOSE library."""
import threading
import urllib.parse

import pytest

from support import jwt
from support.http import form
from support.sign_in import Application, Browser, parameters, sign_in
from support.tenant import Tenant, api_client
from support.waiting import wait_until
from test_connection_logins import Connection, delete, delete_organization, disable, tokens

EVENT = "http://schemas.openid.net/event/backchannel-logout"
PATH = "/logout"


def told(receiver, path=PATH, count=1):
    """The tokens that came, when there are so many."""
    def arrived():
        found = [urllib.parse.parse_qs(d.body.decode(), strict_parsing=True) for d in receiver.deliveries(path)]
        return len(found) >= count and [fields["logout_token"][0] for fields in found]

    return wait_until(arrived, f"{count} logout tokens at {path}")


def check(server, token, application, id_token):
    """Of a login that ended, claim by claim (Back-Channel Logout section 2.4)."""
    header, _ = jwt.parts(token)
    assert header["typ"] == "logout+jwt"
    claims = jwt.verify(token, server.client().get("/keys").expect(200).json())
    login = jwt.parts(id_token)[1]
    assert {k: claims[k] for k in ("iss", "sub", "aud", "sid")} == {k: login[k] for k in ("iss", "sub", "aud", "sid")}
    assert claims["aud"] == [application.id] and claims["events"] == {EVENT: {}} and "nonce" not in claims
    assert claims["exp"] - claims["iat"] == 120 and claims["jti"] != login["jti"]
    return claims


def counted(server, outcome):
    line = f'doorward_logout_tokens_total{{outcome="{outcome}"}} '
    text = server.client().get("/metrics").expect(200).body.decode()
    return int(next(row for row in text.splitlines() if row.startswith(line))[len(line):])


def log_lines(server, event):
    return [line for line in server.log().splitlines() if event in line]


def log_out(server, id_token):
    Browser(server).open("/oidc/logout?" + urllib.parse.urlencode({"id_token_hint": id_token})).expect(200)


def login(server, application):
    """At the built-in test connection."""
    back = sign_in(Browser(server), application.url(connection_id=server.credentials["test_connection_id"]))
    return application.redeem(parameters(back.headers["location"])["code"]).expect(200).json()


@pytest.fixture
def connection(tenant):
    return Connection(tenant)


def test_the_metadata_announces_it(server):
    document = server.client().get("/.well-known/openid-configuration").expect(200).json()
    assert document["backchannel_logout_supported"] is True
    assert document["backchannel_logout_session_supported"] is True


def test_a_logout_is_told_at_every_uri_of_the_client_and_nowhere_else(server, api, receiver):
    application = Application(server, api, back_channel_logout_uris=[receiver.url + PATH, receiver.url + "/other"])
    Application(server, api, back_channel_logout_uris=[receiver.url + "/stranger"])
    ended, kept = login(server, application), login(server, application)
    log_out(server, ended["id_token"])
    first = check(server, told(receiver)[0], application, ended["id_token"])
    other = check(server, told(receiver, "/other")[0], application, ended["id_token"])
    assert first["jti"] != other["jti"]
    headers = receiver.deliveries(PATH)[0].headers
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    log_out(server, kept["id_token"])
    second = check(server, told(receiver, count=2)[1], application, kept["id_token"])
    assert second["sid"] != first["sid"] and not receiver.deliveries("/stranger")


def revoke(application, login_tokens):
    fields = {"token": login_tokens["access_token"], "client_id": application.id, "client_secret": application.secret}
    application.server.client().post("/oauth/revoke", **form(fields)).expect(200)


def test_a_revocation_is_told(server, api, receiver):
    application = Application(server, api, back_channel_logout_uris=[receiver.url + PATH])
    ours = login(server, application)
    revoke(application, ours)
    check(server, told(receiver)[0], application, ours["id_token"])


@pytest.mark.parametrize("end", [disable, delete, delete_organization])
def test_the_end_of_a_connection_is_told_of_each_of_its_logins(server, api, receiver, connection, tenant, end):
    application = Application(server, api, back_channel_logout_uris=[receiver.url + PATH])
    ours = [tokens(application, Browser(server), connection) for _ in range(3)]
    kept = tokens(application, Browser(server), Connection(Tenant(server, api)))
    end(connection, tenant)
    by_session = {jwt.parts(t)[1]["sid"]: t for t in told(receiver, count=3)}
    for one in ours:
        check(server, by_session.pop(jwt.parts(one["id_token"])[1]["sid"]), application, one["id_token"])
    assert not by_session
    log_out(server, kept["id_token"])
    check(server, told(receiver, count=4)[3], application, kept["id_token"])


def test_a_disabled_client_is_told(server, api, receiver):
    application = Application(server, api, back_channel_logout_uris=[receiver.url + PATH])
    ours = login(server, application)
    api.patch(f"/doorward/v1/clients/{application.id}/settings", {"enabled": False}).expect(200)
    check(server, told(receiver)[0], application, ours["id_token"])


def test_an_application_that_is_away_is_told_when_it_is_back(new_server, receiver):
    server = new_server().start()
    application = Application(server, api_client(server), back_channel_logout_uris=[receiver.url + PATH])
    ours = login(server, application)
    statuses = iter([503])
    receiver.answers[PATH] = lambda _: next(statuses, 200)
    log_out(server, ours["id_token"])
    first, second = (check(server, token, application, ours["id_token"]) for token in told(receiver, count=2))
    assert first["jti"] != second["jti"]
    wait_until(lambda: counted(server, "delivered") == 1, "the delivery to be counted")
    assert counted(server, "retried") == 1
    line, = log_lines(server, "logout_token.retried")
    assert application.id in line and "503" in line and first["sid"] in line and first["jti"] not in line


def test_a_refusal_is_written_down_and_not_repeated(new_server, receiver):
    server = new_server().start()
    application = Application(server, api_client(server), back_channel_logout_uris=[receiver.url + PATH])
    receiver.answers[PATH] = lambda _: 400
    log_out(server, login(server, application)["id_token"])
    wait_until(lambda: counted(server, "refused") == 1, "the refusal")
    line, = log_lines(server, "logout_token.refused")
    assert application.id in line and "400" in line
    receiver.answers[PATH] = lambda _: 200
    log_out(server, login(server, application)["id_token"])
    assert len(told(receiver, count=2)) == 2 and counted(server, "retried") == 0


def test_what_is_owed_survives_a_kill(new_server, receiver):
    """The process dies while the application has the request and has not answered."""
    server = new_server().start()
    application = Application(server, api_client(server), back_channel_logout_uris=[receiver.url + PATH])
    ours = login(server, application)
    killed = threading.Event()

    def answer(delivery):
        killed.wait()
        return 200

    receiver.answers[PATH] = answer
    log_out(server, ours["id_token"])
    first = told(receiver)[0]
    server.kill()
    killed.set()
    server.start()
    second = told(receiver, count=2)[1]
    claims = jwt.parts(second)[1]
    assert claims["sid"] == jwt.parts(first)[1]["sid"] and claims["jti"] != jwt.parts(first)[1]["jti"]
    wait_until(lambda: counted(server, "delivered") == 1, "the delivery to be counted")


def test_a_deleted_client_is_owed_nothing_any_more(new_server, receiver):
    server = new_server().start()
    api = api_client(server)
    application = Application(server, api, back_channel_logout_uris=[receiver.url + PATH])
    ours = login(server, application)
    receiver.answers[PATH] = lambda _: 503
    log_out(server, ours["id_token"])
    told(receiver)
    api.delete(f"/api/v1/clients/{application.id}").expect(200)
    wait_until(lambda: counted(server, "cancelled") == 1, "the rest to be cancelled")
    line, = log_lines(server, "logout_token.cancelled")
    assert "not_registered" in line


def test_production_tells_nobody_in_its_own_network(new_server, receiver, tmp_path):
    """The same installation goes into production while a token is owed to an address that only development reaches."""
    server = new_server().start()
    uri = receiver.url.replace("http:", "https:") + PATH
    application = Application(server, api_client(server), back_channel_logout_uris=[uri])
    log_out(server, login(server, application)["id_token"])
    wait_until(lambda: log_lines(server, "logout_token.retried"), "an attempt")
    assert "egress_forbidden" not in server.log(), "development may, although nobody speaks TLS there"
    server.stop()
    server.options += ["--environment", "production", "--base-url", "https://auth.example.com", "--https-listen", "off",
                       "--key-encryption-key-file", str(server.data_dir / "key-encryption-key")]
    server.start()
    wait_until(lambda: [line for line in log_lines(server, "logout_token.retried") if "egress_forbidden" in line],
               "the refusal to be logged")
    assert counted(server, "delivered") == 0 and not receiver.arrivals


def test_D29_a_logout_token_counts_once(server, api, receiver, tenant):
    """The server is the provider too: of a connection whose client is the application that it tells of its logouts."""
    application = Application(server, api, back_channel_logout_uris=[receiver.url + PATH])
    path = f"/api/v1/organizations/{tenant.organization_id}/connections"
    made = api.post(path, {"type": "OIDC", "provider": "CUSTOM"}).expect(201).json()["connection"]["id"]
    here = server.credentials["environment_url"]
    config = {"issuer": here, "client_id": application.id, "client_secret": application.secret,
              "authorize_uri": f"{here}/oauth/authorize", "token_uri": f"{here}/oauth/token",
              "jwks_uri": f"{here}/keys"}
    api.patch(f"{path}/{made}",
              {"debug_enabled": True, "configuration_type": "MANUAL", "oidc_config": config}).expect(200)
    ours = login(server, application)
    log_out(server, ours["id_token"])
    token, = told(receiver)
    back_channel = f"/sso/v1/oidc/{made}/backchannel-logout"
    server.client().post(back_channel, **form({"logout_token": token})).expect(200)
    again = server.client().post(back_channel, **form({"logout_token": token})).expect(400)
    assert again.json()["error"] == "invalid_request"
    line, = [line for line in log_lines(server, "back_channel_logout.refused") if made in line]
    assert " reason=replay " in line and again.headers["x-request-id"] in line and token not in line
