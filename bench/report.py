"""Tables for people."""

# (database, operation, connections) -> aimed rate and CPU, for 2 cores with the generator beside the server.
AIMS = {("sqlite", "SCIM create", 16): (6_000, None), ("postgres", "SCIM create", 16): (3_000, 150),
        ("sqlite", "SCIM get", 16): (20_000, 45), ("postgres", "SCIM get", 16): (20_000, 45),
        ("sqlite", "SCIM PATCH active", 16): (4_000, None), ("postgres", "SCIM PATCH active", 16): (2_000, None),
        ("sqlite", "SCIM list 50", 16): (2_000, None), ("postgres", "SCIM list 50", 16): (2_000, None)}
IDLE_AIM_MIB = 25
READY_AIM_MS = 150
TOKEN_AIM_SIGNATURES = 1.1
# Of the two RSA-2048 signatures that a login needs: ID token and access token.
LOGIN_AIM_SIGNATURES = {"OIDC": 1.5, "SAML": 2.0}
# Responses a second and core, of those of node-saml.
RESPONSES_AIM_TIMES = 25
# Of what is refused before libxml2 sees it; the others have none.
REFUSAL_AIM_US = 1_000
PARSED_REASONS = ("wrong_root", "signature_invalid")
WEBHOOK_AIM_P99_MS = 250
DEAD_AIM_CHANGE = 0.1
LOOK_UP_AIM_P99_MS = 20
MEMBER_AIM_P99_MS = 50


def print_machine(machine):
    print(f"{machine['cpu']}, {machine['cores']} cores (generator, server and database share them), "
          f"{machine['memory_mib']} MiB, Linux {machine['kernel']}, temporary folder on {machine['filesystem']}", flush=True)


def verdict(name, figure):
    rate, cpu = AIMS.get((name, figure["operation"], figure["connections"]), (None, None))
    if rate is None:
        return ""
    missed = [f"{rate}/s"] * (figure["rate"] < rate) + [f"{cpu} µs"] * bool(cpu and figure["cpu_us"] > cpu)
    return "below the aim of " + " and ".join(missed) if missed else "meets its aim"


def print_database(name, result, machine):
    print(f"\n{name}: {result['durability']}")
    print(f"{'operation':22} {'stored':>7} {'conn':>4} {'rate/s':>8} {'p50 µs':>8} {'p99 µs':>8} {'CPU µs':>7} {'RSS MiB':>7}")
    for f in result["figures"]:
        failed = f"  {f['failures']} FAILED" if f["failures"] else ""
        print(f"{f['operation']:22} {f['stored']:>7} {f['connections']:>4} {f['rate']:>8.0f} {f['p50_us']:>8.0f} "
              f"{f['p99_us']:>8.0f} {f['cpu_us']:>7.1f} {f['rss_mib']:>7.1f}  {verdict(name, f)}{failed}")
    token = next(f for f in result["figures"] if f["operation"] == "token" and f["connections"] == 16)
    print(f"token: {token['cpu_us'] / machine['rsa2048_sign_us']:.2f} RSA-2048 signatures of "
          f"{machine['rsa2048_sign_us']:.0f} µs (aim {TOKEN_AIM_SIGNATURES})")
    for b in result["bare_insert"]:
        print(f"bare durable insert of the rows of a create ({', '.join(b['tables'])}), {b['batch']} in a transaction: "
              f"{b['rate']:.0f}/s, {b['cpu_us']:.1f} µs CPU")
    print(f"ready after {result['ready_ms']:.0f} ms on {result['users']} users (aim {READY_AIM_MS})")
    for when, mib in result["idle_mib"].items():
        print(f"idle memory {when}: {mib:.1f} MiB (aim {IDLE_AIM_MIB})")
    print_growth(result["figures"])


def print_growth(figures):
    """Keyed operations should not care how many users there are."""
    by_key = {(f["operation"], f["connections"], f["stored"]): f["cpu_us"] for f in figures}
    for operation in ("SCIM get", "SCIM userName filter", "SCIM PATCH active", "SCIM create"):
        few, many = (by_key.get((operation, 16, stored)) for stored in (1_000, 100_000))
        if few and many:
            print(f"{operation}: {100 * (many / few - 1):+.0f} % CPU from 1,000 to 100,000 users (aim: at most +20)")


def print_logins(name, result, machine):
    print(f"\n{name}, logins from the authorization request to the tokens, a second server's simulator as identity provider: "
          f"{result['durability']}")
    print(f"{'provider':8} {'ID token':10} {'conn':>4} {'logins/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs':>8} {'RSS MiB':>7} {'IdP µs':>7}")
    signatures = 2 * machine["rsa2048_sign_us"]
    for f in result["figures"]:
        remarks = [f"{f['failures']} FAILED"] if f["failures"] else []
        if f["algorithm"] == "RS256":
            share, aim = f["cpu_us"] / signatures, LOGIN_AIM_SIGNATURES[f["protocol"]]
            remarks.append(f"{share:.2f} times two RSA-2048 signatures ("
                           + ("meets the aim" if share <= aim else f"aim {aim}") + ")")
        print(f"{f['protocol']:8} {f['algorithm']:10} {f['connections']:>4} {f['rate']:>8.0f} {f['p50_us'] / 1000:>8.2f} "
              f"{f['p99_us'] / 1000:>8.2f} {f['cpu_us']:>8.0f} {f['rss_mib']:>7.1f} {f['provider_cpu_us']:>7.0f}  "
              + ", ".join(remarks))


def print_responses(result):
    speed = result["openssl"]
    print(f"\nSAML responses checked by one core, from base64 to the person; openssl speed, RSA-2048: {speed['verify']:.0f} "
          f"verifications/s, {speed['sign']:.0f} signatures/s")
    print(f"{'response':24} {'bytes':>6} {'checked/s':>9} {'µs':>7} {'verifications':>13} {'node-saml/s':>11} {'times':>6}")
    for f in result["figures"]:
        times = f["rate"] / f["node_saml_rate"]
        verdict = "meets its aim" if times >= RESPONSES_AIM_TIMES else f"below the aim of {RESPONSES_AIM_TIMES} times"
        print(f"{f['response']:24} {f['bytes']:>6} {f['rate']:>9.0f} {1e6 / f['rate']:>7.0f} {speed['verify'] / f['rate']:>13.1f} "
              f"{f['node_saml_rate']:>11.0f} {times:>6.1f}  {verdict}")
    print("\nwhat a refusal costs, from the form or the query to the reason")
    print(f"{'message':28} {'bytes':>8} {'reason':19} {'CPU µs':>7}")
    for f in result["refusals"]:
        verdict = ("" if f["reason"] in PARSED_REASONS else "meets its aim" if f["cpu_us"] <= REFUSAL_AIM_US
                   else f"above the aim of {REFUSAL_AIM_US} µs")
        print(f"{f['message']:28} {f['bytes']:>8} {f['reason']:19} {f['cpu_us']:>7.1f}  {verdict}")


def print_webhooks(name, result):
    print(f"\n{name}, webhooks, from the answer to SCIM to the arrival of the event: {result['durability']}")
    print(f"{'live endpoints':30} {'dead':>4} {'events/s':>8} {'deliv./s':>8} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} "
          f"{'CPUs':>5} {'RSS MiB':>7}")
    alone = {}
    for f in result["latency"]:
        key = (f["layout"], f["rate"])
        remarks = ["meets its aim" if f["p99_ms"] < WEBHOOK_AIM_P99_MS else f"above the aim of {WEBHOOK_AIM_P99_MS} ms"]
        if not f["dead"]:
            alone[key] = f["p99_ms"]
        elif key in alone:
            remarks.append(f"p99 {100 * (f['p99_ms'] / alone[key] - 1):+.0f} % by the dead (aim: less than "
                           f"{DEAD_AIM_CHANGE:.0%})")
        print_webhook_figure(f"{f['layout']:30} {f['dead']:>4}", f, remarks)
    print(f"\n{name}, a fresh event to another endpoint while deliveries wait for one that is disabled")
    for f in result["backlog"]:
        before = result["backlog"][0]
        remarks = [f"{f['queued']} wait at the end"]
        if f is not before:
            remarks.append(f"RSS {f['rss_mib'] - before['rss_mib']:+.1f} MiB, p99 {f['p99_ms'] - before['p99_ms']:+.1f} ms")
        if f["backlog"]:
            remarks.append(f"of the waiting {f['backlog'] / f['seconds']:.0f}/s go out")
        print_webhook_figure(f"{f['phase']:35}", f, remarks)


def print_webhook_figure(label, f, remarks):
    remarks = remarks + [f"{f[what]} {what.upper()}" for what in ("missing", "failures") if f[what]]
    remarks += [f"{f['repeated']} repeated"] * bool(f["repeated"])
    print(f"{label} {f['event_rate']:>8.0f} {f['delivery_rate']:>8.0f} {f['p50_ms']:>8.1f} {f['p99_ms']:>8.1f} "
          f"{f['max_ms']:>8.1f} {f['cpu_share']:>5.2f} {f['rss_mib']:>7.1f}  {', '.join(remarks)}")


def print_directory(name, result):
    print(f"\n{name}, a directory of {result['users']} users and {result['groups']} groups: {result['durability']}")
    print(f"{'operation':55} {'conn':>4} {'rate/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'RSS MiB':>7}")
    for f in result["figures"]:
        remarks = [f"{f['failures']} FAILED"] if f["failures"] else []
        aim = (LOOK_UP_AIM_P99_MS if " eq" in f["operation"] else MEMBER_AIM_P99_MS if f["operation"].startswith("one member")
               else None)
        if aim:
            remarks.append("meets its aim" if f["p99_us"] < aim * 1000 else f"above the aim of {aim} ms")
        print(f"{f['operation']:55} {f['connections']:>4} {f['rate']:>8.0f} {f['p50_us'] / 1000:>8.2f} "
              f"{f['p99_us'] / 1000:>8.2f} {f['rss_mib']:>7.1f}  {', '.join(remarks)}")
    for b in result["bare"]:
        print(f"bare database by {b['key']:12} {b['connections']:>4} {b['rate']:>8.0f} {b['p50_us'] / 1000:>8.3f} "
              f"{b['p99_us'] / 1000:>8.3f}")
    for when, mib in result["memory_mib"].items():
        print(f"memory {when}: {mib:.1f} MiB")
