"""The authentication log through the stub that the Python SDK carries; the SDK has no method of its own for it."""
import urllib.parse

import pytest
from scalekit.common.exceptions import ScalekitBadRequestException
from scalekit.v1.auditlogs.auditlogs_pb2 import ListAuthLogRequest
from scalekit.v1.auditlogs.auditlogs_pb2_grpc import AuditLogsServiceStub


@pytest.fixture
def attempts(scalekit):
    """The public list, by gRPC."""
    core = scalekit.core_client
    stub = AuditLogsServiceStub(core.grpc_secure_channel)
    return lambda **asked: core.grpc_exec(stub.ListAuthRequests.with_call, ListAuthLogRequest(**asked))[0]


def test_a_refused_request_is_there_and_found_by_its_client(server, attempts):
    client = server.credentials["client_id"]
    asked = {"response_type": "code", "client_id": client, "redirect_uri": "https://evil.test/", "scope": "openid"}
    server.client().get("/oauth/authorize?" + urllib.parse.urlencode(asked)).expect(400)
    found = attempts(client_id=client, status=["failure"], page_size=1)
    assert found.total_size >= 1
    one = found.authRequests[0]
    assert one.auth_request_id.startswith("ar_") and one.timestamp.seconds > 0
    assert (one.status, one.workflow, one.client_id, one.client_type) == ("FAILURE", "SP_INITIATED", client, "ENV")
    assert not attempts(client_id="skc_1").authRequests


def test_an_unknown_status_is_a_bad_request(attempts):
    with pytest.raises(ScalekitBadRequestException):
        attempts(status=["gone"])
