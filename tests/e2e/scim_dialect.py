"""One described person and one group, said as each identity provider says it: its bodies, its verbs, its headers. The
recorded sequences (scim_replay.py) show where the shapes come from."""
import dataclasses

from scim_replay import sequences
from support.tenant import GROUP_SCHEMA, PATCH_SCHEMA, USER_SCHEMA

ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADSCIM_GROUP_SCHEMA = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
OLD_SCHEMAS = ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"]


@dataclasses.dataclass(frozen=True)
class Person:
    mail: str
    external_id: str
    given: str
    family: str
    title: str
    department: str
    number: str
    phone: str
    locale: str = "en-US"
    active: bool = True

    @property
    def name(self):
        return f"{self.given} {self.family}"


def whole(person, **more):
    """The body that most of them send."""
    return {"schemas": [USER_SCHEMA, ENTERPRISE_SCHEMA], "externalId": person.external_id, "userName": person.mail,
            "name": {"givenName": person.given, "familyName": person.family}, "displayName": person.name,
            "emails": [{"value": person.mail, "type": "work", "primary": True}],
            "phoneNumbers": [{"value": person.phone, "type": "work"}], "title": person.title, "locale": person.locale,
            "active": person.active,
            ENTERPRISE_SCHEMA: {"department": person.department, "employeeNumber": person.number}, **more}


def operations(*operations_):
    return {"schemas": [PATCH_SCHEMA], "Operations": list(operations_)}


def values(ids):
    return [{"value": id_} for id_ in ids]


class Provider:
    """Users by PUT; members by PATCH: added as a list, removed by a value filter. `names` are those of the recorded
    sequences that this client stands for; `api_name` is how the API calls it, if it does."""
    names = ()
    api_name = None
    query = ""
    has_groups = True

    def __init__(self, name, client):
        """`client`: bound to the SCIM endpoint, with credentials."""
        self.headers = sequences()[name]["defaultHeaders"]
        self.client = client
        self.group_name, self.members = None, []

    def send(self, method, path, document=None):
        headers = {k: v for k, v in self.headers.items() if document is not None or k != "Content-Type"}
        return self.client.request(method, path + self.query, json_body=document, headers=headers)

    # -- users

    def body(self, person):
        return whole(person)

    def create_user(self, person):
        return self.send("POST", "/Users", self.body(person)).expect(201).json()["id"]

    def change_user(self, id_, person):
        self.send("PUT", f"/Users/{id_}", {"id": id_, **self.body(person)}).expect(200)

    def switch_user(self, id_, person):
        """Activates or deactivates."""
        self.change_user(id_, person)

    def delete_user(self, id_):
        self.send("DELETE", f"/Users/{id_}").expect(204)

    # -- groups

    def group_body(self, name, ids):
        return {"schemas": [GROUP_SCHEMA], "displayName": name, "members": values(ids)}

    def create_group(self, name, ids):
        self.group_name, self.members = name, list(ids)
        return self.send("POST", "/Groups", self.group_body(name, ids)).expect(201).json()["id"]

    def patch_group(self, group, *operations_):
        self.send("PATCH", f"/Groups/{group}", operations(*operations_)).expect(200, 204)

    def add_member(self, group, id_):
        self.patch_group(group, {"op": "add", "path": "members", "value": values([id_])})

    def remove_member(self, group, id_):
        self.patch_group(group, {"op": "remove", "path": f'members[value eq "{id_}"]'})

    def rename_group(self, group, name):
        self.patch_group(group, {"op": "replace", "path": "displayName", "value": name})

    def delete_group(self, group):
        self.send("DELETE", f"/Groups/{group}").expect(204)


class GroupsByPut(Provider):
    """Groups always whole."""

    def _put(self, group):
        self.send("PUT", f"/Groups/{group}", {"id": group, **self.group_body(self.group_name, self.members)}).expect(200)

    def add_member(self, group, id_):
        self.members.append(id_)
        self._put(group)

    def remove_member(self, group, id_):
        self.members.remove(id_)
        self._put(group)

    def rename_group(self, group, name):
        self.group_name = name
        self._put(group)


class Okta(Provider):
    names = ("okta",)
    api_name = "OKTA"

    def body(self, person):
        return whole(person, groups=[], password="Pw-1-not-a-secret")

    def switch_user(self, id_, person):
        self.send("PATCH", f"/Users/{id_}", operations({"op": "replace", "value": {"active": person.active}})).expect(200, 204)

    def rename_group(self, group, name):
        self.patch_group(group, {"op": "replace", "value": {"id": group, "displayName": name}})


class OktaWizard(GroupsByPut):
    names = ("okta-wizard",)
    api_name = "OKTA"
    body = Okta.body


class Entra(Provider):
    names = ("entra",)
    api_name = "MICROSOFT_AD"

    def body(self, person):
        body = whole(person, meta={"resourceType": "User"}, roles=[])
        body["name"]["formatted"] = person.name
        return body

    def change_user(self, id_, person):
        self.send("PATCH", f"/Users/{id_}", operations(
            {"op": "Replace", "path": "title", "value": person.title},
            {"op": "Replace", "path": "name.familyName", "value": person.family},
            {"op": "Replace", "path": "name.formatted", "value": person.name},
            {"op": "Replace", "path": "displayName", "value": person.name},
            {"op": "Replace", "path": 'phoneNumbers[type eq "work"].value', "value": person.phone},
            {"op": "Add", "path": f"{ENTERPRISE_SCHEMA}:department", "value": person.department})).expect(200, 204)

    def switch_user(self, id_, person):
        self.send("PATCH", f"/Users/{id_}",
                  operations({"op": "Replace", "path": "active", "value": str(person.active)})).expect(200, 204)

    def group_body(self, name, ids):
        return {"schemas": [GROUP_SCHEMA, ADSCIM_GROUP_SCHEMA], "displayName": name, "meta": {"resourceType": "Group"}}

    def create_group(self, name, ids):
        group = super().create_group(name, ids)
        for id_ in ids:
            self.add_member(group, id_)
        return group

    def add_member(self, group, id_):
        self.patch_group(group, {"op": "Add", "path": "members", "value": [{"$ref": None, "value": id_}]})

    def remove_member(self, group, id_):
        self.patch_group(group, {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": id_}]})

    def rename_group(self, group, name):
        self.patch_group(group, {"op": "Replace", "path": "displayName", "value": name})


class EntraFlag(Entra):
    names = ("entra-flag",)
    query = "?aadOptscim062020"

    def change_user(self, id_, person):
        self.send("PATCH", f"/Users/{id_}", operations({"op": "replace", "value": {
            "title": person.title, "name.familyName": person.family, "name.formatted": person.name,
            "displayName": person.name, 'phoneNumbers[type eq "work"].value': person.phone,
            f"{ENTERPRISE_SCHEMA}:department": person.department}})).expect(200, 204)

    def switch_user(self, id_, person):
        self.send("PATCH", f"/Users/{id_}",
                  operations({"op": "replace", "path": "active", "value": person.active})).expect(200, 204)

    def add_member(self, group, id_):
        self.patch_group(group, {"op": "add", "path": "members", "value": values([id_])})

    def remove_member(self, group, id_):
        Provider.remove_member(self, group, id_)


class Google(Provider):
    names = ("google",)
    api_name = "GOOGLE"
    has_groups = False

    def switch_user(self, id_, person):
        self.send("PATCH", f"/Users/{id_}",
                  operations({"op": "replace", "path": "active", "value": person.active})).expect(200, 204)


class OneLogin(Provider):
    names = ("onelogin",)
    api_name = "ONELOGIN"
    query = "?"

    def body(self, person):
        return {**whole(person), "schemas": OLD_SCHEMAS}


class JumpCloud(Provider):
    names = ("jumpcloud",)
    api_name = "JUMPCLOUD"

    def add_member(self, group, id_):
        """It repeats what it added."""
        super().add_member(group, id_)
        super().add_member(group, id_)

    def remove_member(self, group, id_):
        self.patch_group(group, {"op": "remove", "path": "members", "value": values([id_])})

    def rename_group(self, group, name):
        self.patch_group(group, {"op": "replace", "value": {"displayName": name}})


class PingFederate(GroupsByPut):
    names = ("pingfederate",)
    api_name = "PING_IDENTITY"


class PingOne(Provider):
    names = ("pingone",)
    api_name = "PING_IDENTITY"


class Patching(Provider):
    """Users by PATCH with a path for each attribute."""
    names = ("rippling", "duo")

    def change_user(self, id_, person):
        self.send("PATCH", f"/Users/{id_}", operations(
            {"op": "replace", "path": "title", "value": person.title},
            {"op": "replace", "path": "name.familyName", "value": person.family},
            {"op": "replace", "value": {"displayName": person.name, "phoneNumbers": [{"value": person.phone, "type": "work"}],
                                        ENTERPRISE_SCHEMA: {"department": person.department}}})).expect(200, 204)

    def switch_user(self, id_, person):
        self.send("PATCH", f"/Users/{id_}", operations({"op": "replace", "value": {"active": person.active}})).expect(200, 204)


class CyberArk(Provider):
    names = ("cyberark",)


class Keycloak(Provider):
    names = ("keycloak",)

    def body(self, person):
        return whole(person, active="true" if person.active else "false")

    def create_group(self, name, ids):
        group = super().create_group(name, [])
        self.members = list(ids)
        self._list(group)
        return group

    def _list(self, group):
        self.patch_group(group, {"op": "replace", "path": "members", "value": values(self.members) or None})

    def add_member(self, group, id_):
        self.members.append(id_)
        self._list(group)

    def remove_member(self, group, id_):
        self.members.remove(id_)
        self._list(group)


class Authentik(Provider):
    names = ("authentik",)

    def remove_member(self, group, id_):
        self.patch_group(group, {"op": "remove", "path": "members", "value": values([id_])})

    def rename_group(self, group, name):
        self.patch_group(group, {"op": "replace", "path": None,
                                 "value": {"id": group, "schemas": [GROUP_SCHEMA], "displayName": name}})


CLASSES = (Okta, OktaWizard, Entra, EntraFlag, Google, OneLogin, JumpCloud, PingFederate, PingOne, Patching, CyberArk,
           Keycloak, Authentik)
PROVIDERS = {name: class_ for class_ in CLASSES for name in class_.names}
