"""docs/sso.md and docs/brokers.md by curl: its commands run as they stand there and sign somebody in. tests/sdk/applications runs the rest."""
import json
import subprocess
import urllib.parse

from support import documents, jwt
from support.http import basic, form
from support.sign_in import Browser, location, parameters, sign_in
from support.tenant import Tenant, api_client, unique

PAGE = "sso.md"


def test_the_commands_sign_somebody_in(new_server, tmp_path):
    server = new_server().start()
    outputs = documents.run_shell(PAGE, server, tmp_path)
    client = json.loads(outputs["register"])["client"]
    assert client["initiate_login_uri"] == "http://localhost:3000/login"
    assert outputs["browser"].startswith("http://localhost:3000/callback?code=")
    assert parameters(outputs["browser"].strip())["iss"] == server.credentials["environment_url"]
    who = json.loads(outputs["redeem"])
    assert who["email"] == "ann@example.com" and who["given_name"] == "Ann"


BROKERS = {  # what each sends to a provider, as far as its documentation tells
    "auth0": {"nonce": "n", "response_mode": "query"},
    "firebase": {"nonce": "n", "login_hint": "ann@example.com"},
    "cognito": {"scope": "openid profile email"},
}


def test_a_broker_signs_people_in(new_server, tmp_path):
    """docs/brokers.md, after the set-up of docs/sso.md: the client that its commands make serves what brokers send."""
    server = new_server().start()
    page = documents.blocks("brokers.md", "sh")
    setup = documents.blocks(PAGE, "sh")["setup"]
    (tmp_path / "data").symlink_to(server.data_dir)
    script = setup + "".join(page.values()) + '\necho; echo "$CLIENT $SECRET $BROKER"\n'
    done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    client_id, secret, callback = done.stdout.splitlines()[-1].split()
    metadata = server.client().get("/.well-known/openid-configuration").expect(200).json()
    assert metadata["issuer"] == server.credentials["environment_url"]
    for name, extra in BROKERS.items():
        browser = Browser(server)
        asked = {"response_type": "code", "client_id": client_id, "redirect_uri": callback, "state": "s",
                 "scope": "openid profile email", **extra}
        url = metadata["authorization_endpoint"] + "?" + urllib.parse.urlencode(asked)
        told = parameters(location(sign_in(browser, url, "ann@example.com")))
        fields = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": callback}
        if name == "firebase":  # the others post their secret
            request = form(fields)
            request["headers"]["Authorization"] = basic(client_id, secret)
        else:
            request = form({**fields, "client_id": client_id, "client_secret": secret})
        tokens = server.client().post("/oauth/token", **request)
        claims = jwt.verify(tokens.expect(200).json()["id_token"], server.client().get("/keys").json())
        assert claims["iss"] == metadata["issuer"] and claims["email"] == "ann@example.com", name
        assert claims.get("nonce") == extra.get("nonce")
        assert claims["oid"] == server.credentials["test_organization_id"], "the client's default, or the hint's domain"
    customer = Tenant(server, api_client(server))
    path = f"/api/v1/organizations/{customer.organization_id}"
    made = customer.api.post(path + "/connections", {"type": "OIDC", "provider": "IDP_SIMULATOR"}).expect(201).json()
    customer.api.patch(f"{path}/connections/{made['connection']['id']}:enable").expect(200)
    name = unique("customer") + ".example"
    customer.api.post(path + "/domains", {"domain": name}).expect(200)
    browser = Browser(server)
    hinted = {"response_type": "code", "client_id": client_id, "redirect_uri": callback, "scope": "openid email",
              "login_hint": f"ann@{name}"}
    url = metadata["authorization_endpoint"] + "?" + urllib.parse.urlencode(hinted)
    told = parameters(location(sign_in(browser, url, f"ann@{name}")))
    redeemed = form({"grant_type": "authorization_code", "code": told["code"], "redirect_uri": callback,
                     "client_id": client_id, "client_secret": secret})
    tokens = server.client().post("/oauth/token", **redeemed).expect(200).json()
    claims = jwt.verify(tokens["id_token"], server.client().get("/keys").json())
    assert claims["oid"] == customer.organization_id, "a hint leads elsewhere than the default"
