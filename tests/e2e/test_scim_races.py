"""Many clients at one group: no member is lost, the count is right, and the events tell what the state is."""
import concurrent.futures

import pytest

from support.tenant import unique

THREADS = 12
USERS_PER_THREAD = 8
ROUNDS = 2
GROUP = "organization.directory.group_"
USER = "organization.directory.user_"


class Crowd:
    """One group and the users of every thread; each thread ends with the even ones of its users as members."""

    def __init__(self, tenant):
        self.tenant = tenant
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            self.users = list(pool.map(self._make_users, range(THREADS)))
        self.shared = tenant.scim.create_user("shared").expect(201).json()["id"]
        self.group = tenant.scim.create_group(unique("Crowd")).expect(201).json()["id"]

    def _make_users(self, thread):
        return [self.tenant.scim.create_user(f"t{thread}u{n}").expect(201).json()["id"] for n in range(USERS_PER_THREAD)]

    def _patch(self, *operations):
        self.tenant.scim.patch(f"/Groups/{self.group}", *operations).expect(200, 204)

    def work(self, thread):
        mine = self.users[thread]
        even, odd = mine[::2], mine[1::2]
        for round_ in range(ROUNDS):
            for id_ in mine:
                self._patch({"op": "add", "path": "members", "value": [{"value": id_}]})
            self._patch({"op": "add", "path": "members", "value": [{"value": self.shared}]})
            self._patch({"op": "Add", "path": "members", "value": [{"$ref": None, "value": id_} for id_ in mine]})
            for id_ in odd:
                self._patch({"op": "remove", "path": f'members[value eq "{id_}"]'})
            self._patch({"op": "replace", "value": {"displayName": f"Crowd {thread} {round_}"}})
            self._patch({"op": "Remove", "path": "members", "value": [{"value": id_} for id_ in even]},
                        {"op": "add", "path": "members", "value": [{"value": id_} for id_ in even]})
            if thread % 3 == 0:
                self._patch({"op": "remove", "path": f'members[value eq "{self.shared}"]'})
        self._patch({"op": "add", "path": "members", "value": [{"value": self.shared}]})

    def expected(self):
        return {id_ for mine in self.users for id_ in mine[::2]} | {self.shared}


@pytest.fixture
def crowd(tenant):
    return Crowd(tenant)


def run(crowd):
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        for job in [pool.submit(crowd.work, thread) for thread in range(THREADS)]:
            job.result()


def test_parallel_patches_of_one_group_lose_nobody(crowd):
    run(crowd)
    tenant, expected = crowd.tenant, crowd.expected()
    group = tenant.scim.send("GET", f"/Groups/{crowd.group}").expect(200).json()
    assert sorted(m["value"] for m in group["members"]) == sorted(expected)
    listed, = tenant.groups()
    assert (listed["total_users"], listed["display_name"]) == (len(expected), group["displayName"])
    assert {u["id"] for u in tenant.users(directory_group_id=crowd.group)} == expected
    for user in tenant.scim.all("Users"):
        assert [g["value"] for g in user.get("groups", [])] == ([crowd.group] if user["id"] in expected else [])


def test_the_events_of_a_race_end_at_its_state(crowd, receiver):
    tenant, hook = crowd.tenant, crowd.tenant.hook(receiver)
    run(crowd)
    name = tenant.scim.send("GET", f"/Groups/{crowd.group}").expect(200).json()["displayName"]
    tenant.scim.create_user("the-end").expect(201)
    hook.wait_for_type(USER + "created", lambda e: e["data"]["email"] == "the-end@example.test")
    events = hook.events()
    told = {}
    for event in events:
        if event["type"] == USER + "updated":
            told.setdefault(event["data"]["id"], []).append([g["name"] for g in event["data"]["groups"]])
    everybody = {id_ for mine in crowd.users for id_ in mine} | {crowd.shared}
    assert set(told) == everybody
    for id_, memberships in told.items():
        assert memberships[-1] == ([name] if id_ in crowd.expected() else [])
        for before, after in zip([[]] + memberships, memberships):
            assert before != after, "every event tells of a change"
    assert [e["data"]["display_name"] for e in events if e["type"] == GROUP + "updated"][-1] == name


def test_simultaneous_creates_of_one_name_make_one_user(tenant):
    def create(_):
        return tenant.scim.create_user("twin").status

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        statuses = sorted(pool.map(create, range(THREADS)))
    assert statuses == [201] + [409] * (THREADS - 1)
    assert tenant.scim.find("twin@example.test").json()["totalResults"] == 1


def test_a_user_who_is_deleted_while_others_add_it_is_no_member(tenant):
    """A deletion wins over every addition that comes after it, and takes along every one before."""
    group = tenant.scim.create_group("Doomed").expect(201).json()["id"]
    ids = [tenant.scim.create_user(f"d{n}").expect(201).json()["id"] for n in range(THREADS)]

    def add(id_):
        for _ in range(5):
            tenant.scim.add_members(group, id_).expect(200, 204)

    def delete(id_):
        tenant.scim.delete(f"/Users/{id_}").expect(204)

    with concurrent.futures.ThreadPoolExecutor(2 * THREADS) as pool:
        jobs = [pool.submit(work, id_) for id_ in ids for work in (add, delete)]
        for job in jobs:
            job.result()
    assert tenant.users() == [] and tenant.users(directory_group_id=group) == []
    assert tenant.groups()[0]["total_users"] == 0
