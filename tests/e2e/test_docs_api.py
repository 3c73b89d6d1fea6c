"""docs/api.md says what is so: its commands run as they stand there, its tables name what there is."""
import json
import pathlib
import re

import pytest

from support import documents

PAGE = "api.md"
ROOT = pathlib.Path(__file__).resolve().parents[2]
# Run by the Java part of tests/sdk, which has keytool.
ELSEWHERE = {"java-trust"}

TOLD_IN_TABLES = {"OrganizationService", "DirectoryService", "ClientService", "ClientSettingsService", "DomainService",
                  "DomainVerificationService", "ConnectionService", "ConnectionSettingsService", "SamlConnectionService",
                  "SamlKeyService", "UserAttributeService", "AuthRequestService"}


@pytest.fixture(scope="module")
def outputs(server, tmp_path_factory):
    return documents.run_shell(PAGE, server, tmp_path_factory.mktemp("docs"), leave_out=ELSEWHERE)


def test_every_block_has_a_name():
    assert not documents.unnamed(PAGE)


def test_the_commands_do_what_the_page_says(outputs):
    made = json.loads(outputs["rest"])["organization"]
    assert (made["display_name"], made["external_id"]) == ("Acme", "customer-42")
    assert json.loads(outputs["connect"])["organization"]["id"] == made["id"]
    assert "grpc-status: 0" in outputs["grpc"]
    refused = json.loads(outputs["error"])
    assert refused["error_code"] == "INVALID_ARGUMENT" and refused["request_info"]["request_id"]
    page = json.loads(outputs["paging"])
    assert len(page["organizations"]) == 1 and page["next_page_token"]
    changed = json.loads(outputs["organizations"])["organization"]
    assert (changed["id"], changed["settings"]) == (made["id"], {"features": [{"name": "dir_sync", "enabled": True}]})
    client = json.loads(outputs["callback"])["client"]
    assert client["client_type"] == "ENV" and client["initiate_login_uri"] == "http://localhost:3000/login"
    domain = json.loads(outputs["domains"])["domain"]
    assert (domain["domain"], domain["verification_status"]) == ("acme.com", "VERIFIED")
    claimed = json.loads(outputs["claim-domain"])["verification"]
    assert claimed["record_name"] == "_doorward-domain-verification.acme.co.uk"
    assert json.loads(outputs["connections"])["enabled"] is True
    assert json.loads(outputs["user-attributes"])["user_attribute"]["key"] == "department"
    secret, users = outputs["directories"].strip().split("\n", 1)
    assert len(secret) > 20 and json.loads(users)["users"] == []


def test_the_tables_of_methods_name_every_one():
    text = (documents.DOCS / PAGE).read_text()
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text())
    for item in document["paths"].values():
        for operation in item.values():
            service, method = operation["operationId"].split("_")[:2]
            if service in TOLD_IN_TABLES:
                assert re.search(rf"\b{method}\b", text), f"{method} is missing"


def test_the_table_of_errors_names_every_code_of_the_reference():
    text = (documents.DOCS / PAGE).read_text()
    document = json.loads((ROOT / "docs/reference/openapi.json").read_text())
    told = set(re.findall(r"`([A-Z_]{5,})`", text))
    descriptions = json.dumps([document["components"]["responses"], document["paths"]])
    codes = {code for codes in re.findall(r"Codes: ([^.]*)\.", descriptions) for code in re.findall(r"[A-Z_]+", codes)}
    assert len(codes) > 15
    assert not codes - told, f"without advice: {sorted(codes - told)}"
