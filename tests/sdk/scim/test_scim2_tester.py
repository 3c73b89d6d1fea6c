"""scim2-tester, the conformance suite of the python-scim project: every check of it passes."""
import collections

import pytest
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

# Least numbers of checks that ran, so that a suite that found nothing to do is no success.
LEAST = {"": 20, "User": 85, "Group": 15}


@pytest.fixture(scope="module")
def results(directory):
    headers = {"Authorization": f"Bearer {directory.secret}"}
    with Client(base_url=directory.directory["directory_endpoint"], headers=headers, timeout=60) as http:
        return check_server(SyncSCIMClient(http))


def told(result):
    return f"{result.resource_type or '-'} {result.title}: {result.status.name}: {result.reason} {result.data!r:.300}"


def test_every_check_passes(results):
    assert [told(r) for r in results if r.status is not Status.SUCCESS] == []


def test_no_part_of_the_suite_was_left_out(results):
    ran = collections.Counter(r.resource_type or "" for r in results)
    assert {kind: count for kind, count in LEAST.items() if ran[kind] < count} == {}, ran
