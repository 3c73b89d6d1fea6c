"""A directory of 1,000,000 users and 10,000 groups: look-ups while it is written to, deep pages, one member of 100,000,
the initial load, and the same keys asked of the bare database."""
import contextlib
import dataclasses
import json
import pathlib
import random
import re
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

import crowded_directory
import machine
import measure
import requests_ahead
from support.databases import Postgres, Sqlite, psql
from support.http import quoted
from support.process import Server
from support.tenant import Tenant, api_client

BUILD = pathlib.Path(__file__).resolve().parent.parent / "build" / "bench"
CONNECTIONS = 16
WRITES_PER_SECOND = 25  # what Entra sends to one tenant
KEYS = 10_000  # distinct ones that look-ups ask for
PAGE = 100


@dataclasses.dataclass(frozen=True)
class Plan:
    users: int
    groups: int
    members: int  # of the large group
    loaded: int  # users of the initial load
    seconds: float  # for each figure


FULL = Plan(users=1_000_000, groups=10_000, members=100_000, loaded=100_000, seconds=5.0)
QUICK = Plan(users=50_000, groups=500, members=10_000, loaded=2_000, seconds=1.0)


class Writer:
    """Changes users of the directory at a steady rate until it is closed."""

    def __init__(self, tenant, ids):
        self.tenant, self.ids, self.failures, self.count = tenant, ids, 0, 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        scim = self.tenant.scim_client(self.tenant.secret)
        due = time.monotonic()
        while not self.ended.is_set():
            answer = scim.set_active(self.ids[self.count % len(self.ids)], self.count % 2 == 0)
            self.failures += answer.status >= 300
            self.count += 1
            due += 1 / WRITES_PER_SECOND
            self.ended.wait(max(0.0, due - time.monotonic()))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.thread.join()


class Bench:
    def __init__(self, name, binary, plan, postgres, folder):
        self.name, self.plan, self.postgres, self.folder = name, plan, postgres, folder
        self.server = Server(binary, folder, Postgres(postgres.url) if postgres else Sqlite(), ["--log-level", "error"])
        self.server.start()
        self.tenant = Tenant(self.server, api_client(self.server))
        self.figures = []

    def fill(self):
        print(f"  storing {self.plan.users} users and {self.plan.groups} groups", flush=True)
        template = self.tenant.scim.create_user("template").expect(201).json()["id"]
        group = self.tenant.scim.create_group("template", [template]).expect(201).json()["id"]
        if self.server.stop() != 0:
            raise RuntimeError(self.server.log_tail())
        self.crowd = crowded_directory.fill(self, template, group)
        self.server.start()
        self.tenant.api = api_client(self.server)
        self.tenant.scim = self.tenant.scim_client(self.tenant.secret)
        self.requests = requests_ahead.ScimRequests(self.tenant)
        numbers = random.Random(1).sample(range(1, self.plan.users + 1), min(KEYS, self.plan.users))
        self.keys = [self.crowd.user(n) for n in numbers]

    def load(self, requests, connections, cycle=True, seconds=None):
        path = self.folder / "requests"
        requests_ahead.save(path, requests)
        port = self.server.ready["http"].rsplit(":", 1)[1]
        done = subprocess.run([BUILD / "load", "http1", port, str(connections), str(seconds or self.plan.seconds),
                               "cycle" if cycle else "once", path], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{done.stderr}\n{self.server.log_tail()}")
        return json.loads(done.stdout)

    def keep(self, operation, connections, rate, p50_us, p99_us, failures, **more):
        self.figures.append({"operation": operation, "connections": connections, "rate": rate, "p50_us": p50_us,
                             "p99_us": p99_us, "failures": failures,
                             "rss_mib": machine.resident_mib(self.server.process.pid), **more})
        print(f"  {operation}: p99 {p99_us / 1000:.1f} ms" + (f", {failures} FAILURES" if failures else ""), flush=True)

    def figure(self, operation, requests, connections=CONNECTIONS, **options):
        result = self.load(requests, connections, **options)
        failures = sum(n for status, n in result["statuses"].items() if not status.startswith("2"))
        self.keep(operation, connections, result["rate"], result["p50_us"], result["p99_us"], failures)

    # -- what is measured

    def look_ups(self):
        """Each finds one resource; meanwhile the directory is written to."""
        def by(path, filter_of, keys=None):
            return [self.requests.send("GET", f"/{path}?filter=" + quoted(filter_of(key))) for key in keys or self.keys]

        members = [self.crowd.user(n) for n in self.crowd.members_of_small_groups(KEYS)]
        names = [self.crowd.group(1 + n % self.plan.groups) for n in range(min(KEYS, self.plan.groups))]
        looks = {
            "id eq": by("Users", lambda u: f'id eq "{u.id}"'),
            "userName eq": by("Users", lambda u: f'userName eq "{u.name}"'),
            "externalId eq": by("Users", lambda u: f'externalId eq "{u.external_id}"'),
            "emails.value eq": by("Users", lambda u: f'emails.value eq "{u.name}"'),
            'emails[type eq "work"].value eq': by("Users", lambda u: f'emails[type eq "work"].value eq "{u.name}"'),
            "userName eq or externalId eq": by("Users", lambda u: f'userName eq "{u.name}" or externalId eq "x{u.id}"'),
            "group displayName eq": [self.requests.send("GET", "/Groups?excludedAttributes=members&filter=" +
                                                        quoted(f'displayName eq "{g.name}"')) for g in names],
            "group members.value eq": [self.requests.send("GET", "/Groups?excludedAttributes=members&filter=" +
                                                          quoted(f'members.value eq "{u.id}"')) for u in members],
        }
        with Writer(self.tenant, [u.id for u in self.keys[:1000]]) as writer:
            for operation, requests in looks.items():
                self.figure(operation, requests)
        self.keep(f"(meanwhile {writer.count} changes)", 1, 0, 0, 0, writer.failures)

    def pages(self):
        """A page by cursor at the start and deep in the list; the same by index, for comparison."""
        def page(query):
            return self.tenant.scim.send("GET", f"/Users?count={PAGE}&{query}").expect(200).json()

        for label, query in (("", ""), (", sorted by userName", "sortBy=userName&")):
            cursor, walked = page(query + "cursor=")["nextCursor"], 1
            start = time.monotonic()
            wide = self.tenant.scim.send("GET", f"/Users?count=1000&{query}cursor=").expect(200).json()
            while walked * 1000 < self.plan.users * 0.9:
                wide = self.tenant.scim.send("GET", f"/Users?count=1000&attributes=id&{query}cursor={wide['nextCursor']}"
                                             ).expect(200).json()
                walked += 1
            took = time.monotonic() - start
            self.keep(f"walk by cursor, 1000 a page{label}", 1, walked / took, took / walked * 1e6, took / walked * 1e6, 0)
            for where, token, count in (("second page", cursor, PAGE), (f"page after {walked * 1000}", wide["nextCursor"], 1000)):
                self.figure(f"{where} by cursor, {count} users{label}",
                            [self.requests.send("GET", f"/Users?count={count}&attributes=id&{query}cursor={token}")], 1)
            first = page(query + "cursor=")
            self.figure(f"first page by cursor, {PAGE} users{label}",
                        [self.requests.send("GET", f"/Users?count={PAGE}&attributes=id&{query}cursor=")], 1)
            assert first["totalResults"] >= self.plan.users
        for start in (1, self.plan.users * 9 // 10):
            self.figure(f"startIndex={start}, {PAGE} users",
                        [self.requests.send("GET", f"/Users?startIndex={start}&count={PAGE}&attributes=id")], 1)

    def large_group(self):
        group = self.crowd.large_group
        outsider = self.crowd.user(self.plan.users).id
        one = {"value": outsider}
        changes = [self.requests.send("PATCH", f"/Groups/{group}", {
            "schemas": [requests_ahead.PATCH_SCHEMA], "Operations": [operation]}) for operation in (
                {"op": "add", "path": "members", "value": [one]},
                {"op": "remove", "path": f'members[value eq "{outsider}"]'})]
        self.figure(f"one member more or less of {self.plan.members}", changes, 1)
        self.figure("that group without its members",
                    [self.requests.send("GET", f"/Groups/{group}?excludedAttributes=members")], 1)
        self.figure("is this user in that group",
                    [self.requests.send("GET", "/Groups?excludedAttributes=members&filter=" +
                                        quoted(f'id eq "{group}" and members eq "{u.id}"')) for u in self.keys[:1000]], 1)
        took = []
        for _ in range(5):
            began = time.monotonic()
            shown = self.tenant.scim.send("GET", f"/Groups/{group}").expect(200).json()
            took.append(time.monotonic() - began)
            assert len(shown["members"]) >= self.plan.members, len(shown["members"])
        self.keep(f"that group with its {self.plan.members} members", 1, 1 / statistics.mean(took),
                  statistics.median(took) * 1e6, max(took) * 1e6, 0)

    def initial_load(self):
        """Users of a second directory, one by one and, where the endpoint takes it, in bulk."""
        tenant = Tenant(self.server, self.tenant.api)
        scim = requests_ahead.ScimRequests(tenant)
        self.figure(f"{self.plan.loaded} users by POST", scim.creates(0, self.plan.loaded), cycle=False, seconds=1800)
        bulk = tenant.scim.send("GET", "/ServiceProviderConfig").expect(200).json()["bulk"]
        if not bulk["supported"]:
            return
        each = min(bulk["maxOperations"], 500)
        batches = [scim.bulk_creates(self.plan.loaded + first, min(each, self.plan.loaded - first))
                   for first in range(0, self.plan.loaded, each)]
        began = time.monotonic()
        result = self.load(batches, 4, cycle=False, seconds=1800)
        took = time.monotonic() - began
        failures = sum(n for status, n in result["statuses"].items() if not status.startswith("2"))
        stored = tenant.scim.send("GET", "/Users?count=0").expect(200).json()["totalResults"]
        self.keep(f"{self.plan.loaded} users by Bulk, {each} each", 4, self.plan.loaded / took, result["p50_us"],
                  result["p99_us"], failures + abs(2 * self.plan.loaded - stored))

    def bare(self):
        """The same keys, asked of the database without a server between."""
        queries = {
            "id": "SELECT attributes FROM directory_users WHERE {scope} AND id = {id}",
            "userName": "SELECT attributes FROM directory_users WHERE {scope} AND user_name_folded = {name}",
            "externalId": "SELECT attributes FROM directory_users WHERE {scope} AND external_id = {external_id}",
            "emails.value": "SELECT u.attributes FROM directory_user_emails e JOIN directory_users u ON "
                            "u.environment_id = e.environment_id AND u.directory_id = e.directory_id AND u.id = e.user_id "
                            "WHERE {scope} AND e.email_folded = {name}",
        }
        figures = []
        for key, query in queries.items():
            prefix = "e." if " e " in query else ""
            scope = " AND ".join(f"{prefix}{column} = '{value}'" for column, value in self.crowd.scope.items())
            asked = self.bare_postgres if self.postgres else self.bare_sqlite
            figures.append({"key": key, **asked(query, scope)})
        return figures

    def bare_sqlite(self, query, scope):
        with contextlib.closing(sqlite3.connect(crowded_directory.sqlite_file(self))) as db:
            statement = query.format(scope=scope, id=":id", name=":name", external_id=":external_id")
            took = []
            for user in self.keys:
                began = time.perf_counter()
                rows = db.execute(statement, dataclasses.asdict(user)).fetchall()
                took.append((time.perf_counter() - began) * 1e6)
                assert len(rows) == 1, user
        return {"rate": len(took) / sum(took) * 1e6, "p50_us": statistics.median(took),
                "p99_us": statistics.quantiles(took, n=100)[98], "connections": 1}

    def bare_postgres(self, query, scope):
        """By pgbench with prepared statements; it writes one line a transaction."""
        script = self.folder / "key.sql"
        random_user = self.crowd.user_in_sql(":n")
        script.write_text(f"\\set n random(1, {self.plan.users})\n" + query.format(scope=scope, **random_user) + ";\n")
        log = self.folder / "pgbench"
        pgbench = next(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
        subprocess.run([pgbench, "--no-vacuum", "--protocol=prepared", f"--client={CONNECTIONS}", "--jobs=2",
                        f"--time={max(1, round(self.plan.seconds))}", f"--file={script}", "--log", f"--log-prefix={log}",
                        self.server.database.url], check=True, capture_output=True)
        took = []
        for path in self.folder.glob("pgbench.*"):
            took += [int(line.split()[2]) for line in path.read_text().splitlines()]
            path.unlink()
        return {"rate": len(took) / max(1, round(self.plan.seconds)), "p50_us": statistics.median(took),
                "p99_us": statistics.quantiles(took, n=100)[98], "connections": CONNECTIONS}

    def peak_mib(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def database(name, binary, plan):
    print(f"\n{name}: directory", flush=True)
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doorward-bench-")))
        postgres = measure.database_server(stack, name)
        bench = Bench(name, binary, plan, postgres, folder)
        stack.callback(bench.server.abandon)
        bench.fill()
        before = machine.resident_mib(bench.server.process.pid)
        for step in (bench.look_ups, bench.pages, bench.large_group, bench.initial_load):
            step()
        return {"figures": bench.figures, "bare": bench.bare(), "users": plan.users, "groups": plan.groups,
                "memory_mib": {"after a start": before, "at most": bench.peak_mib()},
                "durability": measure.durability(postgres)}
