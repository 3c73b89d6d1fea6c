"""docs/scim.md says what is so: its commands run as they stand there, its limits and names are those of the source."""
import json
import re

import pytest

from support import documents

PAGE = "scim.md"


@pytest.fixture(scope="module")
def outputs(server, tmp_path_factory):
    return documents.run_shell(PAGE, server, tmp_path_factory.mktemp("docs"))


def test_every_block_is_run_or_a_template():
    assert [fence for fence in documents.unnamed(PAGE)] == []


def test_the_commands_do_what_the_page_says(outputs):
    assert re.fullmatch(r"http\S+/directory/dir_\d+/scim/v2", outputs["directory"].strip())
    ann, = json.loads(outputs["push"])["users"]
    assert (ann["email"], [g["display_name"] for g in ann["groups"]]) == ("ann@acme.test", ["Staff"])
    assigned, = json.loads(outputs["role"])["role_assignments"]["assignments"]
    assert assigned["role_name"] == "admin"
    found = json.loads(outputs["deactivate"])
    assert (found["totalResults"], found["Resources"][0]["active"]) == (1, False)
    mapped = json.loads(outputs["mapping"])["attribute_mappings"]["attributes"]
    assert [m["key"] for m in mapped] == ["email", "custom_attributes.badge"]


def test_templates_are_json():
    for name, text in documents.blocks(PAGE, "json").items():
        json.loads(text), name


def test_links_inside_the_page_lead_somewhere():
    text = (documents.DOCS / PAGE).read_text()
    headings = {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in re.findall(r"^#+ (.*)$", text, re.M)}
    assert not set(re.findall(r"\]\(#([\w-]+)\)", text)) - headings


@pytest.mark.parametrize("constant, shown", [
    ("kJsonDepth", "32"), ("kJsonMembers", "1,000"), ("kStringBytes", "128 KiB"), ("kIndexedValueBytes", "1 KiB"),
    ("kDocumentBytes", "512 KiB"), ("kValuesPerAttribute", "500"), ("kMembersPerRequest", "200,000"),
    ("kFilterBytes", "16 KiB"), ("kFilterDepth", "32 levels"), ("kFilterTerms", "256 comparisons"),
    ("kPatchOperations", "1,000"), ("kProjectionNames", "200"), ("kDefaultPage", "100 by default"),
    ("kMaxPage", "1,000 at most"), ("kSortedMatches", "100,000;")])
def test_limits_are_those_of_the_source(constant, shown):
    source = (documents.DOCS.parent / "src/protocol/scim/limits.h").read_text()
    product = re.search(rf"{constant} = ([\d' *]+);", source)[1].replace("'", "")
    value = 1
    for factor in product.split("*"):
        value *= int(factor)
    number = int(re.match(r"[\d,]+", shown)[0].replace(",", "")) * (1024 if "KiB" in shown else 1)
    assert value == number
    limits = (documents.DOCS / PAGE).read_text().split("\n## Limits\n")[1].split("\n## ")[0]
    assert shown in limits
