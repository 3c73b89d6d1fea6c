"""Sign-ins: from the application's authorization request over the simulator of a second server, by OpenID Connect or by
SAML, to the tokens."""
import contextlib
import dataclasses
import json
import pathlib
import subprocess
import tempfile
import urllib.parse

import machine
import measure
from support.databases import Postgres, Sqlite
from support.ports import free_port
from support.process import Server
from support.saml import SamlConnection
from support.sign_in import CALLBACK, Application
from support.tenant import Tenant, api_client

BUILD = pathlib.Path(__file__).resolve().parent.parent / "build" / "bench"


@dataclasses.dataclass(frozen=True)
class Plan:
    seconds: float  # for each figure
    connections: tuple
    ways: tuple  # the protocol of the provider, and the algorithm of the ID token


FULL = Plan(seconds=5.0, connections=(1, 16), ways=(("OIDC", "RS256"), ("OIDC", "ES256"), ("SAML", "RS256")))
QUICK = Plan(seconds=1.0, connections=(1, 16), ways=(("OIDC", "RS256"), ("SAML", "RS256")))


def load(server, application, connection, connections, seconds):
    path = "/oauth/authorize?" + urllib.parse.urlencode(
        {"response_type": "code", "client_id": application.id, "redirect_uri": CALLBACK, "scope": "openid profile email",
         "state": "s", "nonce": "n", "connection_id": connection})
    exchange = urllib.parse.urlencode({"grant_type": "authorization_code", "client_id": application.id,
                                       "client_secret": application.secret, "redirect_uri": CALLBACK})
    port = server.ready["http"].rsplit(":", 1)[1]
    done = subprocess.run([BUILD / "login_load", port, str(connections), str(seconds), path, exchange], capture_output=True,
                          text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{done.stderr}\nserver: {server.process.poll() or 'runs'}\n{server.log_tail()}")
    return json.loads(done.stdout)


def started(stack, binary, database, *options):
    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doorward-bench-")))
    server = Server(binary, folder, database, ["--log-level", "warning", *options])
    stack.callback(server.abandon)
    server.start()
    return server


def saml_provider(stack, binary):
    """A server whose addresses are https, as if a proxy stood before it: a connection to it needs no debugging, which
    keeps a copy of every answer."""
    port = free_port()
    return started(stack, binary, Sqlite(), "--http-listen", f"127.0.0.1:{port}", "--base-url", f"https://127.0.0.1:{port}")


def connected(server, api, providers):
    """Connections to the other servers' simulators by both protocols, as to any other provider."""
    at = providers["OIDC"].credentials["environment_url"] + "/simulator"
    organization = Tenant(server, api).organization_id
    path = f"/api/v1/organizations/{organization}/connections"
    oidc = path + "/" + api.post(path, {"type": "OIDC", "provider": "CUSTOM"}).expect(201).json()["connection"]["id"]
    api.patch(oidc, {"debug_enabled": True, "configuration_type": "DISCOVERY",
                     "oidc_config": {"issuer": at, "client_id": "bench", "client_secret": "bench-secret"}}).expect(200)
    api.patch(oidc + ":enable").expect(200)
    saml = SamlConnection(server, api)
    metadata = providers["SAML"].client().get("/simulator/saml/metadata").expect(200).body.decode()
    saml.change(metadata_xml=metadata)
    saml.enable()
    return {"OIDC": oidc.rsplit("/", 1)[1], "SAML": saml.id}


def database(name, binary, plan):
    print(f"\n{name}, logins", flush=True)
    with contextlib.ExitStack() as stack:
        postgres = measure.database_server(stack, name)
        server = started(stack, binary, Postgres(postgres.url) if postgres else Sqlite())
        providers = {"OIDC": started(stack, binary, Sqlite()), "SAML": saml_provider(stack, binary)}
        api = api_client(server)

        def cpu():
            spent = machine.cpu_seconds(server.process.pid)
            return spent + (machine.cpu_seconds_with_children(postgres.process.pid) if postgres else 0)

        ids = connected(server, api, providers)
        figures = []
        for protocol, algorithm in plan.ways:
            application = Application(server, api)
            api.patch(f"/doorward/v1/clients/{application.id}/settings",
                      {"id_token_signed_response_alg": algorithm}).expect(200)
            provider = providers[protocol]
            load(server, application, ids[protocol], 1, 0.2)  # discovery, keys, plans
            for connections in plan.connections:
                before, before_at_provider = cpu(), machine.cpu_seconds(provider.process.pid)
                result = load(server, application, ids[protocol], connections, plan.seconds)
                figures.append({"protocol": protocol, "algorithm": algorithm, "connections": connections, **result,
                                "cpu_us": (cpu() - before) * 1e6 / max(result["logins"], 1),
                                "provider_cpu_us": (machine.cpu_seconds(provider.process.pid) - before_at_provider) * 1e6
                                / max(result["logins"], 1),
                                "rss_mib": machine.resident_mib(server.process.pid)})
                print(f"  {protocol}, {algorithm}, {connections} connections: {result['rate']:.0f} logins/s"
                      + (f", FAILURES {result['refused']}" if result["failures"] else ""), flush=True)
        return {"figures": figures, "durability": measure.durability(postgres)}
