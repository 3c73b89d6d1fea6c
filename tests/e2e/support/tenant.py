"""What a customer's rollout looks like from outside: an organization, its directory, its identity provider."""
import itertools
import secrets
import urllib.parse

from .http import form, quoted
from .webhooks import Hook

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"
SCIM_JSON = "application/scim+json"

_numbers = itertools.count(1)


def unique(text):
    return f"{text}-{next(_numbers)}-{secrets.token_hex(3)}"


def token(server, client=None):
    """An access token by client credentials."""
    fields = {"grant_type": "client_credentials", "client_id": server.credentials["client_id"],
              "client_secret": server.credentials["client_secret"]}
    return (client or server.client()).post("/oauth/token", **form(fields)).expect(200).json()["access_token"]


def api_client(server, client=None):
    """The management API with a fresh token."""
    client = client or server.client()
    return client.with_headers(authorization=f"Bearer {token(server, client)}")


class Tenant:
    """An organization with one enabled SCIM directory. `provider`: as the API names it, None for one that it does not."""

    def __init__(self, server, api, name=None, provider="OKTA"):
        self.server = server
        self.api = api
        self.name = name or unique("Tenant")
        created = api.post("/api/v1/organizations", {"display_name": self.name}).expect(201).json()
        self.organization_id = created["organization"]["id"]
        self.directories = f"/api/v1/organizations/{self.organization_id}/directories"
        asked = {"directory_type": "SCIM", **({"directory_provider": provider} if provider else {})}
        directory = api.post(self.directories, asked).expect(200, 201)
        self.directory = directory.json()["directory"]
        self.directory_id = self.directory["id"]
        self.secret = api.post(f"{self.directories}/{self.directory_id}/secrets").expect(200, 201).json()["plain_secret"]
        self.scim = self.scim_client(self.secret)

    def scim_client(self, secret, client=None, directory_id=None):
        """The identity provider's client: it knows the endpoint and the bearer, nothing else."""
        path = urllib.parse.urlsplit(self.directory["directory_endpoint"]).path
        if directory_id:
            path = path.replace(self.directory_id, directory_id)
        client = client or self.server.client()
        return Scim(client.with_prefix(path, {"Authorization": f"Bearer {secret}", "Accept": SCIM_JSON}))

    def hook(self, receiver, **endpoint):
        """A webhook endpoint for all that happens in this organization from now on, unless told otherwise."""
        endpoint = {"organization_id": self.organization_id, **endpoint}
        if endpoint["organization_id"] is None:
            del endpoint["organization_id"]
        return Hook(self.api, receiver, "/" + unique("hook"), **endpoint)

    def users(self, **query):
        """Every directory user that the management API lists, over all pages."""
        return self._pages("users", query)

    def groups(self, **query):
        return self._pages("groups", query)

    def _pages(self, what, query):
        found, page_token = [], ""
        while True:
            parameters = urllib.parse.urlencode({"page_size": 100, **query, "page_token": page_token})
            page = self.api.get(f"{self.directories}/{self.directory_id}/{what}?{parameters}").expect(200).json()
            found += page[what]
            page_token = page["next_page_token"]
            if not page_token:
                return found


class Scim:
    """The calls that identity providers make."""

    def __init__(self, client):
        self.client = client

    def send(self, method, path, document=None, **options):
        headers = {"Content-Type": SCIM_JSON} if document is not None else {}
        return self.client.request(method, path, json_body=document, headers=headers, **options)

    def create_user(self, name=None, **attributes):
        return self.send("POST", "/Users", user(name or unique("ann"), **attributes))

    def user(self, id_):
        return self.send("GET", f"/Users/{id_}")

    def find(self, user_name):
        return self.send("GET", "/Users?filter=" + quoted(f'userName eq "{user_name}"'))

    def patch(self, path, *operations):
        return self.send("PATCH", path, {"schemas": [PATCH_SCHEMA], "Operations": list(operations)})

    def set_active(self, id_, active):
        return self.patch(f"/Users/{id_}", {"op": "replace", "value": {"active": active}})

    def create_group(self, name=None, members=()):
        return self.send("POST", "/Groups", {"schemas": [GROUP_SCHEMA], "displayName": name or unique("Group"),
                                             "members": [{"value": m} for m in members]})

    def add_members(self, group_id, *members):
        return self.patch(f"/Groups/{group_id}",
                          {"op": "add", "path": "members", "value": [{"value": m} for m in members]})

    def remove_member(self, group_id, member):
        return self.patch(f"/Groups/{group_id}", {"op": "remove", "path": f'members[value eq "{member}"]'})

    def delete(self, path):
        return self.send("DELETE", path)

    def all(self, kind):
        """Every resource of a kind, page by page."""
        found, total = [], None
        while total is None or len(found) < total:
            page = self.send("GET", f"/{kind}?startIndex={len(found) + 1}&count=100").expect(200).json()
            total = page["totalResults"]
            if not page.get("Resources"):
                break
            found += page["Resources"]
        assert len(found) == total, f"{kind}: listed {len(found)} of {total}"
        return found


def user(name, **attributes):
    """A user as identity providers push one."""
    email = f"{name}@example.test"
    return {"schemas": [USER_SCHEMA], "userName": email, "name": {"givenName": name, "familyName": "Example"},
            "emails": [{"value": email, "type": "work", "primary": True}], "externalId": f"ext-{name}", "active": True,
            **attributes}
