"""Clients: what they are made of, their secrets, and that nobody is locked out of the API."""
import pytest

from support.http import form
from support.tenant import unique

CLIENTS = "/api/v1/clients"


def create(api, **changes):
    asked = {"name": unique("Shop"), "client_type": "WEB_APP", **changes}
    return api.post(CLIENTS, asked).expect(200).json()["client"]


def read(api, client):
    return api.get(f"{CLIENTS}/{client['id']}").expect(200).json()["client"]


def add_secret(api, client):
    return api.post(f"{CLIENTS}/{client['id']}/secrets").expect(201).json()


def own(server):
    return {"id": server.credentials["client_id"]}


def buy(server, client, secret):
    return server.client().post("/oauth/token", **form({"grant_type": "client_credentials", "client_id": client["id"],
                                                        "client_secret": secret}))


def caller(server, client, secret):
    token = buy(server, client, secret).expect(200).json()["access_token"]
    return server.client().with_headers(authorization=f"Bearer {token}")


def test_the_first_client_can_be_given_everything_by_api(server, api):
    client = read(api, own(server))
    assert (client["client_type"], client["disallow_scalekit_api_access"]) == ("ENV", False)
    assert [secret["status"] for secret in client["secrets"]][:1] == ["ACTIVE"]
    changed = api.patch(f"{CLIENTS}/{client['id']}", {
        "post_login_uris": ["http://localhost:3000/callback"], "initiate_login_uri": "http://localhost:3000/login",
        "post_logout_redirect_uris": ["http://localhost:3000/bye"]}).expect(200).json()["client"]
    assert changed["post_login_uris"] == ["http://localhost:3000/callback"]
    assert changed["name"] == client["name"]
    assert read(api, client) == changed
    settings = f"/doorward/v1/clients/{client['id']}/settings"
    assert api.get(settings).expect(200).json()["settings"]["id_token_signed_response_alg"] == "RS256"
    api.patch(settings, {"id_token_signed_response_alg": "ES256"}).expect(200)
    api.patch(settings, {"id_token_signed_response_alg": "RS256"}).expect(200)


def test_the_first_client_stays_usable(server, api):
    client = read(api, own(server))
    path = f"{CLIENTS}/{client['id']}"
    live = [secret["id"] for secret in client["secrets"]]
    api.delete(path).refuses(400, "CLIENT_IN_USE")
    api.patch(path, {"disallow_scalekit_api_access": True}).refuses(400, "CLIENT_IN_USE")
    api.patch(path, {"grant_types": ["authorization_code"]}).refuses(400, "CLIENT_IN_USE")
    api.patch(f"/doorward/v1/clients/{client['id']}/settings", {"enabled": False}).refuses(400, "CLIENT_IN_USE")
    if len(live) == 1:
        api.delete(f"{path}/secrets/{live[0]}").refuses(400, "LAST_CLIENT_SECRET")
        api.put(f"{path}/secrets/{live[0]}", {"status": "INACTIVE"}).refuses(400, "LAST_CLIENT_SECRET")
    api.get("/api/v1/organizations").expect(200)


def test_a_mask_names_what_is_set_also_when_it_is_empty(api):
    client = create(api, post_login_uris=["https://a.test/"], scopes=["data:read"], access_token_expiry="3600",
                    custom_claims=[{"key": "tier", "value": "gold"}])
    path = f"{CLIENTS}/{client['id']}"
    kept = api.patch(path, {"post_login_uris": []}).expect(200).json()["client"]
    assert kept["post_login_uris"] == ["https://a.test/"]
    cleared = api.patch(path + "?mask=post_login_uris,scopes,access_token_expiry,custom_claims",
                        {"name": "not named"}).expect(200).json()["client"]
    assert cleared["post_login_uris"] == [] and cleared["scopes"] == [] and cleared["custom_claims"] == []
    assert "access_token_expiry" not in cleared and cleared["name"] == client["name"]


@pytest.mark.parametrize("changes, field", [
    ({"post_login_uris": ["https://a.test/", "javascript:alert(1)"]}, "client.post_login_uris[1]"),
    ({"post_login_uris": ["https://a.test/#x"]}, "client.post_login_uris[0]"),
    ({"post_login_uris": ["https://*.com/"]}, "client.post_login_uris[0]"),
    ({"post_login_uris": ["https://a.test/", "https://a.test/"]}, "client.post_login_uris"),
    ({"back_channel_logout_uris": ["https://{{org_slug}}.a.test/"]}, "client.back_channel_logout_uris[0]"),
    ({"custom_claims": [{"key": "roles", "value": "admin"}]}, "client.custom_claims"),
    ({"access_token_expiry": "1"}, "client.access_token_expiry"),
    ({"grant_types": ["password"]}, "client.grant_types[0]"),
    ({"name": ""}, "client.name"),
])
def test_what_a_client_does_not_take_is_refused_at_its_field(api, changes, field):
    refused = api.post(CLIENTS, {"name": "Shop", "client_type": "WEB_APP", **changes}).refuses(400, "INVALID_ARGUMENT")
    assert field in [violation["field"] for violation in refused["validation_error_info"]["field_violations"]]


def test_types_that_cannot_be_made_are_refused(api):
    for kind in ("ENV", "M2M", "web_app"):
        api.post(CLIENTS, {"name": "Shop", "client_type": kind}).refuses(400, "CLIENT_TYPE_NOT_SUPPORTED")
    public = create(api, client_type="SPA")
    assert public["enforce_pkce"] and public["grant_types"] == ["authorization_code", "refresh_token"]
    api.post(f"{CLIENTS}/{public['id']}/secrets").refuses(400, "CLIENT_TYPE_NOT_SUPPORTED")


def test_secrets_are_exchanged_without_a_gap(server, api):
    client = create(api)
    assert client["secrets"] == []
    first = add_secret(api, client)
    second = add_secret(api, client)
    assert first["plain_secret"].endswith(first["secret"]["secret_suffix"])
    old, new = caller(server, client, first["plain_secret"]), caller(server, client, second["plain_secret"])
    old.get("/api/v1/organizations").expect(200)
    api.delete(f"{CLIENTS}/{client['id']}/secrets/{first['secret']['id']}").expect(200)
    old.get("/api/v1/organizations").refuses(401, "TOKEN_REVOKED")
    new.get("/api/v1/organizations").expect(200)
    assert [secret["id"] for secret in read(api, client)["secrets"]] == [second["secret"]["id"]]
    shown = str(read(api, client))
    assert first["plain_secret"] not in shown and second["plain_secret"] not in shown
    api.put(f"{CLIENTS}/{client['id']}/secrets/{second['secret']['id']}", {"status": "INACTIVE"}).expect(200)
    new.get("/api/v1/organizations").refuses(401, "TOKEN_REVOKED")
    api.patch(f"{CLIENTS}/{client['id']}/secrets/{second['secret']['id']}", {"status": "ACTIVE"}).expect(200)
    new.get("/api/v1/organizations").expect(200)


def test_a_rotation_ends_the_others(server, api):
    client = create(api)
    first = add_secret(api, client)
    rotate = f"/doorward/v1/clients/{client['id']}/secrets:rotate"
    next_ = api.post(rotate, {}).expect(200).json()
    buy(server, client, first["plain_secret"]).expect(200)
    ends = {secret["id"]: secret.get("expire_time") for secret in read(api, client)["secrets"]}
    assert ends[first["secret"]["id"]] and not ends[next_["secret_id"]]
    last = api.post(rotate, {"overlap": "0s"}).expect(200).json()
    for secret in (first["plain_secret"], next_["secret"]):
        assert buy(server, client, secret).expect(401).json()["error"] == "invalid_client"
    buy(server, client, last["secret"]).expect(200)
    api.post(rotate, {"overlap": "-1s"}).refuses(400, "INVALID_ARGUMENT")


def test_a_client_that_is_kept_from_the_api_is_refused_there(server, api):
    client = create(api, disallow_scalekit_api_access=True)
    kept_out = caller(server, client, add_secret(api, client)["plain_secret"])
    kept_out.get("/api/v1/organizations").refuses(401, "API_ACCESS_DENIED")
    api.patch(f"{CLIENTS}/{client['id']}", {"disallow_scalekit_api_access": False}).expect(200)
    kept_out.get("/api/v1/organizations").expect(200)


def test_a_disabled_and_a_deleted_client_are_refused_at_once(server, api):
    client = create(api)
    one = caller(server, client, add_secret(api, client)["plain_secret"])
    one.get("/api/v1/organizations").expect(200)
    settings = f"/doorward/v1/clients/{client['id']}/settings"
    api.patch(settings, {"enabled": False}).expect(200)
    one.get("/api/v1/organizations").refuses(401, "CLIENT_DISABLED")
    api.patch(settings, {"enabled": True}).expect(200)
    one.get("/api/v1/organizations").expect(200)
    api.delete(f"{CLIENTS}/{client['id']}").expect(200)
    one.get("/api/v1/organizations").refuses(401, "TOKEN_REVOKED")
    api.get(f"{CLIENTS}/{client['id']}").refuses(404, "CLIENT_NOT_FOUND")
    api.delete(f"{CLIENTS}/{client['id']}").refuses(404, "CLIENT_NOT_FOUND")


def test_lists_are_of_the_types_that_are_asked_for(server, api):
    made = create(api, client_type="NTV")
    listed = api.get(CLIENTS).expect(200).json()
    assert [client["id"] for client in listed["clients"]] == [server.credentials["client_id"]]
    first = api.get(CLIENTS + "?filter.client_type=ALL&page_size=1").expect(200).json()
    assert first["clients"][0]["id"] == made["id"] and first["total_size"] > 1
    native = api.get(CLIENTS + "?filter.client_type=NTV&page_size=30").expect(200).json()["clients"]
    assert made["id"] in [client["id"] for client in native]
    assert {client["client_type"] for client in native} == {"NTV"}
    api.get(CLIENTS + f"?filter.client_type=NTV&page_token={first['next_page_token']}").refuses(400, "INVALID_PAGE_TOKEN")
    api.get(CLIENTS + "?filter.client_type=M2M").refuses(400, "CLIENT_TYPE_NOT_SUPPORTED")


def test_keys_and_defaults_of_a_client(api, tenant):
    client = create(api)
    settings = f"/doorward/v1/clients/{client['id']}/settings"
    key = ('{"kty":"EC","crv":"P-256","kid":"app-1","alg":"ES256","use":"sig",'
           '"x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}')
    keys = '{"keys":[' + key + "]}"
    changed = api.patch(settings, {"jwks": keys, "default_organization_id": tenant.organization_id}).expect(200).json()
    assert changed["settings"]["jwks"] == keys
    assert changed["settings"]["default_organization_id"] == tenant.organization_id
    private = keys.replace('"kid"', '"d":"AA","kid"')
    assert "private key" in str(api.patch(settings, {"jwks": private}).refuses(400, "INVALID_ARGUMENT"))
    api.patch(settings, {"default_organization_id": "org_1"}).refuses(404, "ORGANIZATION_NOT_FOUND")
    api.patch(settings, {"default_connection_id": "conn_1"}).refuses(404, "CONNECTION_NOT_FOUND")
    cleared = api.patch(settings + "?update_mask=jwks,default_organization_id", {}).expect(200).json()["settings"]
    assert cleared["jwks"] == "" and cleared["default_organization_id"] == ""
