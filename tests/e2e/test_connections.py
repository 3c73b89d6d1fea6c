"""Connections as the application manages them: settings, discovery, lists, domains, the switch, what ends with them."""
import pytest

from support.openid_documents import OpenidDocuments
from support.tenant import Tenant, api_client, unique

PROVIDER = {"issuer": "https://idp.example", "authorize_uri": "https://idp.example/authorize",
            "token_uri": "https://idp.example/token", "jwks_uri": "https://idp.example/keys"}
COMPLETE = {**PROVIDER, "client_id": "client", "client_secret": "hunter2-hunter2"}


class Connection:
    def __init__(self, tenant, **fields):
        self.api = tenant.api
        self.of_organization = f"/api/v1/organizations/{tenant.organization_id}/connections"
        made = self.api.post(self.of_organization, {"type": "OIDC", "provider": "OKTA", **fields}).expect(201).json()
        self.made = made["connection"]
        self.id = self.made["id"]
        self.path = f"{self.of_organization}/{self.id}"
        self.settings_path = f"/doorward/v1/organizations/{tenant.organization_id}/connections/{self.id}/settings"

    def get(self):
        return self.api.get(self.path).expect(200).json()["connection"]

    def patch(self, **fields):
        return self.api.patch(self.path, fields)

    def configure(self, **oidc):
        return self.patch(oidc_config=oidc).expect(200).json()["connection"]

    def settings(self):
        return self.api.get(self.settings_path).expect(200).json()["settings"]

    def enable(self):
        return self.api.patch(self.path + ":enable")

    def disable(self):
        return self.api.patch(self.path + ":disable")


@pytest.fixture
def connection(tenant):
    return Connection(tenant)


@pytest.fixture
def enabled(tenant):
    one = Connection(tenant)
    one.configure(**COMPLETE)
    one.enable().expect(200)
    return one


@pytest.fixture
def provider():
    one = OpenidDocuments()
    yield one
    one.close()


def violation(answer):
    found = answer.expect(400).json()["validation_error_info"]["field_violations"]
    assert len(found) == 1, found
    return found[0]["field"], found[0]["description"]


def listed(api, query):
    return [one["id"] for one in api.get("/api/v1/connections?" + query).expect(200).json()["connections"]]


# -- from DRAFT to COMPLETED


def test_a_new_connection_is_an_empty_draft_with_addresses_to_register(server, tenant, connection):
    base = server.credentials["environment_url"]
    shown = connection.get()
    assert shown == connection.made
    assert (shown["status"], shown["enabled"], shown["organization_id"]) == ("DRAFT", False, tenant.organization_id)
    assert shown["test_connection_uri"] == f"{base}/sso/v1/oidc/{connection.id}/test"
    config = shown["oidc_config"]
    assert config["redirect_uri"] == f"{base}/sso/v1/oidc/{connection.id}/callback"
    assert config["post_logout_redirect_uri"] == f"{base}/sso/v1/oidc/{connection.id}/logout/callback"
    assert config["backchannel_logout_redirect_uri"] == f"{base}/sso/v1/oidc/{connection.id}/backchannel-logout"
    assert config["scopes"] == ["openid", "profile", "email"] and config["pkce_enabled"] is True
    assert connection.settings()["keys_uri"] == f"{base}/keys"


def test_a_connection_becomes_completed_when_nothing_is_missing(connection):
    shown = connection.configure(client_id="client")
    assert shown["status"] == "IN_PROGRESS"
    assert connection.settings()["missing"] == ["issuer", "authorize_uri", "token_uri", "jwks_uri", "client_secret"]
    refused = connection.enable().refuses(400, "CONNECTION_INCOMPLETE")
    assert "client_secret" in refused["localized_message_info"]["message"]
    shown = connection.configure(**COMPLETE)
    assert (shown["status"], shown["configuration_type"]) == ("COMPLETED", "MANUAL")
    assert connection.settings()["missing"] == [] and connection.settings()["tested"] is False
    assert connection.enable().expect(200).json()["enabled"] is True
    assert connection.get()["enabled"] is True
    assert connection.disable().expect(200).json()["enabled"] is False


def test_a_secret_is_never_shown_and_not_needed_by_other_proofs(server, connection):
    connection.configure(**COMPLETE)
    assert b"hunter2" not in connection.api.get(connection.path).body
    assert b"hunter2" not in connection.api.get(connection.settings_path).body
    assert "client_secret" not in connection.get()["oidc_config"] or not connection.get()["oidc_config"]["client_secret"]
    assert connection.settings()["client_secret_set_time"]
    assert b"hunter2" not in server.database.contents(server)
    assert connection.configure(client_secret="")["status"] == "IN_PROGRESS"
    connection.api.patch(connection.settings_path, {"token_auth_method": "private_key_jwt"}).expect(200)
    assert connection.get()["status"] == "COMPLETED"


def test_an_enabled_connection_keeps_what_a_login_needs(enabled):
    refused = enabled.patch(oidc_config={"client_id": ""}).refuses(400, "CONNECTION_INCOMPLETE")
    assert "client_id" in refused["localized_message_info"]["message"]
    assert enabled.get()["oidc_config"]["client_id"] == "client"
    enabled.disable().expect(200)
    assert enabled.configure(client_id="")["status"] == "IN_PROGRESS"


# -- discovery


def test_discovery_reads_the_providers_document(connection, provider):
    shown = connection.patch(debug_enabled=True, configuration_type="DISCOVERY",
                             oidc_config={"issuer": provider.issuer, "client_id": "c", "client_secret": "s" * 20})
    shown = shown.expect(200).json()["connection"]
    config = shown["oidc_config"]
    assert (shown["status"], shown["configuration_type"]) == ("COMPLETED", "DISCOVERY")
    assert config["discovery_endpoint"] == provider.issuer + "/.well-known/openid-configuration"
    assert config["authorize_uri"] == provider.issuer + "/authorize"
    assert config["token_uri"] == provider.issuer + "/token"
    assert config["jwks_uri"] == provider.issuer + "/keys"
    assert config["user_info_uri"] == provider.issuer + "/userinfo"
    assert connection.settings()["end_session_uri"] == provider.issuer + "/logout"
    asked = provider.asked
    connection.patch(ui_button_title="Acme").expect(200)
    assert provider.asked == asked, "nothing was said of where the document is"
    provider.changes = {"token_endpoint": provider.issuer + "/token/v2"}
    assert connection.configure(issuer=config["discovery_endpoint"])["oidc_config"]["token_uri"].endswith("/token/v2")


def test_a_document_that_is_not_in_order_changes_nothing(connection, provider):
    before = connection.get()
    provider.changes = {"issuer": "http://127.0.0.1:1"}
    for fields in ({"debug_enabled": True, "oidc_config": {"issuer": provider.issuer}},
                   {"debug_enabled": True, "oidc_config": {"issuer": "http://127.0.0.1:1"}}):
        connection.patch(**fields).refuses(400, "DISCOVERY_FAILED")
        assert connection.get() == before
    provider.changes = {}
    connection.patch(oidc_config={"issuer": provider.issuer}).refuses(400, "DISCOVERY_FAILED")
    field, _ = violation(connection.patch(debug_enabled=True, oidc_config={
        "issuer": provider.issuer, "token_uri": "http://127.0.0.1:1/token"}))
    assert field == "token_uri" and connection.get() == before


@pytest.mark.parametrize("fields, field", [
    ({"oidc_config": {**PROVIDER, "token_uri": "http://idp.example/token"}}, "token_uri"),
    ({"oidc_config": {**PROVIDER, "jwks_uri": "https://a:b@idp.example/keys"}}, "jwks_uri"),
    ({"oidc_config": {**PROVIDER, "authorize_uri": "javascript:alert(1)"}}, "authorize_uri"),
    ({"oidc_config": {**PROVIDER, "issuer": "https://idp.example/?x"}}, "issuer"),
    ({"ui_button_title": "x" * 201}, "ui_button_title"),
    ({"attribute_mapping": {"sub": "upn"}}, "attribute_mapping[sub]"),
    ({"oidc_config": {"client_secret": "a\nb"}}, "client_secret"),
])
def test_a_refusal_names_the_field_and_changes_nothing(connection, fields, field):
    before = connection.get()
    assert violation(connection.patch(**fields))[0] == field
    assert connection.get() == before


def test_only_connections_of_an_offered_type_and_a_known_provider(tenant, connection):
    create = lambda **fields: tenant.api.post(connection.of_organization, fields)  # noqa: E731
    for kind in ("OAUTH", "PASSWORDLESS", "WEBAUTHN"):
        create(type=kind, provider="OKTA").refuses(400, "CONNECTION_TYPE_NOT_SUPPORTED")
    assert violation(create(type="OIDC"))[0] == "provider"
    made = create(type="OIDC", provider_key="mine", key_id="k1").expect(201).json()["connection"]
    assert (made["provider_key"], made["key_id"]) == ("mine", "k1")
    connection.patch(type="SAML").refuses(400, "CONNECTION_TYPE_NOT_SUPPORTED")
    connection.patch(saml_config={}).refuses(400, "CONNECTION_TYPE_NOT_SUPPORTED")
    tenant.api.post("/api/v1/organizations/org_1/connections", {"type": "OIDC", "provider": "OKTA"}).refuses(
        404, "ORGANIZATION_NOT_FOUND")


def test_a_connection_to_the_simulator_needs_no_settings(tenant):
    one = Connection(tenant, provider="IDP_SIMULATOR")
    assert (one.made["status"], one.made["enabled"]) == ("COMPLETED", False)
    assert one.enable().expect(200).json()["enabled"] is True


# -- settings


def test_a_patch_changes_what_it_names(connection):
    connection.patch(ui_button_title="Acme", attribute_mapping={"email": "upn"}, key_id="k",
                     oidc_config={"scopes": ["email"], "token_auth_type": "BASIC_AUTH", "pkce_enabled": False}).expect(200)
    shown = connection.get()
    assert (shown["ui_button_title"], shown["attribute_mapping"], shown["key_id"]) == ("Acme", {"email": "upn"}, "k")
    config = shown["oidc_config"]
    assert (config["scopes"], config["token_auth_type"], config["pkce_enabled"]) == (["openid", "email"], "BASIC_AUTH",
                                                                                     False)
    again = connection.patch(ui_button_title="Acme").expect(200).json()["connection"]
    assert again == shown, "nothing changed"


def test_doorwards_own_settings_beside_the_public_ones(connection):
    given = {"allow_idp_initiated_login": False, "assertion_to_issuer": True, "id_token_signed_response_alg": "ES256",
             "issuer_in_response": True, "trust_email": True, "token_auth_method": "client_secret_jwt",
             "scopes": ["openid", "groups"], "end_session_uri": "https://idp.example/logout"}
    shown = connection.api.patch(connection.settings_path, {**given, "attribute_mapping": {"claims": {"email": "upn"}}})
    shown = shown.expect(200).json()["settings"]
    assert {name: shown[name] for name in given} == given and shown["attribute_mapping"] == {"email": "upn"}
    assert connection.settings() == shown
    connection.configure(scopes=["profile"])
    assert connection.settings()["scopes"] == ["openid", "profile", "groups"], "others than the public ones stay"
    cleared = connection.api.patch(connection.settings_path, {"attribute_mapping": {}}).expect(200).json()["settings"]
    assert cleared["attribute_mapping"] == {}
    assert violation(connection.api.patch(connection.settings_path, {"token_auth_method": "password"}))[0].endswith(
        "token_auth_method")


# -- lists


def test_lists_show_what_serves_unless_all_is_asked_for(tenant, connection, enabled):
    organization = f"organization_id={tenant.organization_id}"
    assert listed(tenant.api, organization) == [enabled.id]
    assert listed(tenant.api, organization + "&include=all") == [connection.id, enabled.id], "oldest first"
    assert violation(tenant.api.get("/api/v1/connections"))[0] == "organization_id"
    assert violation(tenant.api.get(f"/api/v1/connections?{organization}&include=some"))[0] == "include"
    tenant.api.get("/api/v1/connections?organization_id=org_1").refuses(404, "ORGANIZATION_NOT_FOUND")


def test_connections_of_all_organizations_in_pages_and_by_text(server, tenant, connection, enabled):
    other = Tenant(server, tenant.api)
    title = unique("Title")
    strange = Connection(other, provider="CUSTOM")
    strange.patch(ui_button_title=title).expect(200)
    search = lambda query: tenant.api.get("/api/v1/organizations/-/connections:search?" + query)  # noqa: E731
    found = search(f"query={title.upper()}").expect(200).json()
    assert [one["id"] for one in found["connections"]] == [strange.id] and found["total_size"] == 1
    assert found["connections"][0]["organization_name"] == other.name
    by_name = search(f"query={tenant.name}").expect(200).json()["connections"]
    assert [one["id"] for one in by_name] == [enabled.id, connection.id], "newest first"
    by_state = search(f"query={tenant.name}&enabled=true&status=COMPLETED&connection_type=OIDC&provider=OKTA")
    assert [one["id"] for one in by_state.expect(200).json()["connections"]] == [enabled.id]
    assert violation(search("provider=SOMEBODY"))[0] == "provider"
    page = search(f"query={tenant.name}&page_size=1").expect(200).json()
    assert [one["id"] for one in page["connections"]] == [enabled.id] and page["total_size"] == 2
    rest = search(f"query={tenant.name}&page_size=1&page_token={page['next_page_token']}").expect(200).json()
    assert [one["id"] for one in rest["connections"]] == [connection.id] and rest["next_page_token"] == ""
    search(f"query={other.name}&page_token={page['next_page_token']}").refuses(400, "INVALID_PAGE_TOKEN")
    everything = tenant.api.get("/api/v1/organizations/-/connections?page_size=30").expect(200).json()
    assert strange.id in [one["id"] for one in everything["connections"]]


# -- domains


def domain(tenant, name):
    path = f"/api/v1/organizations/{tenant.organization_id}/domains"
    return tenant.api.post(path, {"domain": name, "domain_type": "ORGANIZATION_DOMAIN"}).expect(200).json()["domain"]["id"]


def test_a_verified_domain_leads_to_the_connections_of_its_organization(server, tenant, connection, enabled):
    name = unique("acme") + ".example"
    assert listed(tenant.api, f"domain={name}&include=all") == []
    domain(tenant, name)
    assert listed(tenant.api, f"domain={name}") == [enabled.id]
    assert listed(tenant.api, f"domain={name.upper()}.&include=all") == [connection.id, enabled.id]
    assert listed(tenant.api, f"domain=sub.{name}&include=all") == [], "no sub-domains"
    assert listed(tenant.api, "domain=not_a_domain&include=all") == []
    assert [one["domain"] for one in enabled.get()["domains"]] == [name]
    other = Tenant(server, tenant.api)
    assert listed(tenant.api, f"domain={name}&organization_id={other.organization_id}&include=all") == []


def test_a_domain_name_may_be_as_long_as_domain_names_are(tenant, enabled):
    name = f"{'a' * 60}.{unique('b')}.example"
    assert len(name) > 32
    domain(tenant, name)
    assert listed(tenant.api, f"domain={name}") == [enabled.id]
    longest = ".".join([unique("x").ljust(53, "e"), *["c" * 63] * 3, "example"])
    assert len(longest) == 253
    domain(tenant, longest)
    assert listed(tenant.api, f"domain={longest}") == [enabled.id]
    assert violation(tenant.api.get(f"/api/v1/connections?domain=f{longest}"))[0] == "domain"


def test_assigned_domains_lead_to_this_connection_alone(server, tenant, connection, enabled):
    first, second = (domain(tenant, unique("acme") + ".example") for _ in range(2))
    assign = lambda to, *ids: tenant.api.put(to.path + "/domains", {"domain_ids": list(ids)})  # noqa: E731
    shown = assign(connection, second, second).expect(200).json()["connection"]
    assert [one["id"] for one in shown["domains"]] == [second]
    assert [one["id"] for one in enabled.get()["domains"]] == [first]
    name = shown["domains"][0]["domain"]
    assert listed(tenant.api, f"domain={name}&include=all") == [connection.id]
    foreign = domain(Tenant(server, tenant.api), unique("foreign") + ".example")
    assign(connection, first, foreign).refuses(404, "DOMAIN_NOT_FOUND")
    assert [one["id"] for one in connection.get()["domains"]] == [second], "nothing changed"
    assert {one["id"] for one in assign(connection).expect(200).json()["connection"]["domains"]} == {first, second}


# -- events, ends, strangers


def test_what_subscribers_are_told(tenant, receiver, connection):
    hook = tenant.hook(receiver)
    one = Connection(tenant)
    one.configure(**COMPLETE)
    one.enable().expect(200)
    one.enable().expect(200)
    one.disable().expect(200)
    tenant.api.delete(one.path).expect(200)
    hook.wait_for_type("organization.sso_deleted")
    assert hook.types() == ["organization.sso_created", "organization.sso_enabled", "organization.sso_disabled",
                            "organization.sso_deleted"]
    assert all(b"hunter2" not in delivery.body for delivery in hook.deliveries())
    enabled = hook.events()[1]
    assert enabled["object"] == "Connection"
    assert enabled["data"] == {"id": one.id, "organization_id": tenant.organization_id, "connection_type": "OIDC",
                               "provider": "OKTA", "enabled": True, "status": "COMPLETED"}


def test_a_deleted_connection_is_gone(tenant, enabled):
    tenant.api.delete(enabled.path).expect(200)
    tenant.api.get(enabled.path).refuses(404, "CONNECTION_NOT_FOUND")
    enabled.enable().refuses(404, "CONNECTION_NOT_FOUND")
    tenant.api.delete(enabled.path).refuses(404, "CONNECTION_NOT_FOUND")
    assert listed(tenant.api, f"organization_id={tenant.organization_id}&include=all") == []


def test_connections_go_with_their_organization(tenant, enabled):
    tenant.api.delete(f"/api/v1/organizations/{tenant.organization_id}").expect(200)
    tenant.api.get(enabled.path).refuses(404, "CONNECTION_NOT_FOUND")
    found = tenant.api.get(f"/api/v1/organizations/-/connections:search?query={enabled.id}").expect(200).json()
    assert found["connections"] == []


def test_a_connection_is_out_of_reach_through_another_organization(server, tenant, enabled):
    other = Tenant(server, tenant.api)
    path = f"/api/v1/organizations/{other.organization_id}/connections/{enabled.id}"
    tenant.api.get(path).refuses(404, "CONNECTION_NOT_FOUND")
    tenant.api.patch(path, {"ui_button_title": "mine"}).refuses(404, "CONNECTION_NOT_FOUND")
    tenant.api.patch(path + ":disable").refuses(404, "CONNECTION_NOT_FOUND")
    tenant.api.put(path + "/domains", {"domain_ids": []}).refuses(404, "CONNECTION_NOT_FOUND")
    tenant.api.delete(path).refuses(404, "CONNECTION_NOT_FOUND")
    own = f"/doorward/v1/organizations/{other.organization_id}/connections/{enabled.id}/settings"
    tenant.api.get(own).refuses(404, "CONNECTION_NOT_FOUND")
    tenant.api.patch(own, {"trust_email": True}).refuses(404, "CONNECTION_NOT_FOUND")
    assert enabled.get()["enabled"] is True


def test_results_of_tests_that_were_never_begun(tenant, connection):
    tenant.api.get(f"/api/v1/connections/{connection.id}/test-requests/test_1").refuses(404, "CONNECTION_TEST_NOT_FOUND")
    tenant.api.get("/api/v1/connections/conn_1/test-requests/test_1").refuses(404, "CONNECTION_NOT_FOUND")
    tenant.api.get(f"/api/v1/connections/{connection.id}/test-requests/x").expect(400)


def test_an_organization_has_a_bounded_number_of_connections(tenant):
    for _ in range(100):
        Connection(tenant)
    path = f"/api/v1/organizations/{tenant.organization_id}/connections"
    tenant.api.post(path, {"type": "OIDC", "provider": "OKTA"}).refuses(429, "CONNECTION_LIMIT")


# -- custom attributes

ATTRIBUTES = "/api/v1/sso-user-attributes"


def attribute(**fields):
    return {"label": "Department", "datatype": "STRING", "enabled": True, **fields}


def test_custom_attributes_are_made_changed_and_removed(new_server):
    server = new_server()
    server.start()
    api = api_client(server)
    given = attribute(key="department", sso_addition_info={"default_oidc_mapping": "org.department",
                                                           "default_saml_mapping": "urn:oid:2.5.4.11"})
    made = api.post(ATTRIBUTES, given).expect(200).json()["user_attribute"]
    assert made == {**given, "required": False, "category": "CUSTOM"}
    api.post(ATTRIBUTES, given).refuses(409, "USER_ATTRIBUTE_TAKEN")
    assert api.get("/api/v1/user-profile-attributes").expect(200).json()["user_attributes"] == [made]
    changed = api.patch(f"{ATTRIBUTES}/department", {"label": "Abteilung", "required": True, "enabled": True})
    changed = changed.expect(200).json()["user_attribute"]
    assert changed == {**made, "label": "Abteilung", "required": True}
    api.patch(f"{ATTRIBUTES}/nobody", {"label": "None"}).refuses(404, "USER_ATTRIBUTE_NOT_FOUND")
    for key in ("sub", "roles", "email", "given_name", "email_verified", "sid"):
        api.post(ATTRIBUTES, attribute(key=key)).refuses(400, "USER_ATTRIBUTE_RESERVED")
    for bad in ({"key": "a b"}, {"key": "ab"}, {"key": "1ab"}, {"key": ""}, {"key": "abc", "label": "x"},
                {"key": "abc", "datatype": "UNSPECIFIED_DATATYPE"},
                {"key": "abc", "directory_user_additional_info": {}}):
        violation(api.post(ATTRIBUTES, attribute(**bad)))
    api.delete(f"{ATTRIBUTES}/department").expect(200)
    api.delete(f"{ATTRIBUTES}/department").refuses(404, "USER_ATTRIBUTE_NOT_FOUND")
    for number in range(100):
        api.post(ATTRIBUTES, attribute(key=f"attribute{number}")).expect(200)
    api.post(ATTRIBUTES, attribute(key="one-more")).refuses(429, "USER_ATTRIBUTE_LIMIT")
