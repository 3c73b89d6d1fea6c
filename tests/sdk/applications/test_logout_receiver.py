"""The receiver of logout tokens of docs/sso.md, as it stands on the page: PyJWT verifies what the server sends."""
import sys

import pytest

from conftest import PAGE
from program import Program
from support import documents, jwt
from support.http import Client, form
from support.sign_in import Application, Browser, parameters, sign_in
from support.tenant import api_client
from support.waiting import wait_until

PATH = "/backchannel-logout"


class Receiver:
    """A client and the program that is told of its logouts."""

    def __init__(self, server, folder):
        path = folder / "receiver.py"
        path.write_text(documents.named(PAGE, "logout-receiver")["python"])
        self.server, self.api = server, api_client(server)
        self.application = Application(server, self.api)
        self.program = Program([sys.executable, path], {
            "SCALEKIT_ENVIRONMENT_URL": server.credentials["environment_url"],
            "SCALEKIT_CLIENT_ID": self.application.id}, folder / "errors.log")
        self.application.change(back_channel_logout_uris=[f"http://127.0.0.1:{self.program.port}{PATH}"])

    def login(self):
        connection = self.server.credentials["test_connection_id"]
        back = sign_in(Browser(self.server), self.application.url(connection_id=connection))
        return self.application.redeem(parameters(back.headers["location"])["code"]).expect(200).json()

    def said(self, line):
        wait_until(lambda: line in self.program.lines, lambda: f"{line!r}; the receiver printed {self.program.lines}")

    def post(self, token):
        return Client(f"http://127.0.0.1:{self.program.port}").post(PATH, **form({"logout_token": token}))


@pytest.fixture
def receiver(server, tmp_path):
    one = Receiver(server, tmp_path)
    yield one
    one.program.close()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_ends_what_the_token_names(receiver, algorithm):
    receiver.api.patch(f"/doorward/v1/clients/{receiver.application.id}/settings",
                       {"id_token_signed_response_alg": algorithm}).expect(200)
    login = receiver.login()
    header, claims = jwt.parts(login["id_token"])
    assert header["alg"] == algorithm
    Browser(receiver.server).open(f"/oidc/logout?id_token_hint={login['id_token']}").expect(200)
    receiver.said(f"signed out {claims['sid']}")
    assert not [line for line in receiver.program.lines if line.startswith("refused")]


def test_refuses_what_is_no_logout_token(receiver):
    login = receiver.login()
    for token in (login["id_token"], login["access_token"], "e30.e30.", "eyJhbGciOiJub25lIiwidHlwIjoibG9nb3V0K2p3dCJ9.e30.", "x"):
        receiver.post(token).expect(400)
    wait_until(lambda: len(receiver.program.lines) == 6, lambda: f"five refusals; it printed {receiver.program.lines}")
    assert all(line.startswith("refused") for line in receiver.program.lines[1:])
