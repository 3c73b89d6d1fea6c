"""The same person and the same group, pushed by any provider, are the same to the application: equal objects by the API,
equal data in events, step by step, but for ids, times and raw attributes."""
import dataclasses

import pytest

from scim_dialect import PROVIDERS, Person
from scim_replay import sequences
from support.tenant import Tenant, api_client, unique

ANN = Person(mail="Ann.Lee@example.test", external_id="00uAnn", given="Ann", family="Lee", title="Clerk",
             department="Sales", number="E-17", phone="+1 555 0100")
BOB = Person(mail="bob@example.test", external_id="00uBob", given="Bob", family="Ode", title="Clerk",
             department="Sales", number="E-18", phone="+1 555 0101")
MARRIED = dataclasses.replace(ANN, family="Lee-Smith", title="Lead", department="Support", phone="+1 555 0199")
AWAY = dataclasses.replace(MARRIED, active=False)
# What the application hears of whoever is deactivated or deleted.
GONE = ("user_deleted", {"dp_id": ANN.external_id, "email": ANN.mail})
IDS_AND_TIMES = {"id", "organization_id", "directory_id", "updated_at", "raw_attributes", "user_detail", "group_detail"}


def shown(person, groups=(), roles=()):
    """The data of a user's event."""
    return {"dp_id": person.external_id, "preferred_username": person.mail, "email": person.mail, "active": person.active,
            "name": person.name, "given_name": person.given, "family_name": person.family, "title": person.title,
            "department": person.department, "employee_id": person.number, "phone_number": person.phone,
            "locale": person.locale, "groups": [{"name": g} for g in groups],
            "roles": [{"role_name": r} for r in roles], "custom_attributes": {}}


def listed(person, groups=()):
    return {"email": person.mail, "preferred_username": person.mail, "given_name": person.given,
            "family_name": person.family, "emails": [person.mail], "groups": list(groups)}


def plain(value):
    """Without ids, times and raw attributes at any depth."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key not in IDS_AND_TIMES}
    return value


class Application:
    """What the application sees of one directory."""

    def __init__(self, tenant, receiver):
        self.tenant = tenant
        self.hook = tenant.hook(receiver)
        self.marker = tenant.scim.create_user("marker").expect(201).json()["id"]
        self.seen, self.moves = 0, 0

    def news(self, id_):
        """(type, data) of every event of an object since the last call. What comes after it in the directory's order has
        come when the marker moves."""
        self.moves += 1
        title = f"moved {self.moves}"
        self.tenant.scim.patch(f"/Users/{self.marker}", {"op": "replace", "path": "title", "value": title}).expect(200, 204)
        self.hook.wait_for_type("organization.directory.user_updated",
                                lambda e: e["data"]["id"] == self.marker and e["data"].get("title") == title)
        events = self.hook.events()
        fresh, self.seen = events[self.seen:], len(events)
        self.last = {e["data"]["id"]: [] for e in fresh}
        for event in fresh:
            self.last[event["data"]["id"]].append((event["type"].removeprefix("organization.directory."),
                                                   plain(event["data"])))
        return self.last.get(id_, [])

    def user(self, id_):
        found = plain(next(u for u in self.tenant.users() if u["id"] == id_))
        return {**found, "groups": [g["display_name"] for g in found["groups"]]}

    def group(self, id_):
        return plain(next(g for g in self.tenant.groups() if g["id"] == id_))


@pytest.fixture(params=PROVIDERS)
def pushed(request, server, receiver):
    class_ = PROVIDERS[request.param]
    tenant = Tenant(server, api_client(server), provider=class_.api_name)
    return class_(request.param, tenant.scim.client), Application(tenant, receiver)


def test_every_recorded_provider_has_a_client():
    assert set(PROVIDERS) == set(sequences()) - {"generic"}


def test_a_person_is_the_same_whoever_pushes(pushed):
    provider, application = pushed
    ann = provider.create_user(ANN)
    assert application.news(ann) == [("user_created", shown(ANN))]
    assert application.user(ann) == listed(ANN)
    provider.change_user(ann, MARRIED)
    assert application.news(ann) == [("user_updated", shown(MARRIED))]
    assert application.user(ann) == listed(MARRIED)
    provider.switch_user(ann, AWAY)
    assert application.news(ann) == [GONE]
    assert application.user(ann) == listed(AWAY)
    provider.switch_user(ann, AWAY)
    assert application.news(ann) == [], "the same again is no news"
    provider.switch_user(ann, MARRIED)
    assert application.news(ann) == [("user_created", shown(MARRIED))]
    provider.delete_user(ann)
    assert application.news(ann) == [GONE]


@pytest.mark.parametrize("pushed", [n for n in PROVIDERS if PROVIDERS[n].has_groups], indirect=True)
def test_a_group_and_its_roles_are_the_same_whoever_pushes(pushed):
    provider, application = pushed
    tenant = application.tenant
    ann, bob = provider.create_user(ANN), provider.create_user(BOB)
    staff = provider.create_group("Staff", [bob])
    assert application.news(staff)[-1][1] == group("Staff")
    assert application.last[bob][-1] == ("user_updated", shown(BOB, ["Staff"]))
    assert application.group(staff) == {"display_name": "Staff", "total_users": 1}

    tenant.api.put(f"{tenant.directories}/{tenant.directory_id}/groups/-/roles:assign",
                   {"assignments": [{"group_id": staff, "role_name": "admin"}]}).expect(200)
    assert application.news(bob) == [("user_updated", shown(BOB, ["Staff"], ["admin"]))]

    provider.add_member(staff, ann)
    assert application.news(staff) == [("group_updated", group("Staff"))]
    assert application.last[ann] == [("user_updated", shown(ANN, ["Staff"], ["admin"]))]
    assert bob not in application.last, "nothing happened to who was a member before"
    assert application.user(ann) == listed(ANN, ["Staff"])
    assert application.group(staff) == {"display_name": "Staff", "total_users": 2}

    provider.rename_group(staff, "Crew")
    assert application.news(staff) == [("group_updated", group("Crew"))]
    assert application.last[ann] == [("user_updated", shown(ANN, ["Crew"], ["admin"]))]
    assert application.last[bob] == [("user_updated", shown(BOB, ["Crew"], ["admin"]))]

    provider.change_user(ann, MARRIED)
    assert application.news(ann) == [("user_updated", shown(MARRIED, ["Crew"], ["admin"]))]
    provider.switch_user(ann, AWAY)
    assert application.news(ann) == [GONE]
    provider.switch_user(ann, MARRIED)
    assert application.news(ann) == [("user_created", shown(MARRIED, ["Crew"], ["admin"]))]

    provider.remove_member(staff, ann)
    assert application.news(staff) == [("group_updated", group("Crew"))]
    assert application.last[ann] == [("user_updated", shown(MARRIED))]
    assert bob not in application.last
    assert application.user(ann) == listed(MARRIED)
    assert application.group(staff) == {"display_name": "Crew", "total_users": 1}

    provider.delete_group(staff)
    assert application.news(staff) == [("group_deleted", group("Crew"))]
    assert application.last[bob] == [("user_updated", shown(BOB))]
    assert tenant.groups() == []


def group(name):
    """The data of a group's event."""
    return {"display_name": name, "external_id": None, "dp_id": ""}


def test_the_same_group_of_two_providers_keeps_to_its_directory(server, receiver):
    """Two providers push people of the same names to two directories of one server: neither hears of the other."""
    told = []
    for name in ("okta", "entra"):
        tenant = Tenant(server, api_client(server), name=unique("Same"), provider=PROVIDERS[name].api_name)
        provider, application = PROVIDERS[name](name, tenant.scim.client), Application(tenant, receiver)
        id_ = provider.create_user(ANN)
        told.append(application.news(id_))
        assert len(application.last) == 2, "the marker and Ann"
    assert told[0] == told[1] == [("user_created", shown(ANN))]
