"""SAML connections as the application manages them: settings, metadata, certificates, keys, addresses of the product of
before. Signing in through one is in test_saml.py."""
import pytest

from support.saml import SamlConnection, at_simulator, posted_form
from support.saml_metadata import SamlMetadata, document, pem
from support.sign_in import Application, Browser, location, parameters
from support.tenant import Tenant, unique

BY_HAND = {"idp_entity_id": "https://idp.example/entity", "idp_sso_url": "https://idp.example/sso"}


class Connection:
    def __init__(self, tenant, **fields):
        self.api = tenant.api
        self.of_organization = f"/api/v1/organizations/{tenant.organization_id}/connections"
        made = self.api.post(self.of_organization, {"type": "SAML", "provider": "OKTA", **fields}).expect(201).json()
        self.made = made["connection"]
        self.id = self.made["id"]
        self.path = f"{self.of_organization}/{self.id}"
        self.own = f"/doorward/v1/organizations/{tenant.organization_id}/connections/{self.id}"

    def get(self):
        return self.api.get(self.path).expect(200).json()["connection"]

    def patch(self, **fields):
        return self.api.patch(self.path, fields)

    def configure(self, **saml):
        return self.patch(saml_config=saml).expect(200).json()["connection"]

    def settings(self):
        return self.api.get(self.own + "/settings").expect(200).json()["settings"]

    def change(self, **settings):
        return self.api.patch(self.own + "/settings", settings)

    def follow(self, metadata, **saml):
        return self.patch(debug_enabled=True, saml_config={"idp_metadata_url": metadata.url, **saml})

    def ask(self, what, **body):
        return self.api.post(f"{self.own}/saml/{what}", *([body] if body else []))

    def certificates(self):
        return [one["subject"] for one in self.settings()["saml"].get("idp_certificates", [])]


@pytest.fixture
def connection(tenant):
    return Connection(tenant)


@pytest.fixture
def metadata():
    one = SamlMetadata()
    yield one
    one.close()


def violation(answer):
    found = answer.expect(400).json()["validation_error_info"]["field_violations"]
    assert len(found) == 1, found
    return found[0]["field"]


# -- from DRAFT to COMPLETED


def test_a_new_connection_says_what_the_provider_is_told(server, connection):
    shown = connection.get()
    assert (shown["type"], shown["status"], shown["enabled"]) == ("SAML", "DRAFT", False)
    here = f"{server.credentials['environment_url']}/sso/v1/saml/{connection.id}"
    config = shown["saml_config"]
    assert (config["sp_entity_id"], config["sp_assertion_url"]) == (here, here + "/callback")
    assert (config["sp_metadata_url"], config["sp_slo_url"]) == (here + "/metadata", here + "/slo")
    assert shown["test_connection_uri"] == here + "/test"
    assert config["allow_idp_initiated_login"] is True and config["certificate_id"].startswith("cert_")
    assert "oidc_config" not in shown
    settings = connection.settings()
    assert settings["missing"] == ["idp_entity_id", "idp_sso_url", "idp_certificate"]
    defaults = {one["attribute"]: one["names"] for one in settings["saml"]["default_attributes"]}
    assert "email" in defaults["email"]
    connection.api.patch(connection.path + ":enable").refuses(400, "CONNECTION_INCOMPLETE")


def test_by_hand(connection):
    connection.configure(**BY_HAND, idp_certificate=pem("one"), idp_name_id_format="PERSISTENT",
                         saml_signing_option="SAML_RESPONSE_ASSERTION_SIGNING", force_authn=True,
                         default_redirect_uri="https://app.example/in", assertion_encrypted=True,
                         want_request_signed=True, idp_slo_url="https://idp.example/slo", idp_slo_required=True,
                         idp_sso_request_binding="HTTP_POST", ui_button_title="Acme",
                         sync_user_profile_on_login=True, jit_provisioning_with_sso_enabled=False)
    shown = connection.get()
    assert (shown["status"], shown["configuration_type"], shown["ui_button_title"]) == ("COMPLETED", "MANUAL", "Acme")
    config = shown["saml_config"]
    assert config["idp_certificates"][0]["certificate"] == pem("one")
    assert config["idp_certificates"][0]["issuer"] == "CN=one"
    for name, value in {**BY_HAND, "idp_name_id_format": "PERSISTENT", "force_authn": True, "idp_slo_required": True,
                        "saml_signing_option": "SAML_RESPONSE_ASSERTION_SIGNING", "assertion_encrypted": True,
                        "default_redirect_uri": "https://app.example/in", "want_request_signed": True,
                        "idp_sso_request_binding": "HTTP_POST", "idp_slo_url": "https://idp.example/slo",
                        "sync_user_profile_on_login": True, "jit_provisioning_with_sso_enabled": False}.items():
        assert config[name] == value, name
    repeated = {name: value for name, value in config.items() if name.startswith(("idp_", "sp_"))
                and name not in ("idp_certificates", "sp_metadata_url")}
    assert connection.configure(**repeated)["saml_config"] == config, "what was shown may be sent back"


@pytest.mark.parametrize("fields, field", [
    ({"idp_sso_url": "http://idp.example/sso"}, "idp_sso_url"),
    ({"idp_sso_url": "javascript:alert(1)"}, "idp_sso_url"),
    ({"idp_slo_url": "https://user@idp.example"}, "idp_slo_url"),
    ({"idp_metadata_url": "http://idp.example/metadata"}, "idp_metadata_url"),
    ({"idp_entity_id": "x" * 1025}, "idp_entity_id"),
    ({"idp_certificate": "not a certificate"}, "idp_certificate"),
    ({"idp_certificate": "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"}, "idp_certificate"),
    ({"sp_assertion_url": "/acs"}, "acs_aliases[0]"),
    ({"sp_assertion_url": "https://old.example"}, "acs_aliases[0]"),
    ({"default_redirect_uri": "javascript:alert(1)"}, "default_redirect_uri"),
    ({"certificate_id": "cert_0"}, "certificate_id"),
])
def test_a_refusal_names_the_field_and_changes_nothing(connection, fields, field):
    before = connection.get()
    answer = connection.patch(saml_config=fields)
    if field == "certificate_id":
        answer.refuses(404, "SAML_KEY_NOT_FOUND")
    else:
        assert violation(answer) == field
    assert connection.get() == before


def test_settings_are_of_one_type(tenant, connection):
    connection.patch(oidc_config={"client_id": "x"}).refuses(400, "CONNECTION_TYPE_NOT_SUPPORTED")
    connection.change(token_auth_method="none").refuses(400, "CONNECTION_TYPE_NOT_SUPPORTED")
    assert violation(connection.change(token_auth_method="none", saml={"allow_sha1": True})) == "settings.saml"
    oidc = Connection(tenant, type="OIDC")
    oidc.change(saml={"allow_sha1": True}).refuses(400, "CONNECTION_TYPE_NOT_SUPPORTED")
    oidc.ask("certificates", certificate=pem("one")).refuses(400, "CONNECTION_TYPE_NOT_SUPPORTED")
    assert "saml" not in oidc.settings()


def test_switches(connection):
    saml = connection.settings()["saml"]
    switches = ("allow_sha1", "allow_cbc", "allow_comments", "allow_advice", "allow_expired_certificates",
                "login_hint_as_subject")
    assert not any(saml.get(name) for name in switches) and saml["clock_skew"] == "120s"
    connection.change(saml={**{name: True for name in switches}, "clock_skew": "30s", "acs_aliases": {
        "urls": ["https://old.example/acs"]}, "authn_context_class_refs": {"class_refs": ["urn:a"]}}).expect(200)
    saml = connection.settings()["saml"]
    assert all(saml[name] for name in switches) and saml["clock_skew"] == "30s"
    assert (saml["acs_aliases"], saml["authn_context_class_refs"]) == (["https://old.example/acs"], ["urn:a"])
    assert connection.get()["saml_config"]["sp_assertion_url"] == "https://old.example/acs"
    connection.change(saml={"acs_aliases": {}, "authn_context_class_refs": {}}).expect(200)
    saml = connection.settings()["saml"]
    assert not saml["acs_aliases"] and not saml["authn_context_class_refs"]
    assert violation(connection.change(saml={"clock_skew": "301s"})) == "clock_skew"


def test_the_path_of_an_alias_is_of_one_connection(tenant, connection):
    alias = f"https://old.example/{unique('acs')}"
    connection.configure(sp_assertion_url=alias)
    Connection(tenant).patch(saml_config={"sp_assertion_url": alias}).refuses(409, "ACS_ALIAS_TAKEN")


@pytest.mark.parametrize("path", ["/", "/oauth/token", "/oauth/authorize", "/keys", "/healthz", "/openapi.json",
                                  "/.well-known/openid-configuration", "/simulator/saml/sso", "/docs/api",
                                  "/directory/dir_1/scim/v2", "/sso/v1/oidc/conn_1/callback"])
def test_no_alias_is_where_the_server_answers_itself(connection, path):
    for suffix in ("", "?tenant=1") if path != "/" else ("",):
        urls = ["https://old.example/acs", "https://old.example" + path + suffix]
        assert violation(connection.change(saml={"acs_aliases": {"urls": urls}})) == "acs_aliases[1]"
    assert not connection.settings()["saml"]["acs_aliases"]


def test_no_alias_is_the_address_of_a_connection(tenant, connection):
    for of in (connection.id, Connection(tenant).id):
        for place in ("/callback", "/acs", ""):
            url = f"https://old.example/sso/v1/saml/{of}{place}"
            assert violation(connection.change(saml={"acs_aliases": {"urls": [url]}})) == "acs_aliases[0]"


@pytest.mark.parametrize("path", ["/sso/v1/saml/conn_12345678901234567/callback", "/sso/saml/acs/x", "/sso/v1/saml",
                                  "/api/oauth/saml", "/saml2/idpresponse?tenant=1"])
def test_an_address_of_the_product_of_before_signs_in(server, api, path):
    browser = Browser(server)
    application = Application(server, api, initiate_login_uri="https://app.example.test/login")
    moved = SamlConnection(server, api, provider="IDP_SIMULATOR")
    api.patch(f"/api/v1/clients/{application.id}/settings", {"default_connection_id": moved.id})

    def brought(home, **asked):
        """Where the browser ends that brings an answer to the alias."""
        moved.change(acs_aliases={"urls": [home + path]})
        url, fields = at_simulator(browser, browser.follow(application.url(connection_id=moved.id)), **asked)
        assert url == home + path, "which is what the provider was asked to answer at"
        answer = browser.open(path, fields)
        if home != browser.home:
            on, again = posted_form(answer)
            assert on == moved.acs_url and again == fields
            answer = browser.open(on, again)
        return location(answer)

    for home in (browser.home, "https://localhost:4433"):  # the simulator answers to this machine only
        assert "code" in parameters(brought(home))
        assert "?idp_initiated_login=" in brought(home, outcome="idp_initiated")
    moved.change(acs_aliases={})
    browser.open(path, {"SAMLResponse": "PHgvPg=="}).expect(400, 404, 415)


# -- metadata


def test_the_metadata_describes_the_provider(connection, metadata):
    shown = connection.follow(metadata).expect(200).json()["connection"]
    assert (shown["status"], shown["configuration_type"]) == ("COMPLETED", "DISCOVERY")
    config = shown["saml_config"]
    assert (config["idp_entity_id"], config["idp_sso_url"]) == (metadata.entity_id, metadata.base + "/sso")
    assert config["idp_sso_request_binding"] == "HTTP_REDIRECT"
    assert violation(connection.patch(saml_config={"idp_sso_url": "https://evil.example"})) == "idp_sso_url"
    connection.follow(metadata).expect(200)
    assert metadata.asked == 1
    by_form = connection.follow(metadata, idp_sso_request_binding="HTTP_POST").expect(200).json()["connection"]
    assert by_form["saml_config"]["idp_sso_request_binding"] == "HTTP_POST"


def test_metadata_is_refused_for_the_right_reason(connection, metadata):
    before = connection.get()

    def refused(code, **changes):
        metadata.status, metadata.headers = 200, {}
        metadata.say()
        for name, value in changes.items():
            setattr(metadata, name, value)
        connection.follow(metadata).refuses(400, code)
        assert connection.get() == before

    refused("METADATA_INVALID", body="<!DOCTYPE x>" + document("e", "https://idp.example"))
    refused("METADATA_INVALID", body="<html/>")
    refused("METADATA_INVALID", body=document("e", "https://idp.example", certificates=()))
    refused("METADATA_INVALID", body=document("e", "https://idp.example", valid_until="2020-01-01T00:00:00Z"))
    refused("METADATA_INVALID", body=document("e", "ftp://idp.example"))
    refused("METADATA_INVALID", body=" " * (4 * 1024 * 1024 + 2))
    refused("METADATA_FAILED", status=500)
    refused("METADATA_FAILED", status=302, headers={"Location": "https://idp.example/metadata"})
    assert metadata.asked == 8


def test_metadata_as_a_document(connection):
    connection.change(saml={"metadata_xml": document("urn:idp", "https://idp.example", ("one", "two"))}).expect(200)
    shown = connection.get()
    assert (shown["status"], shown["configuration_type"]) == ("COMPLETED", "MANUAL")
    assert shown["saml_config"]["idp_entity_id"] == "urn:idp"
    assert connection.certificates() == ["CN=one", "CN=two"]


def test_new_keys_wait_for_an_administrator(tenant, receiver, connection, metadata):
    connection.follow(metadata).expect(200)
    connection.api.patch(connection.path + ":enable").expect(200)
    hook = tenant.hook(receiver)
    metadata.say(certificates=("one", "two"))
    pending = connection.ask("metadata:refresh").expect(200).json()["settings"]["pending_metadata"]
    assert [one["subject"] for one in pending["idp_certificates"]] == ["CN=one", "CN=two"]
    assert (len(pending["certificates_added"]), pending.get("certificates_removed", [])) == (1, [])
    assert not pending.get("entity_id_changes") and not pending.get("addresses_change")
    assert connection.certificates() == ["CN=one"]
    event = hook.wait_for_type("organization.sso_metadata_changed")
    assert event["data"]["pending_metadata"]["idp_entity_id"] == metadata.entity_id
    connection.ask("metadata:confirm", id="0000").refuses(409, "STORE_CONFLICT")
    connection.ask("metadata:confirm", id=pending["id"]).expect(200)
    assert connection.certificates() == ["CN=one", "CN=two"]
    connection.ask("metadata:confirm", id=pending["id"]).refuses(400, "METADATA_UNCHANGED")

    metadata.say(entity_id="urn:evil", certificates=("one", "two"))
    pending = connection.ask("metadata:refresh").expect(200).json()["settings"]["pending_metadata"]
    assert pending["entity_id_changes"] is True
    settings = connection.ask("metadata:decline", id=pending["id"]).expect(200).json()["settings"]
    assert "pending_metadata" not in settings
    assert "pending_metadata" not in connection.ask("metadata:refresh").expect(200).json()["settings"]
    assert connection.get()["saml_config"]["idp_entity_id"] == metadata.entity_id

    metadata.status = 503
    connection.ask("metadata:refresh").refuses(400, "METADATA_FAILED")
    assert "503" in connection.settings()["saml"]["metadata_error"]


# -- certificates and keys


def test_certificates_roll_over(connection):
    connection.configure(**BY_HAND, idp_certificate=pem("one"))
    connection.api.patch(connection.path + ":enable").expect(200)
    connection.ask("certificates", certificate=pem("two")).expect(200)
    assert connection.certificates() == ["CN=one", "CN=two"]
    connection.ask("certificates", certificate="nonsense").refuses(400, "CERTIFICATE_INVALID")
    one, two = (one["id"] for one in connection.settings()["saml"]["idp_certificates"])
    remove = lambda which: connection.api.delete(f"{connection.own}/saml/certificates/{which}")  # noqa: E731
    remove("0000").refuses(404, "SAML_CERTIFICATE_NOT_FOUND")
    remove(one).expect(200)
    assert connection.certificates() == ["CN=two"]
    remove(two).refuses(400, "CONNECTION_INCOMPLETE")


def test_own_keys_roll_over_one_connection_at_a_time(api, tenant, connection):
    keys = lambda: api.get("/doorward/v1/saml_keys").expect(200).json()["keys"]  # noqa: E731
    before = connection.get()["saml_config"]["certificate_id"]
    made = api.post("/doorward/v1/saml_keys:roll_over", {}).expect(201).json()["key"]
    try:
        assert made["certificate"].startswith("-----BEGIN CERTIFICATE-----") and len(made["fingerprint"]) == 64
        assert {one["id"]: one["state"] for one in keys()}[made["id"]] == "CURRENT"
        assert {one["id"]: one["state"] for one in keys()}[before] == "RETIRED"
        assert "private" not in str(keys()).lower()
        assert connection.get()["saml_config"]["certificate_id"] == before
        assert Connection(tenant).made["saml_config"]["certificate_id"] == made["id"]
        api.delete(f"/doorward/v1/saml_keys/{before}").refuses(400, "SAML_KEY_IN_USE")
        api.delete(f"/doorward/v1/saml_keys/{made['id']}").refuses(400, "SAML_KEY_IN_USE")
        connection.configure(certificate_id=made["id"])
        until = "2099-01-01T00:00:00Z"
        changed = api.patch(f"/doorward/v1/saml_keys/{before}", {"decrypt_until": until}).expect(200).json()["key"]
        assert changed["decrypt_until"] == until
    finally:
        api.delete("/doorward/v1/saml_keys/cert_0").refuses(404, "SAML_KEY_NOT_FOUND")


def test_nobody_else_sees_it(server, tenant, connection):
    stranger = Tenant(server, tenant.api)
    path = connection.own.replace(tenant.organization_id, stranger.organization_id)
    for what in ("metadata:refresh", "metadata:confirm", "certificates"):
        tenant.api.post(f"{path}/saml/{what}", {"id": "x", "certificate": pem("one")}).refuses(
            404, "CONNECTION_NOT_FOUND")
