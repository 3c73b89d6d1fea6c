"""docs/sso.md by curl: its commands run as they stand there and sign somebody in. tests/sdk/applications runs the rest."""
import json

from support import documents
from support.sign_in import parameters

PAGE = "sso.md"


def test_the_commands_sign_somebody_in(new_server, tmp_path):
    server = new_server().start()
    outputs = documents.run_shell(PAGE, server, tmp_path)
    client = json.loads(outputs["register"])["client"]
    assert client["initiate_login_uri"] == "http://localhost:3000/login"
    assert outputs["browser"].startswith("http://localhost:3000/callback?code=")
    assert parameters(outputs["browser"].strip())["iss"] == server.credentials["environment_url"]
    who = json.loads(outputs["redeem"])
    assert who["email"] == "ann@example.com" and who["given_name"] == "Ann"
