"""Who gets in at the SCIM endpoint, and what must never stay behind."""
import secrets

from support.http import quoted
from support.tenant import ERROR_SCHEMA, PATCH_SCHEMA, SCIM_JSON, USER_SCHEMA, Tenant, api_client, user
from support.waiting import wait_until


def test_no_credentials_and_other_schemes_are_401(tenant):
    for authorization in (None, "Basic dTpw", "Bearer", "Bearer ", tenant.secret, "Bearer a b"):
        client = tenant.scim.client.derived(tenant.scim.client.prefix, {})
        client.headers = {"Authorization": authorization} if authorization else {}
        answer = client.get("/Users").expect(401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_in_the_query_is_not_taken(tenant):
    client = tenant.scim.client.derived(tenant.scim.client.prefix, {})
    client.headers = {}
    client.get(f"/Users?access_token={quoted(tenant.secret)}&token={quoted(tenant.secret)}").expect(401)


def test_a_disabled_directory_answers_403_and_stores_nothing(tenant):
    kept = tenant.scim.create_user("kept").expect(201).json()
    group = tenant.scim.create_group("Kept", [kept["id"]]).expect(201).json()
    tenant.api.patch(f"{tenant.directories}/{tenant.directory_id}:disable").expect(200)
    wait_until(lambda: tenant.scim.user(kept["id"]).status == 403, "the directory to refuse", seconds=5)
    for answer in (tenant.scim.create_user("late"), tenant.scim.find("kept@example.test"),
                   tenant.scim.set_active(kept["id"], False), tenant.scim.delete(f"/Users/{kept['id']}"),
                   tenant.scim.create_group("Late"), tenant.scim.remove_member(group["id"], kept["id"]),
                   tenant.scim.send("PUT", f"/Users/{kept['id']}", user("other")), tenant.scim.delete(f"/Groups/{group['id']}")):
        assert answer.expect(403).json()["schemas"] == [ERROR_SCHEMA]
    # A wrong token learns nothing about the directory's state.
    tenant.scim_client("wrong").send("GET", "/Users").expect(401)
    tenant.api.patch(f"{tenant.directories}/{tenant.directory_id}:enable").expect(200)
    wait_until(lambda: tenant.scim.user(kept["id"]).status == 200, "the directory to serve again", seconds=5)
    assert [u["userName"] for u in tenant.scim.all("Users")] == ["kept@example.test"]
    assert tenant.scim.user(kept["id"]).json()["active"] is True
    assert [len(g["members"]) for g in tenant.scim.all("Groups")] == [1]


def test_the_password_of_a_user_stays_nowhere(new_server, receiver):
    server = new_server("--log-level", "debug", "--log-format", "json").start()
    tenant = Tenant(server, api_client(server))
    hook = tenant.hook(receiver)
    canary = "canary" + secrets.token_hex(12)
    scim, number = tenant.scim, iter(range(1000))

    def password():
        return f"{canary}{next(number)}"

    made = scim.create_user("ann", password=password()).expect(201)
    ann = made.json()["id"]
    answers = [made,
               scim.send("PUT", f"/Users/{ann}", user("ann", password=password(), title="put")).expect(200),
               scim.send("POST", "/Users", {**user("upper"), "PassWord": password()}),
               scim.send("POST", "/Users", {**user("urn"), f"{USER_SCHEMA}:password": password()}),
               scim.send("POST", "/Users", {**user("ann"), "password": password()}).expect(409),
               scim.send("POST", "/Users", {"schemas": [USER_SCHEMA], "password": password()}).expect(400)]
    for operation in ({"op": "replace", "value": {"password": password()}},
                      {"op": "replace", "path": "password", "value": password()},
                      {"op": "Replace", "path": "PASSWORD", "value": password()},
                      {"op": "add", "path": f"{USER_SCHEMA}:password", "value": password()},
                      {"op": "add", "value": {f"{USER_SCHEMA}:password": password()}},
                      {"op": "nonsense", "path": "password", "value": password()}):
        answers.append(scim.send("PATCH", f"/Users/{ann}", {"schemas": [PATCH_SCHEMA], "Operations": [operation]}))
    answers.append(scim.client.request("POST", "/Users", headers={"Content-Type": SCIM_JSON},
                                       body=b'{"userName":"broken","password":"%s"' % password().encode()))
    answers.append(scim.send("GET", "/Users?filter=" + quoted(f'password eq "{password()}"')))
    answers.append(scim.send("GET", "/Users?attributes=password,userName").expect(200))
    scim.patch(f"/Users/{ann}", {"op": "replace", "path": "title", "value": "the last change"}).expect(200, 204)

    for answer in answers:
        assert answer.status < 500, answer
        # A refused value may be named to the one who sent it; a stored one may not come back.
        if answer.status < 300:
            assert canary.encode() not in answer.body
    hook.wait_for_type("organization.directory.user_updated", lambda e: "the last change" in str(e))
    assert not [d for d in hook.deliveries() if canary.encode() in d.body]
    assert canary not in str(tenant.users(include_detail="true"))
    assert server.stop() == 0
    stored = server.database.contents(server)
    assert b"ann@example.test" in stored, "the search looks in the right place"
    assert canary.encode() not in stored
    assert canary not in server.log()


def test_secrets_are_stored_only_as_hashes_or_sealed(new_server, receiver):
    server = new_server("--log-level", "debug").start()
    tenant = Tenant(server, api_client(server))
    hook = tenant.hook(receiver)
    tenant.scim.create_user("ann").expect(201)
    hook.wait_for(1)
    bearer = tenant.api.headers["authorization"].removeprefix("Bearer ")
    assert server.stop() == 0
    stored = server.database.contents(server)
    for what, secret in (("directory secret", tenant.secret), ("client secret", server.credentials["client_secret"]),
                         ("webhook secret", hook.secret.split("_", 1)[1]), ("private key", "PRIVATE KEY-----\nMIIE")):
        assert secret.encode() not in stored, f"the {what} can be read in the database"
        assert secret not in server.log(), f"the {what} is in the log"
    assert bearer not in server.log()
