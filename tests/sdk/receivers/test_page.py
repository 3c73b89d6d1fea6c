"""docs/webhooks.md against the program: every event type has its sample, and the samples are what is sent."""
import json
import re

from program import LANGUAGES, PAGE
from testing.console import ROOT

GOLDEN = ROOT / "tests" / "golden" / "webhook_events.jsonl"


def golden():
    """The first body of each type."""
    first = {}
    for line in GOLDEN.read_text().splitlines():
        event = json.loads(line)
        first.setdefault(event["type"], event)
    return first


def test_shows_every_event_type_as_it_is_sent():
    sections = re.findall(r"^### ([a-z_]+\.[a-z_.]+)\n\n(.+?)\n\n```json\n(.*?)^```$", PAGE.read_text(),
                          re.MULTILINE | re.DOTALL)
    shown = {name: json.loads(sample) for name, _, sample in sections}
    assert shown == golden()
    assert list(shown) == sorted(shown)


def test_describes_them_as_the_api_does(tenant):
    listed = tenant.api.get("/doorward/v1/webhook_event_types").expect(200).json()["event_types"]
    page = re.sub(r"\s+", " ", PAGE.read_text())
    for event_type in listed:
        assert f"### {event_type['name']} {event_type['description']} ```json" in page
        assert event_type["sample"]["type"] == event_type["name"]
    assert [one["name"] for one in listed] == list(sorted(golden()))


def test_every_receiver_of_the_page_is_run():
    assert set(re.findall(r"receiver=([\w-]+)$", PAGE.read_text(), re.MULTILINE)) == set(LANGUAGES)
