"""docs/sso.md by curl: its commands run as they stand there and sign somebody in. tests/sdk/applications runs the
rest."""
import json
import subprocess

from support import documents, jwt
from support.sign_in import Application, Browser, parameters
from support.tenant import api_client

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
    claims = json.loads(outputs["verified"])
    assert claims["sub"] == who["sub"] and claims["aud"] == [server.credentials["client_id"]]
    assert outputs["initiated"].startswith("http://localhost:3000/callback?code=")


def test_the_commands_believe_no_forged_token(new_server, tmp_path):
    server = new_server().start()
    Application(server, api_client(server), initiate_login_uri="http://localhost:3000/login")
    connection, simulator = server.credentials["test_connection_id"], server.credentials["environment_url"] + "/simulator"
    begun = Browser(server).follow(f"/sso/v1/oidc/{connection}/initiate?iss={simulator}")
    token = parameters(begun)["idp_initiated_login"]
    blocks = documents.blocks(PAGE, "sh")
    (tmp_path / "data").symlink_to(server.data_dir)

    def verified(*arguments):
        script = blocks["setup"] + blocks["verified"].rpartition("\nverified ")[0] + '\nverified "$@"'
        return subprocess.run(["bash", "-c", script, "bash", *arguments], cwd=tmp_path, capture_output=True, text=True)

    assert json.loads(verified(token).stdout)["connection_id"] == connection
    unsigned, for_somebody = (token.rpartition(".")[0] + ".",), (token, server.credentials["client_id"])
    for arguments in ((jwt.forged(token),), unsigned, for_somebody, ("x",)):
        refused = verified(*arguments)
        assert refused.returncode != 0 and not refused.stdout, arguments
