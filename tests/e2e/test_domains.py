"""Domains of organizations: what the application vouches for, and what DNS proves, with a name server of the test's own."""
import secrets

import pytest

from support import databases
from support.dns import TYPE_TXT, NameServer
from support.process import Server
from support.tenant import Tenant, api_client, unique
from support.waiting import wait_until

RECORD = "_doorward-domain-verification"


def new_name():
    return f"d{secrets.token_hex(6)}.example"


def domains_of(organization_id, id_=""):
    return f"/api/v1/organizations/{organization_id}/domains" + (f"/{id_}" if id_ else "")


def verification_of(organization_id, what):
    return f"/doorward/v1/organizations/{organization_id}/domains{what}"


def claim(tenant, name):
    answer = tenant.api.post(verification_of(tenant.organization_id, ":claim"), {"domain": name})
    return answer.expect(201).json()["verification"]


def status_of(tenant, id_):
    found = tenant.api.get(domains_of(tenant.organization_id, id_)).expect(200).json()["domain"]
    return found["verification_status"]


@pytest.fixture(scope="module")
def names():
    one = NameServer()
    yield one
    one.close()


@pytest.fixture(scope="module")
def resolving(binary, database_name, tmp_path_factory, names):
    """A server that asks the test's name server."""
    database = databases.make(database_name)
    started = Server(binary, tmp_path_factory.mktemp("resolving"), database, ["--dns-servers", names.address])
    try:
        yield started.start()
        started.close()
    finally:
        started.abandon()
        database.drop()


@pytest.fixture
def owner(resolving):
    return Tenant(resolving, api_client(resolving))


@pytest.fixture
def other(resolving, owner):
    return Tenant(resolving, owner.api)


def test_rest_reads_what_it_wrote(api, tenant):
    name = new_name()
    path = domains_of(tenant.organization_id)
    made = api.post(path, {"domain": name.upper()}).expect(200).json()["domain"]
    assert made["id"].startswith("dom_")
    assert (made["domain"], made["domain_type"]) == (name, "ORGANIZATION_DOMAIN")
    assert (made["verification_status"], made["verification_method"]) == ("VERIFIED", "ADMIN")
    one = domains_of(tenant.organization_id, made["id"])
    assert api.get(one).expect(200).json()["domain"] == made
    assert api.patch(one, {}).expect(200).json()["domain"] == made
    assert api.patch(one + ":verify").expect(200).json() == {"verified": True}
    listed = api.get(path + "?page_size=1&page_number=1").expect(200).json()
    assert listed == {"page_size": 1, "page_number": 1, "domains": [made]}
    assert api.get(path + "?page_number=2").expect(200).json()["domains"] == []
    assert api.get(path + "?domain_type=ALLOWED_EMAIL_DOMAIN").expect(200).json()["domains"] == []
    api.get(path + "?page_size=-1").refuses(400, "INVALID_ARGUMENT")
    assert api.delete(one).expect(200).json() == {}
    api.get(one).refuses(404, "DOMAIN_NOT_FOUND")


def test_an_organization_is_also_named_by_the_applications_id(api):
    external_id = unique("ext")
    made = api.post("/api/v1/organizations", {"display_name": "Named", "external_id": external_id}).expect(201).json()
    service = "/scalekit.v1.domains.DomainService/"
    name = new_name()
    domain = api.post(service + "CreateDomain", {"external_id": external_id, "domain": {"domain": name}})
    assert domain.expect(200).json()["domain"]["organization_id"] == made["organization"]["id"]
    refused = api.post(service + "ListDomains", {}).expect(400).json()
    assert refused["code"] == "invalid_argument" and "external_id" in refused["message"]


@pytest.mark.parametrize("name, reason", [("gmail.com", "DOMAIN_NOT_BUSINESS"), ("co.uk", "DOMAIN_NOT_BUSINESS"),
                                          ("nodots", "DOMAIN_NOT_BUSINESS"), ("a@b.com", "INVALID_ARGUMENT"),
                                          ("192.0.2.1", "INVALID_ARGUMENT"), ("abc", "INVALID_ARGUMENT"),
                                          ("x" * 300 + ".com", "INVALID_ARGUMENT")])
def test_names_that_nobody_owns_are_refused_with_words(api, tenant, name, reason):
    refused = api.post(domains_of(tenant.organization_id), {"domain": name})
    refused.refuses(400, reason)
    assert api.get(domains_of(tenant.organization_id)).json()["domains"] == []


def test_a_record_proves_a_claim_when_somebody_asks(owner, names, receiver):
    name = new_name()
    hook = owner.hook(receiver)
    made = claim(owner, name)
    domain = made["domain"]
    assert (domain["verification_status"], domain["verification_method"]) == ("PENDING", "DNS")
    assert made["record_name"] == f"{domain['txt_record_key']}.{name}" == f"{RECORD}.{name}"
    one = domains_of(owner.organization_id, domain["id"])
    assert owner.api.patch(one + ":verify").expect(200).json() == {"verified": False}

    names.answer_texts(made["record_name"], ["v=spf1 -all", "dom_verify_of-another"])
    check = verification_of(owner.organization_id, f"/{domain['id']}:check")
    missing = owner.api.post(check).expect(200).json()
    assert (missing["verified"], missing["reason"]) == (False, "domain_record_missing")
    assert missing["found"] == ["v=spf1 -all", "dom_verify_of-another"]

    names.answer_texts(made["record_name"], [domain["txt_record_secret"]])
    assert owner.api.patch(one + ":verify").expect(200).json() == {"verified": True}
    found = owner.api.post(check).expect(200).json()
    assert (found["verified"], found["reason"]) == (True, "")
    assert found["verification"]["verified_time"] and found["verification"]["next_check_time"]
    created = hook.wait_for_type("organization.domain_created")
    assert created["object"] == "Domain" and created["data"]["domain"] == name
    success = hook.wait_for_type("organization.domain_dns_verification_success")
    assert (success["data"]["id"], success["data"]["verification_status"]) == (domain["id"], "VERIFIED")
    owner.api.delete(one).expect(200)
    hook.wait_for_type("organization.domain_deleted")


def test_a_record_is_found_without_asking(owner, names):
    made = claim(owner, new_name())
    names.answer_texts(made["record_name"], [made["domain"]["txt_record_secret"]])
    wait_until(lambda: status_of(owner, made["domain"]["id"]) == "VERIFIED", "the first scheduled look")


def test_name_servers_that_fail_prove_nothing_and_disprove_nothing(owner, names):
    made = claim(owner, new_name())
    names.answer_texts(made["record_name"], None)
    owner.api.patch(domains_of(owner.organization_id, made["domain"]["id"]) + ":verify").refuses(503, "NAME_UNRESOLVED")
    assert names.asked(made["record_name"], TYPE_TXT) >= 1
    assert status_of(owner, made["domain"]["id"]) == "PENDING"


def test_a_domain_that_moved_has_one_owner_at_any_time(owner, other, names):
    """A-11, L-06."""
    name = new_name()
    first, second = claim(owner, name), claim(other, name)
    values = [one["domain"]["txt_record_secret"] for one in (first, second)]

    def check(tenant, made):
        path = verification_of(tenant.organization_id, f"/{made['domain']['id']}:check")
        answer = tenant.api.post(path).expect(200).json()
        return answer["verified"], answer["reason"]

    names.answer_texts(first["record_name"], values)
    assert check(owner, first) == (True, "")
    assert check(other, second) == (False, "domain_taken")
    names.answer_texts(first["record_name"], values[1:])
    assert check(other, second) == (True, "")
    assert status_of(owner, first["domain"]["id"]) == "FAILED"


def test_a_claim_keeps_nobody_from_the_domain(owner, other):
    name = new_name()
    claim(other, name)
    made = owner.api.post(domains_of(owner.organization_id), {"domain": name}).expect(200).json()["domain"]
    assert made["verification_status"] == "VERIFIED"
    other.api.post(domains_of(other.organization_id), {"domain": name}).refuses(409, "DOMAIN_TAKEN")


def test_the_application_vouches_for_what_its_organization_has_claimed(owner):
    claimed = claim(owner, new_name())
    name = claimed["domain"]["domain"]
    made = owner.api.post(domains_of(owner.organization_id), {"domain": name}).expect(200).json()["domain"]
    assert made["id"] == claimed["domain"]["id"]
    assert (made["verification_status"], made["verification_method"]) == ("VERIFIED", "ADMIN")
    shown = owner.api.get(verification_of(owner.organization_id, f"/{made['id']}/verification")).expect(200).json()
    assert shown["verification"].get("next_check_time") is None
    owner.api.post(domains_of(owner.organization_id), {"domain": name}).refuses(409, "DOMAIN_TAKEN")


def test_a_type_is_changed_by_doorwards_own_method(api, tenant):
    made = api.post(domains_of(tenant.organization_id), {"domain": new_name()}).expect(200).json()["domain"]
    path = verification_of(tenant.organization_id, f"/{made['id']}")
    changed = api.patch(path, {"domain_type": "ALLOWED_EMAIL_DOMAIN"}).expect(200).json()["domain"]
    assert (changed["domain_type"], changed["verification_status"]) == ("ALLOWED_EMAIL_DOMAIN", "AUTO_VERIFIED")
    api.patch(path, {}).refuses(400, "INVALID_ARGUMENT")


def test_the_domains_of_a_deleted_organization_are_free(api, server, tenant):
    name = new_name()
    api.post(domains_of(tenant.organization_id), {"domain": name}).expect(200)
    api.delete(f"/api/v1/organizations/{tenant.organization_id}").expect(200)
    next_one = Tenant(server, api)
    api.post(domains_of(next_one.organization_id), {"domain": name}).expect(200)


def test_another_organizations_domain_is_not_found(api, server, tenant):
    """A-08 for the API: ids of two organizations in one path."""
    made = api.post(domains_of(tenant.organization_id), {"domain": new_name()}).expect(200).json()["domain"]
    crossed = Tenant(server, api).organization_id
    for answer in (api.get(domains_of(crossed, made["id"])), api.delete(domains_of(crossed, made["id"])),
                   api.patch(domains_of(crossed, made["id"]) + ":verify"),
                   api.post(verification_of(crossed, f"/{made['id']}:check")),
                   api.get(verification_of(crossed, f"/{made['id']}/verification"))):
        answer.refuses(404, "DOMAIN_NOT_FOUND")
    assert api.get(domains_of(tenant.organization_id, made["id"])).expect(200).json()["domain"] == made
