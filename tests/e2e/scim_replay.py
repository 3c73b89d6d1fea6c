"""Replays a recorded conversation of an identity provider (format scim-dialects/1) against a SCIM endpoint.

A sequence is a list of steps. Each step is one request with placeholders and what its answer must look like; values
captured from one answer fill the placeholders of later steps. The file fixtures/scim-dialects.json explains the format
in its own words; fixtures/scim-dialects-more.json goes on with more providers.
"""
import json
import pathlib
import re
import secrets
import uuid

from support.http import quoted

FIXTURES = sorted((pathlib.Path(__file__).parent / "fixtures").glob("scim-dialects*.json"))
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
OPTIONAL_TIERS = {"etag", "bulk", "cursor"}  # only where ServiceProviderConfig announces the feature
ABSENT = object()


def sequences():
    """provider -> its sequence."""
    found = {}
    for fixture in FIXTURES:
        document = json.loads(fixture.read_text())
        assert document["format"] == "scim-dialects/1", f"unknown format {document['format']}"
        for recorded in document["sequences"]:
            assert recorded["idp"] not in found, f"{recorded['idp']} has two sequences"
            found[recorded["idp"]] = recorded
    return found


def first_values():
    """The placeholders that a run starts with; all others are captured on the way."""
    run = secrets.token_hex(5)
    values = {"run": run, "guid": str(uuid.uuid4()), "unknownId": str(uuid.uuid4()),
              "groupName": f"Staff A {run}", "groupName2": f"Staff B {run}"}
    for number, suffix in enumerate(("", "2", "3"), start=1):
        values["email" + suffix] = f"u{number}.{run}@example.test"
        values["externalId" + suffix] = f"Xt{number}{run}Qr"
    values["EMAIL"] = values["email"].upper()
    values["EXTERNALID"] = values["externalId"].upper()
    return values


def fill(template, values, encode=str):
    """The template with every placeholder, in keys and values at any depth, replaced."""
    if isinstance(template, str):
        return PLACEHOLDER.sub(lambda match: encode(str(values[match.group(1)])), template)
    if isinstance(template, list):
        return [fill(item, values, encode) for item in template]
    if isinstance(template, dict):
        return {fill(key, values, encode): fill(item, values, encode) for key, item in template.items()}
    return template


def resolve(document, pointer):
    """RFC 6901; ABSENT where it points at nothing."""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and token in document:
            document = document[token]
        elif isinstance(document, list) and token.isdecimal() and int(token) < len(document):
            document = document[int(token)]
        else:
            return ABSENT
    return document


def same(actual, wanted):
    """JSON equality: 1 and true differ although Python says otherwise."""
    return isinstance(actual, bool) == isinstance(wanted, bool) and actual == wanted


def covers(actual, wanted):
    """The actual value has at least what is wanted."""
    if isinstance(wanted, dict):
        return isinstance(actual, dict) and all(key in actual and covers(actual[key], wanted[key]) for key in wanted)
    return same(actual, wanted)


def size(value):
    return 0 if value is ABSENT or value is None else len(value)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TYPES = {"string": lambda v: isinstance(v, str), "number": is_number, "boolean": lambda v: isinstance(v, bool),
         "array": lambda v: isinstance(v, list), "object": lambda v: isinstance(v, dict)}

CHECKS = {
    "eq": same,
    "ne": lambda actual, wanted: not same(actual, wanted),
    "in": lambda actual, wanted: any(same(actual, one) for one in wanted),
    "exists": lambda actual, wanted: actual is not ABSENT and actual is not None,
    "absent": lambda actual, wanted: actual is ABSENT,
    "unset": lambda actual, wanted: actual is ABSENT or actual is None or actual in ("", [], {}),
    "type": lambda actual, wanted: TYPES[wanted](actual),
    "len": lambda actual, wanted: size(actual) == wanted,
    "lenGte": lambda actual, wanted: size(actual) >= wanted,
    "lte": lambda actual, wanted: is_number(actual) and actual <= wanted,
    "gte": lambda actual, wanted: is_number(actual) and actual >= wanted,
    "contains": lambda actual, wanted: isinstance(actual, (list, str)) and wanted in actual,
    "any": lambda actual, wanted: isinstance(actual, list) and any(covers(one, wanted) for one in actual),
    "none": lambda actual, wanted: not (isinstance(actual, list) and any(covers(one, wanted) for one in actual)),
    "startsWith": lambda actual, wanted: isinstance(actual, str) and actual.startswith(wanted),
}


def complaint(check, actual, values):
    """Nothing, or a sentence on how the value fails the check."""
    wanted = fill(check.get("value"), values)
    if CHECKS[check["op"]](actual, wanted):
        return None
    shown = "nothing" if actual is ABSENT else repr(actual)[:200]
    return f"{check.get('path') or check.get('name')} {check['op']} {wanted!r}, got {shown}"


def advertised(client):
    """The features that a server says it has."""
    config = client.get("/ServiceProviderConfig").expect(200).json()
    return {"etag": config["etag"]["supported"], "bulk": config["bulk"]["supported"],
            "cursor": bool(config.get("pagination", {}).get("cursor"))}


class Outcome:
    def __init__(self, step, complaints, skipped=False):
        self.name = step["name"]
        self.tier = step.get("tier", "required")
        self.complaints = complaints
        self.skipped = skipped

    def __repr__(self):
        return f"{self.name} [{self.tier}]: {'; '.join(self.complaints) or 'ok'}"


def replay(client, bearer, provider):
    """Plays a provider's sequence. `client` is bound to the directory's base URL and sends no credentials itself."""
    recorded = sequences()[provider]
    features = advertised(client.with_headers(Authorization=f"Bearer {bearer}"))
    values = first_values()
    outcomes = []
    for step in recorded["steps"]:
        if step.get("tier") in OPTIONAL_TIERS and not features[step["tier"]]:
            outcomes.append(Outcome(step, [], skipped=True))
            continue
        try:
            outcomes.append(Outcome(step, play(client, bearer, recorded["defaultHeaders"], step, values)))
        except KeyError as missing:
            outcomes.append(Outcome(step, [f"an earlier step did not yield {missing}"]))
    return outcomes


def play(client, bearer, default_headers, step, values):
    headers = fill({**default_headers, **(step.get("headers") or {})}, values)
    if step.get("auth") != "none":
        headers.setdefault("Authorization", f"Bearer {bearer}")
    template = step.get("body")
    if template is None:
        body = None
        headers.pop("Content-Type", None)
    elif isinstance(template, str):
        body = fill(template, values).encode()
    else:
        body = json.dumps(fill(template, values)).encode()
    answer = client.request(step["method"], fill(step["path"], values, quoted), body=body, headers=headers)

    expected = step["expect"]
    if answer.status not in expected["status"]:
        return [f"answered {answer.status}, wanted {expected['status']}: {answer.body[:300]!r}"]
    complaints = [complaint(check, answer.headers.get(check["name"], ABSENT), values)
                  for check in expected.get("headerChecks") or []]
    if answer.status == 204:
        complaints += ["204 came with a body"] if answer.body else []
    elif answer.body:
        document = answer.json()
        complaints += [complaint(check, resolve(document, fill(check["path"], values)), values)
                       for check in expected.get("bodyChecks") or []]
        for name, pointer in (step.get("capture") or {}).items():
            found = resolve(document, pointer)
            if found is not ABSENT:
                values[name] = found
    elif expected.get("bodyChecks") and answer.status != 304:
        complaints.append("the answer has no body")
    return [c for c in complaints if c]
