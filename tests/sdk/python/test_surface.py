"""No method of the Python SDK's clients that Doorward serves is forgotten."""
import inspect
import pathlib

import pytest
from scalekit.connection import ConnectionClient
from scalekit.directory import DirectoryClient
from scalekit.domain import DomainClient
from scalekit.organization import OrganizationClient

import surface


@pytest.mark.parametrize("client", [OrganizationClient, DirectoryClient, DomainClient, ConnectionClient])
def test_every_method_is_exercised(client):
    offered = [name for name, _ in inspect.getmembers(client, inspect.isfunction) if not name.startswith("_")]
    assert len(offered) > 3
    surface.check(offered, pathlib.Path(__file__).parent, r"\.(\w+)")
