"""A certified relying party before Doorward as its provider, over https://."""
import json
import os
import pathlib
import secrets
import subprocess

import pytest

from connection import Connection
from provider import FOLDER, NODE
from support.ports import free_port
from support.sign_in import CALLBACK, Application, Browser, location, parameters
from support.tenant import api_client


@pytest.fixture(scope="module")
def https_server(start_server):
    port = free_port()
    return start_server("sqlite", "--https-listen", f"127.0.0.1:{port}", "--base-url", f"https://localhost:{port}")


class Client:
    def __init__(self, server, application, log, **asked):
        environment = {**os.environ, "ISSUER": server.credentials["environment_url"], "CLIENT_ID": application.id,
                       "CLIENT_SECRET": application.secret, "REDIRECT_URI": CALLBACK, "PARAMETERS": json.dumps(asked),
                       "NODE_EXTRA_CA_CERTS": server.credentials["ca_file"]}
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as errors:
            self.process = subprocess.Popen([*NODE, FOLDER / "client.mjs"], env=environment, text=True, stderr=errors,
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def told(self, name):
        """The value of the next line, which must be of this name."""
        line = self.process.stdout.readline()
        assert line, f"the client ended:\n{self.log.read_text()[-2000:]}"
        [(found, value)] = json.loads(line).items()
        assert found == name
        return value

    def tell(self, line):
        print(line, file=self.process.stdin, flush=True)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0, self.log.read_text()[-2000:]


def test_openid_client_signs_people_in_over_https(https_server, tmp_path):
    api = api_client(https_server)
    application = Application(https_server, api)
    connection = Connection(https_server, api, tmp_path / "provider.log")
    client = Client(https_server, application, tmp_path / "client.log", connection_id=connection.id)
    try:
        browser = Browser(https_server)
        browser.client = https_server.tls_client()
        browser.reached[https_server.credentials["environment_url"]] = browser.client
        at_provider = browser.follow(client.told("authorization_url"))
        name = "ann." + secrets.token_hex(3)
        callback = location(browser.open(connection.provider.sign_in(browser, at_provider, name)))
        assert parameters(callback)["iss"] == https_server.credentials["environment_url"]
        client.tell(callback)
        claims = client.told("claims")
        assert claims["sub"] == f"{connection.id};{name}" and claims["email"] == f"{name}@corp.test"
        assert client.told("user_info")["sub"] == claims["sub"]
        assert client.told("renewed")["sub"] == claims["sub"]
        assert client.told("active") is True
        assert client.told("refused") == "invalid_grant"
        pushed = client.told("pushed_url")
        assert set(parameters(pushed)) == {"client_id", "request_uri"}
        assert browser.follow(pushed).startswith(connection.provider.issuer)
        assert client.told("logout_url").startswith(https_server.credentials["environment_url"] + "/oidc/logout?")
        client.close()
    finally:
        client.process.kill()
        connection.provider.close()
