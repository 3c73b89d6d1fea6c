"""Two organizations with the same names in everything, hammered at once: nothing crosses."""
import concurrent.futures

import pytest

from support.http import quoted
from support.tenant import Tenant, api_client
from support.webhooks import Receiver

THREADS = 4
USERS_PER_THREAD = 25


class Customer:
    """A tenant whose every resource carries a mark that must never be seen by the other one."""

    def __init__(self, server, mark):
        self.mark = mark
        self.tenant = Tenant(server, api_client(server), name=f"Customer {mark}")
        self.other = None

    def check(self, answer, *statuses):
        """An answer to this customer never names the other one."""
        answer.expect(*statuses)
        text = answer.body.decode() + str(answer.headers)
        for foreign in (self.other.mark, self.other.tenant.organization_id, self.other.tenant.directory_id):
            assert foreign not in text, f"{self.mark} reads {foreign}: {text[:500]}"
        return answer

    def work(self, thread):
        """What a busy identity provider does, with names that both customers use."""
        scim = self.tenant.scim_client(self.tenant.secret)
        group = self.check(scim.create_group(f"Team {thread}"), 201).json()["id"]
        for number in range(USERS_PER_THREAD):
            name = f"user{thread}x{number}"
            made = self.check(scim.create_user(name, title=self.mark), 201)
            id_ = made.json()["id"]
            assert self.tenant.directory_id in made.headers["location"]
            self.check(scim.add_members(group, id_), 200, 204)
            found = self.check(scim.find(f"{name}@example.test"), 200).json()
            assert (found["totalResults"], found["Resources"][0]["id"]) == (1, id_)
            self.check(scim.patch(f"/Users/{id_}", {"op": "replace", "path": "nickName", "value": self.mark}), 200, 204)
            if number % 5 == 0:
                self.check(scim.send("GET", "/Users?count=100"), 200)
                self.trespass(scim, id_)
                self.search(scim, id_)
            if number % 5 == 4:
                self.check(scim.delete(f"/Users/{id_}"), 204)

    def trespass(self, scim, own_id):
        """The other's ids and the other's endpoint answer as if they did not exist."""
        for kind in ("Users", "Groups"):
            for id_ in self.other.known_ids(kind):
                assert id_ != own_id
                self.check(scim.send("GET", f"/{kind}/{id_}"), 404)
                self.check(scim.delete(f"/{kind}/{id_}"), 404)
                self.check(scim.patch(f"/{kind}/{id_}", {"op": "replace", "path": "displayName", "value": "taken"}), 404)
        foreign = self.tenant.scim_client(self.tenant.secret, directory_id=self.other.tenant.directory_id)
        foreign.send("GET", "/Users").expect(401)

    def search(self, scim, own_id):
        """No filter, however it is written, finds what the other has."""
        stranger, = self.other.known_ids("Users")
        for kind, filter_ in (("Users", f'title eq "{self.other.mark}"'), ("Users", f'title ne "{self.mark}" and title pr'),
                              ("Users", f'id eq "{stranger}"'), ("Users", f'not (id eq "{own_id}") and id eq "{stranger}"'),
                              ("Groups", f'members eq "{stranger}"'), ("Groups", f'members[value eq "{stranger}"]'),
                              ("Users", 'userName eq "x\' OR 1=1 --"'), ("Users", 'userName sw "%" or title co "_%"')):
            found = self.check(scim.send("GET", f"/{kind}?filter=" + quoted(filter_)), 200).json()
            assert found["totalResults"] == 0, (filter_, found)
        everybody = self.check(scim.send("GET", "/Users?count=1000&sortBy=title&filter=" + quoted("title pr")), 200).json()
        assert {u["title"] for u in everybody["Resources"]} == {self.mark}

    def known_ids(self, kind):
        return [self.first_ids[kind]]

    def seed(self):
        """One user and one group that exist all the time, for the other to try its hands on."""
        member = self.tenant.scim.create_user("seed", title=self.mark).expect(201).json()["id"]
        self.first_ids = {"Users": member,
                          "Groups": self.tenant.scim.create_group("Seed", [member]).expect(201).json()["id"]}


@pytest.fixture(scope="module")
def hammered(server):
    receiver = Receiver()
    red, blue = (Customer(server, mark) for mark in ("mark-red-7c1f", "mark-blue-93ae"))
    red.other, blue.other = blue, red
    hooks = {c: c.tenant.hook(receiver) for c in (red, blue)}
    common = red.tenant.hook(receiver, organization_id=None)
    for customer in (red, blue):
        customer.seed()
    with concurrent.futures.ThreadPoolExecutor(2 * THREADS) as pool:
        jobs = [pool.submit(customer.work, thread) for thread in range(THREADS) for customer in (red, blue)]
        for job in jobs:
            job.result()
    yield red, blue, hooks, common
    receiver.close()
    assert not receiver.faults, receiver.faults


EXPECTED_USERS = sorted(["seed@example.test"] + [f"user{t}x{n}@example.test" for t in range(THREADS)
                                                 for n in range(USERS_PER_THREAD) if n % 5 != 4])


def test_rows_stay_with_their_customer(hammered):
    red, blue, *_ = hammered
    ids = []
    for customer in (red, blue):
        resources = customer.tenant.scim.all("Users")
        assert sorted(u["userName"] for u in resources) == EXPECTED_USERS
        assert {u["title"] for u in resources} == {customer.mark}
        listed = customer.tenant.users(include_detail="true")
        assert sorted(u["email"] for u in listed) == EXPECTED_USERS
        assert customer.other.mark not in str(listed)
        groups = customer.tenant.groups(include_detail="true")
        assert sorted(g["display_name"] for g in groups) == ["Seed"] + [f"Team {t}" for t in range(THREADS)]
        members = [m["value"] for g in customer.tenant.scim.all("Groups") for m in g["members"]]
        assert set(members) == {u["id"] for u in resources}
        ids.append({u["id"] for u in resources})
    assert not ids[0] & ids[1]


def test_events_stay_with_their_customer(hammered):
    red, blue, hooks, common = hammered
    for customer in (red, blue):
        last = customer.tenant.scim.create_user("the-end").expect(201).json()["userName"]
        for hook in (hooks[customer], common):
            hook.wait_for_type("organization.directory.user_created",
                               lambda e: e["data"]["email"] == last and e["organization_id"] == customer.tenant.organization_id)
        own = hooks[customer].events()
        assert {e["organization_id"] for e in own} == {customer.tenant.organization_id}
        assert customer.other.mark not in str(own) and customer.other.tenant.directory_id not in str(own)
        created = [e for e in own if e["type"] == "organization.directory.user_created"]
        assert len(created) == THREADS * USERS_PER_THREAD + 2
        assert {e["data"]["directory_id"] for e in created} == {customer.tenant.directory_id}
    for event in common.events():
        text = str(event)
        owner, stranger = (red, blue) if event["organization_id"] == red.tenant.organization_id else (blue, red)
        assert stranger.mark not in text and stranger.tenant.directory_id not in text
        assert event["organization_id"] in (owner.tenant.organization_id, stranger.tenant.organization_id) or \
            not event["type"].startswith("organization.directory.")


def test_what_the_other_tried_changed_nothing(hammered):
    red, blue, *_ = hammered
    for customer in (red, blue):
        seed = customer.tenant.scim.user(customer.first_ids["Users"]).expect(200).json()
        assert seed["title"] == customer.mark and seed.get("displayName") != "taken"
        group = customer.tenant.scim.send("GET", f"/Groups/{customer.first_ids['Groups']}").expect(200).json()
        assert group["displayName"] == "Seed" and len(group["members"]) == 1
