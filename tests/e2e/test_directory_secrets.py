"""Secrets of a directory and its OAuth clients: several at a time, rotation, revocation at once."""
import datetime

from support.http import basic, form
from support.tenant import Tenant, api_client
from support.waiting import wait_until


def own(tenant, what):
    return f"/doorward/v1/organizations/{tenant.organization_id}/directories/{tenant.directory_id}/{what}"


def later(**delta):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def statuses(tenant):
    listed = tenant.api.get(own(tenant, "secrets")).expect(200).json()["directory_secrets"]
    return {secret["id"]: secret["status"] for secret in listed}


def test_several_secrets_work_and_one_is_revoked_at_once(tenant):
    made = tenant.api.post(own(tenant, "secrets"), {"expire_time": later(days=30)}).expect(201).json()
    first, = [id_ for id_ in statuses(tenant) if id_ != made["directory_secret"]["id"]]
    second = tenant.scim_client(made["secret"])
    second.send("GET", "/Users").expect(200)
    tenant.scim.send("GET", "/Users").expect(200)
    tenant.api.delete(own(tenant, f"secrets/{first}")).expect(200)
    tenant.scim.send("GET", "/Users").expect(401)
    tenant.scim.create_user().expect(401)
    second.create_user().expect(201)
    assert statuses(tenant) == {first: "DIRECTORY_SECRET_REVOKED",
                                made["directory_secret"]["id"]: "DIRECTORY_SECRET_ACTIVE"}
    tenant.api.delete(own(tenant, "secrets/sec_1")).refuses(404, "DIRECTORY_SECRET_NOT_FOUND")


def test_a_rotation_overlaps_or_ends_the_others_at_once(tenant):
    made = tenant.api.post(own(tenant, "secrets:rotate"), {"overlap": "3600s"}).expect(200).json()
    assert made["secret"].endswith(made["directory_secret"]["suffix"])
    tenant.scim.send("GET", "/Users").expect(200)
    second = tenant.scim_client(made["secret"])
    second.send("GET", "/Users").expect(200)
    made = tenant.api.post(own(tenant, "secrets:rotate"), {"overlap": "0s"}).expect(200).json()
    tenant.scim.send("GET", "/Users").expect(401)
    second.send("GET", "/Users").expect(401)
    tenant.scim_client(made["secret"]).send("GET", "/Users").expect(200)


def test_a_disabled_directory_refuses_at_once(tenant):
    tenant.scim.send("GET", "/Users").expect(200)
    tenant.api.patch(f"{tenant.directories}/{tenant.directory_id}:disable").expect(200)
    tenant.scim.send("GET", "/Users").expect(403)


def test_secrets_of_others_are_out_of_reach(server, tenant):
    other = Tenant(server, tenant.api)
    crossed = f"/doorward/v1/organizations/{other.organization_id}/directories/{tenant.directory_id}"
    tenant.api.get(crossed + "/secrets").refuses(404, "DIRECTORY_NOT_FOUND")
    tenant.api.post(crossed + "/secrets").refuses(404, "DIRECTORY_NOT_FOUND")
    tenant.api.get(crossed + "/oauth_clients").refuses(404, "DIRECTORY_NOT_FOUND")
    tenant.api.get(crossed + "/scim_requests").refuses(404, "DIRECTORY_NOT_FOUND")


def oauth_client(tenant, **input_):
    return tenant.api.post(own(tenant, "oauth_clients"), {"name": "Entra ID", **input_}).expect(201).json()


def buy(tenant, client, **headers):
    fields = {"grant_type": "client_credentials", "client_id": client["oauth_client"]["id"],
              "client_secret": client["secret"]}
    return tenant.server.client().post(f"/directory/{tenant.directory_id}/oauth/token", **form(fields), **headers)


def test_an_oauth_client_buys_tokens_for_its_directory_and_nothing_else(server, tenant):
    client = oauth_client(tenant, token_life="7200s")
    assert client["oauth_client"]["token_url"].endswith(f"/directory/{tenant.directory_id}/oauth/token")
    answer = buy(tenant, client).expect(200)
    bought = answer.json()
    assert bought["token_type"] == "Bearer" and bought["expires_in"] == 7200
    assert answer.headers["cache-control"] == "no-store"
    tenant.scim_client(bought["access_token"]).create_user().expect(201)

    stolen = tenant.server.client().with_headers(authorization=f"Bearer {bought['access_token']}")
    stolen.get("/api/v1/organizations").refuses(401, "WRONG_TOKEN_CLASS")
    other = Tenant(server, tenant.api)
    other.scim_client(bought["access_token"]).send("GET", "/Users").expect(401)
    api_token = tenant.api.headers["authorization"].removeprefix("Bearer ")
    tenant.scim_client(api_token).send("GET", "/Users").expect(401)
    tenant.scim_client(client["secret"]).send("GET", "/Users").expect(401)


def test_the_token_endpoint_answers_in_the_errors_of_oauth(tenant):
    client = oauth_client(tenant)
    path = f"/directory/{tenant.directory_id}/oauth/token"
    http = tenant.server.client()
    by_header = form({"grant_type": "client_credentials"})
    by_header["headers"]["Authorization"] = basic(client["oauth_client"]["id"], client["secret"])
    http.post(path, **by_header).expect(200)
    wrong = http.post(path, **form({"grant_type": "client_credentials", "client_id": client["oauth_client"]["id"],
                                    "client_secret": "wrong"})).expect(401)
    assert wrong.json()["error"] == "invalid_client" and wrong.headers["www-authenticate"].startswith("Basic")
    assert http.post(path, **form({"grant_type": "password"})).expect(400).json()["error"] == "unsupported_grant_type"
    assert http.get(path).expect(405).headers["allow"] == "POST"


def test_deleting_a_client_or_ending_its_secret_ends_its_tokens(tenant):
    client = oauth_client(tenant)
    scim = tenant.scim_client(buy(tenant, client).expect(200).json()["access_token"])
    scim.send("GET", "/Users").expect(200)
    secrets = own(tenant, f"oauth_clients/{client['oauth_client']['id']}/secrets")
    rotated = tenant.api.post(secrets + ":rotate", {"overlap": "0s"}).expect(200).json()
    scim.send("GET", "/Users").expect(401)
    buy(tenant, client).expect(401)
    scim = tenant.scim_client(buy(tenant, {**client, "secret": rotated["secret"]}).expect(200).json()["access_token"])
    scim.send("GET", "/Users").expect(200)
    assert len(tenant.api.get(secrets).expect(200).json()["directory_secrets"]) == 2
    tenant.api.delete(own(tenant, f"oauth_clients/{client['oauth_client']['id']}")).expect(200)
    scim.send("GET", "/Users").expect(401)
    assert tenant.api.get(own(tenant, "oauth_clients")).expect(200).json().get("oauth_clients", []) == []
    tenant.api.get(secrets).refuses(404, "DIRECTORY_OAUTH_CLIENT_NOT_FOUND")


def test_the_use_of_a_secret_shows_in_its_list(tenant):
    tenant.scim.send("GET", "/Users").expect(200)
    wait_until(lambda: tenant.api.get(own(tenant, "secrets")).expect(200).json()["directory_secrets"][0].get(
        "last_used_time"), "the use of the secret to show", seconds=10)


def test_no_secret_of_a_client_stays_in_the_database(new_server):
    server = new_server("--log-level", "debug").start()
    tenant = Tenant(server, api_client(server))
    client = oauth_client(tenant)
    made = tenant.api.post(own(tenant, "secrets")).expect(201).json()
    token = buy(tenant, client).expect(200).json()["access_token"]
    tenant.scim_client(token).create_user("ann").expect(201)
    wait_until(lambda: tenant.api.get(own(tenant, "scim_requests")).expect(200).json().get("scim_requests"),
               "the request to be recorded")
    assert server.stop() == 0
    stored = server.database.contents(server)
    assert b"ann@example.test" in stored, "the search looks in the right place"
    for what, secret in (("client secret", client["secret"]), ("directory secret", made["secret"]), ("token", token)):
        assert secret.encode() not in stored, f"the {what} can be read in the database"
        assert secret not in server.log(), f"the {what} is in the log"
