"""docs/brokers.md, after the set-up of docs/sso.md: a client for each broker, as the page makes it, signs people in as
that broker's own documentation says that it asks a provider. Over https, which is all that brokers speak."""
import re
import urllib.parse

import pytest

from support import databases, documents, jwt
from support.http import basic, form
from support.ports import free_port
from support.process import Server
from support.sign_in import Browser, location, parameters, pkce, reason, sign_in
from support.tenant import Tenant, api_client, unique

PAGE = "brokers.md"
DISCOVERY = "/.well-known/openid-configuration"
REDIRECT_URIS = {"auth0": r"https://[\w.-]+\.auth0\.com/login/callback",
                 "firebase": r"https://[\w-]+\.firebaseapp\.com/__/auth/handler",
                 "cognito": r"https://[\w-]+\.auth\.[\w-]+\.amazoncognito\.com/oauth2/idpresponse"}
SCOPE = "openid profile email"
STATE = "of the broker"
LARGEST_DISCOVERY = 128 * 1024  # Auth0 reads no more


@pytest.fixture(scope="module")
def provider(binary, database_name, tmp_path_factory):
    """A server whose environment URL is https, and which reaches its own simulator there."""
    port = free_port()
    database = databases.make(database_name)
    options = ("--https-listen", f"127.0.0.1:{port}", "--base-url", f"https://localhost:{port}")
    server = Server(binary, tmp_path_factory.mktemp("provider"), database, options)
    try:
        assert server.start().stop() == 0
        server.options += ["--outbound-ca-file", server.credentials["ca_file"]]
        yield server.start()
        server.close()
    finally:
        server.abandon()
        database.drop()


@pytest.fixture(scope="module")
def customer(provider):
    """Another organization than the Test Organization, whose people sign in at the simulator too; its domain."""
    tenant = Tenant(provider, api_client(provider))
    path = f"/api/v1/organizations/{tenant.organization_id}"
    made = tenant.api.post(path + "/connections", {"type": "OIDC", "provider": "IDP_SIMULATOR"}).expect(201).json()
    tenant.api.patch(f"{path}/connections/{made['connection']['id']}:enable").expect(200)
    tenant.domain = unique("customer") + ".example"
    tenant.api.post(path + "/domains", {"domain": tenant.domain}).expect(200)
    return tenant


class Broker:
    """What every broker does: it reads the discovery document, and goes by nothing else."""

    def __init__(self, provider, outputs, name):
        self.provider, self.client = provider, provider.tls_client()
        self.id, self.secret = re.fullmatch(r"\s*Client ID: (\S+)\nClient Secret: (\S+)\n\s*", outputs[name]).groups()
        self.redirect_uri = documents.blocks(PAGE, "sh")[name].split()[-1]
        self.issuer = provider.credentials["environment_url"]
        self.metadata = self.client.get(DISCOVERY).expect(200).json()
        assert self.metadata["issuer"] == self.issuer

    def path(self, endpoint):
        url = self.metadata[endpoint]
        assert url.startswith(self.issuer + "/")
        return url[len(self.issuer):]

    def url(self, **parameters):
        asked = {"response_type": "code", "client_id": self.id, "redirect_uri": self.redirect_uri, "scope": SCOPE,
                 "state": STATE, **self.sent(), **parameters}
        return self.metadata["authorization_endpoint"] + "?" + urllib.parse.urlencode(asked)

    def browser(self):
        browser = Browser(self.provider)
        browser.client = browser.reached[self.issuer] = self.client
        return browser

    def sign_in(self, email, **parameters_):
        """The ID token's claims, and what /userinfo says of the same person."""
        back = location(sign_in(self.browser(), self.url(**parameters_), email, given_name="Ann", family_name="Lee"))
        assert back.startswith(self.redirect_uri + "?")
        told = parameters(back)
        assert told["state"] == STATE
        code = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": self.redirect_uri}
        tokens = self.client.post(self.path("token_endpoint"), **self.proven(code)).expect(200).json()
        assert tokens["token_type"] == "Bearer"
        claims = self.verified(tokens["id_token"])
        return claims, self.user_info(tokens["access_token"])

    def verified(self, id_token):
        """OpenID Connect Core section 3.1.3.7; RS256 and `kid` are seen to by jwt.verify."""
        claims = jwt.verify(id_token, self.client.get(self.path("jwks_uri")).expect(200).json())
        assert claims["iss"] == self.issuer and self.id in claims["aud"] and claims["sub"]
        assert claims["exp"] > claims["iat"]
        return claims

    def user_info(self, access_token):
        bearer = {"Authorization": f"Bearer {access_token}"}
        told = self.client.get(self.path("userinfo_endpoint"), headers=bearer).expect(200)
        assert told.headers["content-type"].startswith("application/json")
        return told.json()

    def posted(self, fields):
        return form({**fields, "client_id": self.id, "client_secret": self.secret})


class Auth0(Broker):
    """Back Channel. PKCE "auto" takes the strongest method of the discovery document, `send_back_channel_nonce` sends a
    nonce, and `response_mode` is one of the parameters that a connection may hand on."""

    def sent(self):
        assert "S256" in self.metadata["code_challenge_methods_supported"]
        self.verifier, challenge = pkce()
        return {"code_challenge": challenge, "code_challenge_method": "S256", "response_mode": "query", "nonce": "n"}

    def proven(self, code):
        return self.posted({**code, "code_verifier": self.verifier})

    def verified(self, id_token):
        claims = super().verified(id_token)
        assert claims["nonce"] == "n"
        return claims


class Firebase(Broker):
    """Code flow with a client secret; Firebase does not say which way it goes, so each is tried in turn."""

    methods = ("client_secret_post", "client_secret_basic")

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.codes = 0

    def sent(self):
        return {}

    def proven(self, code):
        method = self.methods[self.codes % len(self.methods)]
        self.codes += 1
        if method == "client_secret_post":
            return self.posted(code)
        request = form(code)
        request["headers"]["Authorization"] = basic(self.id, self.secret)
        return request


class Cognito(Broker):
    """client_secret_post, whatever the discovery document says; the attributes come from /userinfo, asked by the method
    that the user pool names."""

    def sent(self):
        return {}

    def proven(self, code):
        return self.posted(code)

    def user_info(self, access_token):
        told = super().user_info(access_token)
        bearer = {"Authorization": f"Bearer {access_token}"}
        assert self.client.post(self.path("userinfo_endpoint"), headers=bearer).expect(200).json() == told
        return told


BROKERS = {"auth0": Auth0, "firebase": Firebase, "cognito": Cognito}
EVERY = pytest.mark.parametrize("name", BROKERS)


@pytest.fixture
def made(provider, tmp_path):
    """Runs the page's commands for one broker: its client, with a default where that is wanted."""
    def make(name, default=False):
        folder = tmp_path / f"{name}-{default}"
        folder.mkdir()
        left_out = (BROKERS.keys() - {name}) | (set() if default else {"default"})
        trust = f"export CURL_CA_BUNDLE={provider.credentials['ca_file']}\n"
        setup = trust + documents.blocks("sso.md", "sh")["setup"]
        return BROKERS[name](provider, documents.run_shell(PAGE, provider, folder, left_out, setup), name)

    return make


def test_the_page_has_a_client_for_each_broker():
    commands = documents.blocks(PAGE, "sh")
    assert commands.keys() == {"client", "default", *BROKERS}
    for name, redirect_uri in REDIRECT_URIS.items():
        assert re.fullmatch(rf"broker \w+ {redirect_uri}\n", commands[name])


def test_discovery_has_what_brokers_demand(provider):
    answer = provider.tls_client().get(DISCOVERY).expect(200)
    assert answer.headers["content-type"].startswith("application/json") and len(answer.body) <= LARGEST_DISCOVERY
    metadata = answer.json()
    # Firebase and Cognito put the path of the document behind the issuer, which does not end with a slash.
    assert metadata["issuer"] == provider.credentials["environment_url"] and not metadata["issuer"].endswith("/")
    for endpoint in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert metadata[endpoint].startswith("https://"), f"Cognito: {endpoint}"
    assert metadata["response_types_supported"] == ["code"] and "query" in metadata["response_modes_supported"]
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    assert {"client_secret_post", "client_secret_basic"} <= set(metadata["token_endpoint_auth_methods_supported"])
    assert {"openid", "profile", "email"} <= set(metadata["scopes_supported"])
    # Firebase shows an application those claims that are listed.
    assert {"sub", "email", "email_verified", "name", "given_name", "family_name"} <= set(metadata["claims_supported"])
    keys = provider.tls_client().get("/keys").expect(200).json()["keys"]
    assert keys and all(key["kid"] for key in keys), "Cognito"


@EVERY
def test_a_login_hint_chooses_the_customer(made, customer, name):
    broker = made(name)
    for _ in range(2):
        claims, user = broker.sign_in(f"ann@{customer.domain}", login_hint=f"ann@{customer.domain}")
        assert claims["oid"] == customer.organization_id
        for of_person in (claims, user):
            assert of_person["sub"] == claims["sub"]
            assert of_person["email"] == f"ann@{customer.domain}" and of_person["email_verified"] is True
            assert [of_person[claim] for claim in ("given_name", "family_name", "name")] == ["Ann", "Lee", "Ann Lee"]
    nowhere = parameters(location(broker.browser().open(broker.url())))
    assert nowhere["error"] == "invalid_connection_selector" and nowhere["state"] == STATE


@EVERY
def test_a_client_has_its_customer(made, provider, customer, name):
    broker = made(name, default=True)
    test_organization = provider.credentials["test_organization_id"]
    assert broker.sign_in("ann@example.com")[0]["oid"] == test_organization
    assert broker.sign_in("ann@example.com", login_hint="ann@nowhere.example")[0]["oid"] == test_organization
    hinted, _ = broker.sign_in(f"ann@{customer.domain}", login_hint=f"ann@{customer.domain}")
    assert hinted["oid"] == customer.organization_id, "a hint leads elsewhere than the default"


def test_firebase_hands_on_an_organization(made, customer):
    claims, _ = made("firebase").sign_in(f"ann@{customer.domain}", organization_id=customer.organization_id)
    assert claims["oid"] == customer.organization_id


@EVERY
def test_a_broker_gets_no_answer_of_another(made, name):
    broker = made(name)
    for other in BROKERS.keys() - {name}:
        url = broker.url(redirect_uri=documents.blocks(PAGE, "sh")[other].split()[-1], login_hint="ann@example.com")
        assert reason(broker.browser().open(url)) == "invalid_redirect_uri"
