"""The webhook receivers that the seed prints, sent to by the running server: as printed, and with their corrections."""
import json
import pathlib

import pytest

from program import new_secret, signed

HERE = pathlib.Path(__file__).parent
ENDPOINTS = "/doorward/v1/webhook_endpoints"
PATH = "/webhook"
LANGUAGES = {"js": "js", "py": "python", "go": "go"}
BODY = json.dumps({"id": "evt_1", "type": "organization.directory.user_deleted", "data": {"email": "Zoë@example.test"}}).encode()


def lines(name, marks):
    return "".join(line[1:] for line in (HERE / f"seed.{name}.diff").read_text().splitlines(True) if line[0] in marks)


def program_of(name, marks):
    # The page does not print which parser the application uses; what is printed reads a parsed body.
    parser = "express.json()" if "-" in marks else "express.text({ type: 'application/json' })"
    return (HERE / "around" / f"seed.{name}").read_text().replace("BODY_PARSER", parser).replace("SAMPLE", lines(name, marks))


@pytest.fixture(scope="session", params=LANGUAGES)
def corrected(request, build):
    return build(f"seed-{request.param}", LANGUAGES[request.param], program_of(request.param, " +"))


def test_tells_the_application_of_users(tenant, corrected, start):
    secret = new_secret()
    program = start(corrected, secret)
    tenant.api.post(ENDPOINTS, {"url": program.url(PATH), "secret": secret, "organization_id": tenant.organization_id,
                                "event_types": ["organization.directory.*"]}).expect(201)
    ann = tenant.scim.create_user("ann", displayName="Ann 東京").expect(201).json()["id"]
    tenant.scim.patch(f"/Users/{ann}", {"op": "replace", "path": "title", "value": "Chief"}).expect(200, 204)
    tenant.scim.delete(f"/Users/{ann}").expect(204)
    program.wait_for_event("deactivated ann@example.test")
    assert [line.split()[1:3] for line in program.events()] == [[what, "ann@example.test"]
                                                               for what in ("created", "updated", "deactivated")]


def test_refuses_what_was_not_signed(corrected, start):
    secret = new_secret()
    program = start(corrected, secret)
    good = signed(secret, "evt_1", BODY)
    assert program.post(good, BODY, PATH) == 201
    program.wait_for_event("deactivated Zoë@example.test")
    assert program.post(good, BODY.replace(b"Zo", b"Jo"), PATH) == 400
    assert program.post({**good, "webhook-id": "evt_2"}, BODY, PATH) == 400
    assert program.post(signed(new_secret(), "evt_1", BODY), BODY, PATH) == 400
    assert len(program.events()) == 1


@pytest.mark.parametrize("name, answer", [("js", 400), ("py", 500)])
def test_needs_its_corrections(build, start, name, answer):
    """Node verifies the text of a parsed body, which no server can sign; Python answers with a class it never imports."""
    secret = new_secret()
    program = start(build(f"seed-printed-{name}", LANGUAGES[name], program_of(name, " -")), secret)
    assert program.post(signed(secret, "evt_1", BODY), BODY, PATH) == answer
