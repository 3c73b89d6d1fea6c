"""Bulk over the wire: kill -9 in the middle of it, its limits, and how fast it loads. Afterwards every operation that was
answered is there; one that was not is there wholly or not at all; sent again, none is there twice; what was told equals
what is."""
import http.client
import random
import threading

from support.http import TIMEOUT_SECONDS
from support.tenant import ERROR_SCHEMA, GROUP_SCHEMA, SCIM_JSON, Tenant, api_client, user
from support.waiting import wait_until

BULK_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
ROUNDS = 5
WRITERS = 4
USERS_PER_REQUEST = 40
SEED = 20260722


def bulk(*operations, **more):
    return {"schemas": [BULK_SCHEMA], "Operations": list(operations), **more}


def post(path, bulk_id, data):
    return {"method": "POST", "path": path, "bulkId": bulk_id, "data": data}


def team(name):
    """Users, and behind them a group that refers to them all."""
    users = [post("/Users", f"u{n}", user(f"{name}n{n}")) for n in range(USERS_PER_REQUEST)]
    members = [{"value": f"bulkId:u{n}"} for n in range(USERS_PER_REQUEST)]
    return bulk(*users, post("/Groups", "g", {"schemas": [GROUP_SCHEMA], "displayName": name, "members": members}))


class Writer(threading.Thread):
    """Sends one bulk request after the other until the server is gone."""

    def __init__(self, name, tenant, on_answer):
        super().__init__(daemon=True)
        self.name, self.on_answer = name, on_answer
        self.scim = tenant.scim_client(tenant.secret)
        self.answered, self.unanswered, self.fault = {}, None, None

    def run(self):
        try:
            for number in range(10_000):
                self.unanswered = f"{self.name}t{number}"
                answer = self.scim.send("POST", "/Bulk", team(self.unanswered)).expect(200).json()
                self.answered[self.unanswered] = answer
                self.unanswered = None
                self.on_answer()
        except (OSError, http.client.HTTPException):
            pass  # the kill
        except AssertionError as fault:
            self.fault = fault


def reconnect(tenant, server):
    tenant.server = server
    tenant.api = api_client(server)
    tenant.scim = tenant.scim_client(tenant.secret)


def check_answers(tenant, answered):
    """Every operation that was answered with success is there, as it was answered."""
    users = {u["id"]: u for u in tenant.scim.all("Users")}
    groups = {g["id"]: g for g in tenant.scim.all("Groups")}
    for name, answer in answered.items():
        entries = answer["Operations"]
        assert [e["status"] for e in entries] == ["201"] * (USERS_PER_REQUEST + 1), name
        ids = [e["location"].rsplit("/", 1)[1] for e in entries]
        for number, id_ in enumerate(ids[:-1]):
            assert users[id_]["userName"] == f"{name}n{number}@example.test"
        assert {m["value"] for m in groups[ids[-1]]["members"]} == set(ids[:-1]), name
    return users, groups


def check_again(tenant, name):
    """A request whose answer was lost, sent again: what had been done is a conflict, the rest is done now."""
    before = {u["userName"] for u in tenant.scim.all("Users")}
    entries = tenant.scim.send("POST", "/Bulk", team(name)).expect(200).json()["Operations"]
    for number, entry in enumerate(entries[:-1]):
        assert entry["status"] == ("409" if f"{name}n{number}@example.test" in before else "201"), entry


def test_kill_in_the_middle_of_bulk(new_server, receiver):
    random_ = random.Random(SEED)
    server = new_server().start()
    tenant = Tenant(server, api_client(server))
    hook = tenant.hook(receiver)
    answered, lost = {}, []
    for round_ in range(ROUNDS):
        if round_:
            server.start()
            reconnect(tenant, server)
        seen = threading.Semaphore(0)
        writers = [Writer(f"r{round_}w{n}", tenant, seen.release) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        for _ in range(random_.randint(2, 6)):
            assert seen.acquire(timeout=TIMEOUT_SECONDS), [w.fault for w in writers]
        server.kill()
        for writer in writers:
            writer.join(timeout=TIMEOUT_SECONDS)
            assert not writer.is_alive() and writer.fault is None, writer.fault
            answered.update(writer.answered)
            lost += [writer.unanswered] if writer.unanswered else []
    server.start()
    reconnect(tenant, server)
    assert lost, "no request was cut off: nothing was tried"
    check_answers(tenant, answered)
    for name in lost:
        check_again(tenant, name)
    users, _ = check_answers(tenant, answered)
    names = [u["userName"] for u in users.values()]
    assert len(names) == len(set(names))
    assert {n for n in names if n.split("n")[0] in lost} == {
        f"{name}n{number}@example.test" for name in lost for number in range(USERS_PER_REQUEST)}

    tenant.scim.create_user("last").expect(201)
    wait_until(lambda: any(d.event["data"].get("email") == "last@example.test" for d in hook.first_deliveries()[-1:]),
               "the event of the last user")
    told = {}
    for event in hook.events():
        if event["type"].startswith("organization.directory.user_"):
            told.setdefault(event["data"]["email"], []).append(event)
    assert set(told) == set(names) | {"last@example.test"}
    for id_, found in users.items():
        history = told[found["userName"]]
        assert [e["type"].endswith("_created") for e in history] == [True] + [False] * (len(history) - 1), found["userName"]
        assert {g["id"] for g in history[-1]["data"]["groups"]} == {g["value"] for g in found.get("groups", [])}
        assert history[-1]["data"]["id"] == id_


def test_the_limits_of_bulk_are_those_announced(tenant):
    announced = tenant.scim.send("GET", "/ServiceProviderConfig").expect(200).json()["bulk"]
    assert announced["supported"] is True
    too_many = bulk(*[{"method": "DELETE", "path": "/Users/1"}] * (announced["maxOperations"] + 1))
    empty = b'{"Operations":[]}'
    fits = tenant.scim.client.request("POST", "/Bulk", body=empty + b" " * (announced["maxPayloadSize"] - len(empty)),
                                      headers={"Content-Type": SCIM_JSON})
    assert fits.expect(200).json()["Operations"] == []
    too_large = tenant.scim.client.request("POST", "/Bulk", body=b" " * (announced["maxPayloadSize"] + 1),
                                           headers={"Content-Type": SCIM_JSON})
    for refused in (tenant.scim.send("POST", "/Bulk", too_many), too_large):
        error = refused.expect(413).json()
        assert error["schemas"] == [ERROR_SCHEMA] and error["status"] == "413"
        assert str(announced["maxOperations"]) in error["detail"] and str(announced["maxPayloadSize"]) in error["detail"]
