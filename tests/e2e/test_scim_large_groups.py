"""Groups of 10,000 and 100,000 members: a PATCH happens as a whole or not at all, also when the server is killed, and one
member's change touches nobody else."""
import http.client
import threading

from support.http import quoted
from support.tenant import PATCH_SCHEMA, Tenant, api_client
from support.waiting import wait_until

LARGE = 10_000
REAL = 200  # of the large group: users whose events are looked at
KILLS = 8
VERY_LARGE = 100_000
USER = "organization.directory.user_"


class Patch(threading.Thread):
    """One PATCH of many members, under way until it is answered or the server is gone."""

    def __init__(self, tenant, group, ids):
        super().__init__(daemon=True)
        self.scim = tenant.scim_client(tenant.secret)
        self.group, self.ids, self.status = group, ids, None

    def run(self):
        try:
            self.status = self.scim.patch(f"/Groups/{self.group}",
                                          {"op": "add", "path": "members", "value": [{"value": i} for i in self.ids]}).status
        except (OSError, http.client.HTTPException):
            pass  # the kill


def members(tenant, group):
    found = tenant.scim.send("GET", f"/Groups/{group}").expect(200).json()
    return {m["value"] for m in found.get("members", [])}


def test_a_large_patch_survives_kills_as_a_whole_or_not_at_all(new_server, receiver):
    """Each round lets the server answer more reads beside the PATCH before it is killed, so that kills come at different
    moments of it; the last rounds wait for its answer."""
    server = new_server().start()
    tenant = Tenant(server, api_client(server))
    hook = tenant.hook(receiver)
    users = [tenant.scim.create_user(f"m{n}").expect(201).json()["id"] for n in range(REAL)]
    ids = users + [f"nobody-{n}" for n in range(LARGE - REAL)]
    groups, acknowledged = [], 0
    for round_ in range(KILLS):
        group = tenant.scim.create_group(f"Large {round_}").expect(201).json()["id"]
        patch = Patch(tenant, group, ids)
        patch.start()
        for _ in range(4 ** round_ if round_ < KILLS - 2 else 0):
            tenant.scim.user(users[0]).expect(200)
            if not patch.is_alive():
                break
        if round_ >= KILLS - 2:
            patch.join(timeout=60)
        server.kill()
        patch.join(timeout=60)
        assert not patch.is_alive() and patch.status in (None, 200, 204)
        server.start()
        tenant.server, tenant.api = server, api_client(server)
        tenant.scim = tenant.scim_client(tenant.secret)
        found = members(tenant, group)
        assert found in (set(), set(ids)), f"{len(found)} of {len(ids)} members are there"
        if patch.status:
            acknowledged += 1
            assert found, "the PATCH was acknowledged"
        groups.append((f"Large {round_}", bool(found)))
    assert acknowledged >= 2
    check_events(tenant, hook, users, groups)


def check_events(tenant, hook, users, groups):
    """However often the server was killed while it told them, the users were told of each group that they are in, in the
    end, and of no other."""
    there = sorted(name for name, full in groups if full)
    last = {}

    def all_told():
        last.clear()
        for event in hook.events():
            if event["type"] == USER + "updated":
                last[event["data"]["id"]] = sorted(g["name"] for g in event["data"]["groups"])
        return all(last.get(id_) == there for id_ in users)

    wait_until(all_told, lambda: f"everybody to be told of {there}; "
               f"{sum(last.get(id_) == there for id_ in users)} of {len(users)} are")
    counts = {g["display_name"]: g["total_users"] for g in tenant.groups()}
    assert counts == {name: len(users) if full else 0 for name, full in groups}


def test_one_members_change_in_a_group_of_100_000(tenant, receiver):
    hook = tenant.hook(receiver)
    crowd = [f"nobody-{n}" for n in range(VERY_LARGE)]
    ann, bob = (tenant.scim.create_user(n).expect(201).json()["id"] for n in ("ann", "bob"))
    group = tenant.scim.create_group("Everybody", [bob]).expect(201).json()["id"]
    for start in range(0, VERY_LARGE, LARGE):
        tenant.scim.add_members(group, *crowd[start:start + LARGE]).expect(200, 204)
    assert len(members(tenant, group)) == VERY_LARGE + 1

    def found(filter_):
        answer = tenant.scim.send("GET", "/Groups?excludedAttributes=members&filter=" + quoted(filter_)).expect(200).json()
        assert all("members" not in r for r in answer.get("Resources", []))
        return answer["totalResults"]

    assert found(f'id eq "{group}" and members eq "{ann}"') == 0
    answer = tenant.scim.send("PATCH", f"/Groups/{group}", {"schemas": [PATCH_SCHEMA], "Operations": [
        {"op": "add", "path": "members", "value": [{"value": ann}]}]}).expect(200, 204)
    assert len(answer.body) < 100_000 or answer.status == 200
    assert found(f'id eq "{group}" and members eq "{ann}"') == 1
    assert found('members[value eq "nobody-99999"]') == 1
    assert len(members(tenant, group)) == VERY_LARGE + 2
    assert tenant.groups()[0]["total_users"] == 2
    tenant.scim.remove_member(group, ann).expect(200, 204)
    tenant.scim.patch(f"/Groups/{group}", {"op": "remove", "path": "members", "value": [{"value": "nobody-7"}]}).expect(200, 204)
    left = members(tenant, group)
    assert len(left) == VERY_LARGE and not left & {ann, "nobody-7"} and bob in left
    last = tenant.scim.create_user("the-end").expect(201).json()["userName"]
    hook.wait_for_type(USER + "created", lambda e: e["data"]["email"] == last)
    told = [(e["type"], e["data"]["email"], len(e["data"]["groups"])) for e in hook.events() if e["type"].startswith(USER)]
    assert told == [(USER + "created", "ann@example.test", 0), (USER + "created", "bob@example.test", 0),
                    (USER + "updated", "bob@example.test", 1), (USER + "updated", "ann@example.test", 1),
                    (USER + "updated", "ann@example.test", 0), (USER + "created", last, 0)]
