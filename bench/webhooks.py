"""Webhooks: from the answer to the identity provider to the arrival of the event, and 1,000,000 that wait meanwhile."""
import contextlib
import dataclasses
import json
import math
import pathlib
import subprocess
import tempfile

import machine
import measure
import queued
import requests_ahead
from support.databases import Postgres, Sqlite
from support.process import Server
from support.tenant import Tenant, api_client
from support.waiting import wait_until

BUILD = pathlib.Path(__file__).resolve().parent.parent / "build" / "bench"
ENDPOINTS = "/doorward/v1/webhook_endpoints"
EVENT = "organization.directory.user_created"
KINDS = ("live", "backlog", "broken", "silent", "refusing")
DEAD = ("silent", "broken", "refusing")  # in this order: one dead endpoint is one that never answers
DEAD_SHARE = 0.1
SHARED_ORGANIZATIONS = 16  # among which events are spread where every endpoint gets all of them


@dataclasses.dataclass(frozen=True)
class Layout:
    endpoints: int  # live ones; the dead come beside them
    own: bool  # each belongs to an organization of its own, so an event goes to one; otherwise each gets every event

    def __str__(self):
        return f"{self.endpoints}, " + ("each of an organization" if self.own else "each gets every event")


@dataclasses.dataclass(frozen=True)
class Plan:
    layouts: tuple
    rates: tuple  # events a second
    seconds: float  # of sending, for each figure
    patience: float  # seconds for what is still on its way after that
    queued: int  # deliveries that wait
    queues: int  # directories that they belong to


FULL = Plan((Layout(1, False), Layout(10, False), Layout(10, True), Layout(1000, True)), (100, 500), 5.0, 10.0,
            1_000_000, 100)
QUICK = Plan((Layout(1, False), Layout(10, False), Layout(100, True)), (100, 500), 1.0, 3.0, 50_000, 50)


class Receivers:
    """The process that sends requests and receives webhooks."""

    def __init__(self, server, folder, counts):
        self.folder = folder
        port = server.ready["http"].rsplit(":", 1)[1]
        self.process = subprocess.Popen([BUILD / "webhook_load", port, *(str(counts.get(kind, 0)) for kind in KINDS)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ports = iter(self.process.stdout.readline().split())
        self.urls = {kind: [f"http://127.0.0.1:{next(ports)}/{kind}" for _ in range(counts.get(kind, 0))]
                     for kind in KINDS}

    def run(self, requests, copies, rate, patience):
        requests_ahead.save(self.folder / "requests", requests)
        (self.folder / "copies").write_text("".join(f"{n}\n" for n in copies))
        print("run", self.folder / "requests", self.folder / "copies", rate, patience, file=self.process.stdin,
              flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"webhook_load ended with {self.process.wait()}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Source:
    """Organizations with a directory each, whose new users are the events."""

    def __init__(self, tenants, copies):
        self.scim = [requests_ahead.ScimRequests(tenant) for tenant in tenants]
        self.copies = copies  # live endpoints that an event of each goes to
        self.made = 0

    def requests(self, count):
        requests, copies = [], []
        for number in range(self.made, self.made + count):
            at = number % len(self.scim)
            requests += self.scim[at].creates(number, 1)
            copies.append(self.copies[at])
        self.made += count
        return requests, copies


class Stage:
    """A server on an empty database, and what is connected to it."""

    def __init__(self, name, binary, postgres):
        self.name, self.binary, self.postgres = name, binary, postgres
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="doorward-bench-")))
        self.server = Server(self.binary, self.folder, Postgres(self.postgres.url) if self.postgres else Sqlite(),
                             ["--log-level", "error"])
        self.stack.callback(self.server.abandon)
        self.server.start()
        self.api = api_client(self.server)
        return self

    def __exit__(self, *error):
        self.stack.close()

    def restart(self, between=lambda: None):
        if self.server.stop() != 0:
            raise RuntimeError(self.server.log_tail())
        between()
        self.server.start()
        self.api = api_client(self.server)

    def receivers(self, **counts):
        receivers = Receivers(self.server, self.folder, counts)
        self.stack.callback(receivers.close)
        return receivers

    def tenants(self, count):
        return [Tenant(self.server, self.api) for _ in range(count)]

    def endpoint(self, url, tenant=None, **fields):
        if tenant:
            fields["organization_id"] = tenant.organization_id
        created = self.api.post(ENDPOINTS, {"url": url, "event_types": [EVENT], **fields}).expect(200, 201).json()
        return created["endpoint"]["id"]

    def cpu(self):
        server = machine.cpu_seconds(self.server.process.pid)
        return server + (machine.cpu_seconds_with_children(self.postgres.process.pid) if self.postgres else 0)

    def measure(self, receivers, source, rate, plan, **labels):
        before = self.cpu()
        figure = receivers.run(*source.requests(round(rate * plan.seconds)), rate, plan.patience)
        spent = self.cpu() - before
        failures = sum(n for status, n in figure["statuses"].items() if not status.startswith("2"))
        figure |= {"rate": rate, "cpu_share": spent / figure["seconds"], "failures": failures,
                   "rss_mib": machine.resident_mib(self.server.process.pid), **labels}
        print(f"  {labels}, {rate} events/s: p99 {figure['p99_ms']:.1f} ms", flush=True)
        return figure


def dead_counts(layout):
    total = max(1, math.ceil(layout.endpoints * DEAD_SHARE))
    return {kind: len(range(at, total, len(DEAD))) for at, kind in enumerate(DEAD)}


def latency(name, binary, postgres, layout, with_dead, plan):
    """The figures of one layout, by rate."""
    dead = dead_counts(layout) if with_dead else {}
    with Stage(name, binary, postgres) as stage:
        receivers = stage.receivers(live=layout.endpoints, **dead)
        live, lost = receivers.urls["live"], [url for kind in DEAD for url in receivers.urls[kind]]
        if layout.own:
            tenants = stage.tenants(len(live) + len(lost))
            for url, tenant in zip(live + lost, tenants):
                stage.endpoint(url, tenant)
            source = Source(tenants, [1] * len(live) + [0] * len(lost))
        else:
            for url in live + lost:
                stage.endpoint(url)
            tenants = stage.tenants(SHARED_ORGANIZATIONS)
            source = Source(tenants, [len(live)] * len(tenants))
        return [stage.measure(receivers, source, rate, plan, layout=str(layout), dead=len(lost)) for rate in plan.rates]


def backlog(name, binary, postgres, plan):
    """A fresh event to another endpoint, and memory, before and while so many deliveries wait, and while they go out."""
    with Stage(name, binary, postgres) as stage:
        first = stage.receivers(refusing=1)
        waiting = stage.endpoint(first.urls["refusing"][0])
        queues = stage.tenants(plan.queues)
        for tenant in queues:
            tenant.scim.create_user().expect(201)
        wait_until(lambda: queued.waiting(stage, waiting) == plan.queues, "a delivery of each directory")
        stage.api.patch(f"{ENDPOINTS}/{waiting}", {"enabled": False}).expect(200)
        fresh = stage.tenants(1)[0]

        def look(phase):
            receivers = stage.receivers(live=1, backlog=1)
            url = receivers.urls["live"][0]
            other = stage.endpoint(url, fresh)
            if phase == "going out":
                goal = {"url": receivers.urls["backlog"][0], "enabled": True}
                stage.api.patch(f"{ENDPOINTS}/{waiting}", goal).expect(200)
            source = Source([fresh], [1])
            source.made = look.made
            figure = stage.measure(receivers, source, plan.rates[0], plan, phase=phase)
            look.made = source.made
            stage.api.delete(f"{ENDPOINTS}/{other}").expect(200)
            return figure | {"queued": queued.waiting(stage, waiting)}

        look.made = 0
        stage.restart()
        figures = [look("empty")]
        stage.restart(lambda: queued.fill(stage, waiting, plan.queued))
        figures.append(look("waiting"))
        figures.append(look("going out"))
        return figures


def database(name, binary, plan):
    print(f"\n{name}: webhooks", flush=True)
    with contextlib.ExitStack() as stack:
        postgres = measure.database_server(stack, name)
        figures = [figure for layout in plan.layouts for dead in (False, True)
                   for figure in latency(name, binary, postgres, layout, dead, plan)]
        return {"latency": figures, "backlog": backlog(name, binary, postgres, plan),
                "durability": measure.durability(postgres)}
