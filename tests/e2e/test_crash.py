"""kill -9 under eight writers and a delivery worker, again and again. Afterwards:

every write that was answered with 2xx is there; every event came at least once, and the first deliveries of a
directory came in the order of its changes; no write is there in part.
"""
import http.client
import os
import random
import threading
import time

import pytest

from support.tenant import Tenant, api_client, user
from support.waiting import wait_until

ROUNDS = int(os.environ.get("DOORWARD_CRASH_ROUNDS", "20"))
WRITERS = 8
WRITES_PER_ROUND = (16, 60)  # acknowledged before the kill; drawn anew each round
SEED = 20260722
LAST = "last@example.test"


class Write:
    """One request that changes a user: when it was sent, when it was acknowledged (never, for what the kill cut off)."""

    def __init__(self, kind, email, value=None):
        self.kind, self.email, self.value = kind, email, value
        self.sent = time.monotonic()
        self.acknowledged = None


class Writer(threading.Thread):
    """Writes users one after the other until the server is gone."""

    def __init__(self, number, round_, directory, on_ack):
        super().__init__(daemon=True)
        self.name = f"r{round_}w{number}"
        self.directory, self.on_ack = directory, on_ack
        self.scim = directory.tenant.scim_client(directory.tenant.secret)
        self.writes = []
        self.refused = None

    def run(self):
        try:
            for number in range(10_000):
                self.one_user(f"{self.name}n{number}", delete=number % 4 == 3)
        except (OSError, http.client.HTTPException):
            pass  # the kill
        except AssertionError as refusal:
            self.refused = refusal

    def one_user(self, name, delete):
        email = f"{name}@example.test"
        made = self.write("create", email, name, lambda: self.scim.create_user(name, title=f"{name}-0"))
        id_ = made.json()["id"]
        self.write("title", email, f"{name}-1", lambda: self.scim.patch(
            f"/Users/{id_}", {"op": "replace", "path": "title", "value": f"{name}-1"}))
        self.write("join", email, None, lambda: self.scim.add_members(self.directory.group, id_))
        if delete:
            self.write("delete", email, None, lambda: self.scim.delete(f"/Users/{id_}"))

    def write(self, kind, email, value, request):
        write = Write(kind, email, value)
        self.writes.append(write)
        answer = request().expect(200, 201, 204)
        write.acknowledged = time.monotonic()
        self.on_ack()
        return answer


class Count:
    """Acknowledged writes of a round."""

    def __init__(self):
        self.condition = threading.Condition()
        self.value = 0

    def add(self):
        with self.condition:
            self.value += 1
            self.condition.notify_all()

    def wait_for(self, number, writers):
        with self.condition:
            reached = self.condition.wait_for(
                lambda: self.value >= number or not any(w.is_alive() for w in writers), timeout=60)
        assert reached and self.value >= number, f"{self.value} of {number} writes; {[w.refused for w in writers]}"


class Directory:
    """A tenant under fire: where its writers write, what they wrote, what came."""

    def __init__(self, server, receiver):
        self.tenant = Tenant(server, api_client(server))
        self.hook = self.tenant.hook(receiver)
        self.group = self.tenant.scim.create_group("Everyone").expect(201).json()["id"]
        self.writes = []

    def reconnect(self, server):
        """The server listens elsewhere after each start."""
        self.tenant.server = server
        self.tenant.api = api_client(server)
        self.tenant.scim = self.tenant.scim_client(self.tenant.secret)


def crash_round(server, round_, directories, random_):
    count = Count()
    writers = [Writer(n, round_, directories[n % len(directories)], count.add) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    count.wait_for(random_.randint(*WRITES_PER_ROUND), writers)
    wait_until(directories[-1].hook.deliveries, "a delivery of this round")
    server.kill()
    for writer in writers:
        writer.join(timeout=60)
        assert not writer.is_alive()
        assert writer.refused is None, writer.refused
        writer.directory.writes += writer.writes


def test_nothing_acknowledged_is_lost_and_nothing_is_half_written(new_server, receiver):
    """Half of the writers work in one directory through all rounds; the others in a new one each round, whose delivery is
    surely under way when the kill comes."""
    random_ = random.Random(SEED)
    server = new_server().start()
    lasting = Directory(server, receiver)
    directories = [lasting]
    for round_ in range(ROUNDS):
        if round_:
            server.start()
            lasting.reconnect(server)
        directories.append(Directory(server, receiver))
        crash_round(server, round_, [lasting, directories[-1]], random_)
    server.start()
    for directory in directories:
        directory.reconnect(server)
        directory.tenant.scim.create_user("last").expect(201)
    for directory in directories:
        # In the directory's order this is behind everything, so that everything has come when it comes.
        wait_until(lambda: any(d.event["data"].get("email") == LAST for d in directory.hook.first_deliveries()[-1:]),
                   "the event of the last user")
        check_directory(directory)
    assert sum(len(d.writes) for d in directories) >= ROUNDS * WRITES_PER_ROUND[0]


def check_directory(directory):
    tenant, writes = directory.tenant, directory.writes
    events = [e for e in directory.hook.events() if e["type"].startswith("organization.directory.user_") and
              e["data"]["email"] != LAST]
    state = {u["userName"]: u for u in tenant.scim.all("Users") if u["userName"] != LAST}
    check_acknowledged(state, writes)
    check_events_against_state(state, writes, events, tenant)
    check_order(writes, events)
    check_counts(tenant, directory.group, state)


def check_acknowledged(state, writes):
    of_user = {}
    for write in writes:
        of_user.setdefault(write.email, {})[write.kind] = write
    for email, kinds in of_user.items():
        if "delete" in kinds and kinds["delete"].acknowledged:
            assert email not in state, f"{email}: its deletion was acknowledged"
        elif "delete" not in kinds and kinds["create"].acknowledged:
            assert email in state, f"{email}: its creation was acknowledged"
        if email in state:
            found = state[email]
            whole = user(email.split("@")[0])
            for attribute in ("userName", "name", "emails", "externalId", "active"):
                kept = {k: found["name"].get(k) for k in whole["name"]} if attribute == "name" else found[attribute]
                assert kept == whole[attribute], f"{email}: {attribute}"
            if "title" in kinds and kinds["title"].acknowledged:
                assert found["title"] == kinds["title"].value, f"{email}: its new title was acknowledged"
            if "join" in kinds and kinds["join"].acknowledged:
                assert len(found["groups"]) == 1, f"{email}: its membership was acknowledged"
    assert set(state) <= set(of_user), "nobody made these"


def check_events_against_state(state, writes, events, tenant):
    """Whatever was written was told, and whatever was told was written."""
    told = {}
    for event in events:
        assert event["organization_id"] == tenant.organization_id
        told.setdefault(event["data"]["email"], []).append(event)
    for email, found in state.items():
        history = [e["type"].rsplit("_", 1)[1] for e in told.get(email, [])]
        assert history[:1] == ["created"] and history.count("created") == 1 and "deleted" not in history, (email, history)
        last = told[email][-1]["data"]
        assert last["title"] == found["title"], email
        assert len(last["groups"]) == len(found.get("groups", [])), email
    for email, history in told.items():
        if email not in state:
            assert history[-1]["type"].endswith("_deleted"), f"{email} was told, is not there, and was never told to be gone"
    for write in writes:
        if write.acknowledged:
            assert matching(write, told.get(write.email, [])), f"{write.email}: no event of its {write.kind}"


def matching(write, history):
    """The event of a write."""
    for event in history:
        kind, data = event["type"].rsplit("_", 1)[1], event["data"]
        if {"create": kind == "created", "delete": kind == "deleted",
                "title": kind == "updated" and data.get("title") == write.value and not data["groups"],
                "join": kind == "updated" and len(data.get("groups", [])) == 1}[write.kind]:
            return event
    return None


def check_order(writes, events):
    """No event comes after one whose write was sent only when its own write was already acknowledged."""
    history = {}
    for event in events:
        history.setdefault(event["data"]["email"], []).append(event)
    write_of = {}
    for write in writes:
        event = matching(write, history.get(write.email, []))
        if event:
            write_of[event["id"]] = write
    latest_sent, latest = 0, None
    for event in events:
        write = write_of.get(event["id"])
        if write is None:
            continue
        if write.acknowledged and write.acknowledged < latest_sent:
            raise AssertionError(f"{write.kind} of {write.email} came after {latest.kind} of {latest.email}, which was sent "
                                 f"{latest_sent - write.acknowledged:.6f} s after the first was acknowledged")
        if write.sent > latest_sent:
            latest_sent, latest = write.sent, write


def check_counts(tenant, group, state):
    """What is counted, listed by the API and held by the group agrees with the rows."""
    listed = {u["email"]: u for u in tenant.users(include_detail="true")}
    assert set(listed) == set(state) | {LAST}
    directory = tenant.api.get(f"{tenant.directories}/{tenant.directory_id}").expect(200).json()["directory"]
    assert directory["total_users"] == len(listed)
    members = {m["value"] for m in tenant.scim.send("GET", f"/Groups/{group}").expect(200).json().get("members", [])}
    assert members == {u["id"] for u in state.values() if u.get("groups")}
    everyone, = tenant.groups()
    assert everyone["total_users"] == len(members)


# A check that cannot fail proves nothing: each of these worlds has one fault.

def world():
    """Two users that were created one after the other, as everything should look afterwards."""
    writes, state, events = [], {}, []
    for moment, name in enumerate(("ann", "bob")):
        write = Write("create", f"{name}@example.test", name)
        write.sent, write.acknowledged = moment * 2.0, moment * 2.0 + 1
        writes.append(write)
        state[write.email] = {**user(name), "title": "t", "groups": []}
        events.append({"id": name, "type": "organization.directory.user_created", "organization_id": "org_1",
                       "data": {"email": write.email, "title": "t", "groups": []}})
    return writes, state, events


class Somewhere:
    organization_id = "org_1"


def check_world(writes, state, events):
    check_acknowledged(state, writes)
    check_events_against_state(state, writes, events, Somewhere)
    check_order(writes, events)


def test_the_checks_accept_a_sound_world():
    check_world(*world())


@pytest.mark.parametrize("damage", [
    lambda writes, state, events: state.pop("ann@example.test"),
    lambda writes, state, events: state["ann@example.test"].update(externalId=None),
    lambda writes, state, events: state["ann@example.test"].update(title="another"),
    lambda writes, state, events: state["ann@example.test"].update(groups=["unheard of"]),
    lambda writes, state, events: writes.pop(),
    lambda writes, state, events: events.pop(),
    lambda writes, state, events: events.append(events[0]),
    lambda writes, state, events: events.reverse(),
], ids=["lost", "half written", "state and event differ", "membership not told", "from nowhere", "not told", "told twice",
        "wrong order"])
def test_the_checks_refuse_a_damaged_world(damage):
    writes, state, events = world()
    damage(writes, state, events)
    with pytest.raises(AssertionError):
        check_world(writes, state, events)
