"""The measurements of one database, from an empty one to the last stage."""
import contextlib
import dataclasses
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import machine
import requests_ahead
from support.databases import Postgres, Sqlite, psql
from support.postgres_server import PostgresServer
from support.process import Server
from support.tenant import Tenant, api_client, token
from support.waiting import wait_until

BUILD = pathlib.Path(__file__).resolve().parent.parent / "build" / "bench"
CONNECTIONS = (1, 16)
STARTS = 5
WORKING_SET = 10_000  # distinct users that keyed requests touch, spread over all stored ones
# The server trims when two looks, five seconds apart, saw no request: watch for longer than that.
IDLE_SAMPLES, IDLE_SAMPLE_SECONDS, IDLE_LIMIT_SECONDS = 16, 1.0, 120


@dataclasses.dataclass(frozen=True)
class Plan:
    stages: tuple  # stored users
    seconds: float  # for each figure
    creates: dict  # connections -> at most so many new users


FULL = Plan(stages=(1_000, 100_000), seconds=3.0, creates={1: 4_000, 16: 12_000})
QUICK = Plan(stages=(1_000,), seconds=0.5, creates={1: 1_000, 16: 3_000})


class Bench:
    """A server on one database with one directory, and the figures that were measured on it."""

    def __init__(self, server, plan, folder, postgres):
        self.server, self.plan, self.folder, self.postgres = server, plan, folder, postgres
        self.api = api_client(server)
        self.tenant = Tenant(server, self.api)
        self.scim = requests_ahead.ScimRequests(self.tenant)
        self.ids = []  # of stored users, in the order of their numbers
        self.inactive = set()  # ids
        self.created = 0
        self.figures = []

    def reconnect(self):
        """The server listens elsewhere after each start."""
        self.tenant.api = self.api = api_client(self.server)
        self.tenant.scim = self.tenant.scim_client(self.tenant.secret)

    # -- one load

    def load(self, requests, connections, *, protocol="http1", cycle=True, seconds=None, locations=None):
        path = self.folder / "requests"
        requests_ahead.save(path, requests)
        port = self.server.ready["http"].rsplit(":", 1)[1]
        command = [BUILD / "load", protocol, port, str(connections), str(seconds or self.plan.seconds),
                   "cycle" if cycle else "once", path, *([locations] if locations else [])]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{done.stderr}\nserver: {self.server.process.poll() or 'runs'}\n{self.server.log_tail()}")
        return json.loads(done.stdout)

    def cpu(self):
        server = machine.cpu_seconds(self.server.process.pid)
        return server + (machine.cpu_seconds_with_children(self.postgres.process.pid) if self.postgres else 0)

    def figure(self, operation, stored, requests, connections, **options):
        before = self.cpu()
        result = self.load(requests, connections, **options)
        spent = self.cpu() - before
        failures = sum(n for status, n in result["statuses"].items() if not status.startswith("2"))
        self.figures.append({"operation": operation, "stored": stored, "connections": connections,
                             "rate": result["rate"], "p50_us": result["p50_us"], "p99_us": result["p99_us"],
                             "cpu_us": spent * 1e6 / result["requests"], "requests": result["requests"],
                             "rss_mib": machine.resident_mib(self.server.process.pid), "failures": failures,
                             "answer_bytes": result["largest_body"]})
        print(f"  {operation}, {stored} users, {connections} connections: {result['rate']:.0f}/s"
              + (f", FAILURES {result['statuses']}" if failures else ""), flush=True)
        return result["requests"]

    # -- users

    def create(self, count, connections, stored=None):
        """New users; a figure when `stored` says at which size."""
        locations = self.folder / "locations"
        requests = self.scim.creates(self.created, count)
        options = {"cycle": False, "seconds": 600 if stored is None else None, "locations": locations}
        if stored is None:
            self.load(requests, connections, **options)
        else:
            self.figure("SCIM create", stored, requests, connections, **options)
        self.created += count
        self.ids += [line.rsplit("/", 1)[1] for line in locations.read_text().splitlines()]

    def patch_active(self, ids, stored, connections):
        sent = self.figure("SCIM PATCH active", stored, self.scim.patches(ids, self.inactive), connections)
        # Requests go out in the order of the list and every one is waited for, so the state is known.
        for index in range(sent):
            self.inactive ^= {ids[index % len(ids)]}

    def sample(self):
        step = max(1, len(self.ids) // WORKING_SET)
        return self.ids[::step][:WORKING_SET]

    def names(self):
        """Some names were never made, when a load ended before its last request: take those of stored users."""
        found = []
        for start in range(1, len(self.ids), max(1, len(self.ids) // 20)):
            page = self.tenant.scim.send("GET", f"/Users?startIndex={start}&count=50").expect(200).json()
            found += [u["userName"] for u in page["Resources"]]
        return found

    # -- stages

    def stage(self, stored):
        if len(self.ids) < stored:
            print(f"  storing {stored} users", flush=True)
            self.create(stored - len(self.ids), 16)
        ids, names = self.sample(), self.names()
        replayed = requests_ahead.list_directory_users(self.tenant, token(self.server))
        for connections in CONNECTIONS:
            if stored == self.plan.stages[0]:
                self.figure("token", stored, requests_ahead.token(self.server), connections)
            self.figure("SCIM get", stored, self.scim.gets(ids), connections)
            self.figure("SCIM userName filter", stored, self.scim.filters(names), connections)
            self.patch_active(ids, stored, connections)
            self.figure(f"SCIM list {requests_ahead.PAGE}", stored, self.scim.list_page(), connections)
            self.figure(f"gRPC list users {requests_ahead.PAGE}", stored, replayed, connections, protocol="http2")
        for connections in CONNECTIONS:
            self.create(self.plan.creates[connections], connections, stored)


def starts(server):
    """Milliseconds from the fork to ready.json on the database as it is."""
    taken = []
    for _ in range(STARTS):
        if server.stop() != 0:
            raise RuntimeError(server.log_tail())
        began = time.perf_counter()
        server.launch()
        ready = server.data_dir / "ready.json"
        while not ready.exists():
            if server.process.poll() is not None:
                raise RuntimeError(server.log_tail())
            time.sleep(0.0005)
        taken.append((time.perf_counter() - began) * 1000)
        wait_until(server._is_ready, "ready.json")
    return statistics.median(taken)


def idle_memory(server):
    """Resident MiB when it has stopped to change."""
    samples = []
    began = time.monotonic()
    while True:
        samples.append(machine.resident_mib(server.process.pid))
        last = samples[-IDLE_SAMPLES:]
        if len(last) == IDLE_SAMPLES and max(last) - min(last) < 0.1 or time.monotonic() - began > IDLE_LIMIT_SECONDS:
            return samples[-1]
        time.sleep(IDLE_SAMPLE_SECONDS)


def bare_insert(name, server, folder, postgres, creates, batches):
    """The rows of `creates` creates, inserted into an empty copy of the database, by size of transaction."""
    figures = []
    for batch in batches:
        if name == "sqlite":
            source = next(p for p in server.data_dir.rglob("*") if p.is_file() and p.read_bytes()[:16] == b"SQLite format 3\0")
            target = folder / f"bare-{batch}.db"
            copy_sqlite_schema(source, target)
            tables = grown_tables_sqlite(source, creates)
        else:
            source = server.database.url
            target = copy_postgres_schema(postgres, server.database, f"bare_{batch}")
            tables = grown_tables_postgres(source, creates)
        done = subprocess.run([BUILD / "durable_insert", source, target, str(creates), str(batch), *tables],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        figures.append({"batch": batch, "tables": tables, **json.loads(done.stdout)})
    return figures


def sqlite(path):
    import sqlite3
    return contextlib.closing(sqlite3.connect(path))


def copy_sqlite_schema(source, target):
    with sqlite(source) as db:
        statements = [row[0] for row in db.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'index'")]
    with sqlite(target) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def grown_tables_sqlite(source, creates):
    """What a create adds rows to: every table with at least one row for each of them."""
    with sqlite(source) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return [n for n in names if db.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] >= creates]


def copy_postgres_schema(postgres, database, name):
    psql(postgres.url, f"CREATE DATABASE {name}")
    target = postgres.url.rsplit("/", 1)[0] + "/" + name
    dump = subprocess.run(["pg_dump", "--schema-only", "--dbname", database.url], capture_output=True, check=True)
    subprocess.run(["psql", "-qX", "--set", "ON_ERROR_STOP=1", "--dbname", target], input=dump.stdout, check=True,
                   stdout=subprocess.DEVNULL)
    return target


def grown_tables_postgres(source, creates):
    names = psql(source, "SELECT relname FROM pg_stat_user_tables").stdout.decode().split()
    return [n for n in names if int(psql(source, f'SELECT count(*) FROM "{n}"').stdout) >= creates]


def durability(postgres):
    if not postgres:
        return "WAL, synchronous=FULL, as the server sets it"
    return ", ".join(f"{name}=" + psql(postgres.url, f"SHOW {name}").stdout.decode().strip()
                     for name in ("fsync", "synchronous_commit"))


def database_server(stack, name):
    """The PostgreSQL to measure on, as durable as in production; None for SQLite. It ends with `stack`."""
    if name != "postgres":
        return None
    postgres = PostgresServer({"fsync": "on", "synchronous_commit": "on", "shared_buffers": "256MB"})
    stack.callback(postgres.close)
    postgres.start()
    return postgres


def database(name, binary, plan):
    """Everything about one database."""
    print(f"\n{name}", flush=True)
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doorward-bench-")))
        postgres = database_server(stack, name)
        server = Server(binary, folder, Postgres(postgres.url) if postgres else Sqlite(), ["--log-level", "warning"])
        stack.callback(server.abandon)
        server.start()
        bench = Bench(server, plan, folder, postgres)
        creates = plan.stages[0]
        bench.create(creates, 16)
        time.sleep(1)  # the feed gets its numbers a moment after the commits
        # While the database holds the rows of creates and of nothing else.
        if server.stop() != 0:
            raise RuntimeError(server.log_tail())
        bare = bare_insert(name, server, folder, postgres, creates, (1, 16))
        server.start()
        bench.reconnect()
        for stored in plan.stages:
            bench.stage(stored)
        after_load = idle_memory(server)
        return {"figures": bench.figures, "bare_insert": bare, "ready_ms": starts(server), "users": len(bench.ids),
                "idle_mib": {"after load and trim": after_load, "after a start": idle_memory(server)},
                "durability": durability(postgres)}
