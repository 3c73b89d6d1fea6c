"""Keycloak as organizations' identity provider: one process with a realm, a client for each connection."""
import json
import os
import pathlib
import re
import secrets
import socket
import subprocess
import urllib.parse

from support.http import Client, form
from support.ports import free_port
from support.saml import posted_form
from support.waiting import wait_until

CODE = pathlib.Path(os.environ.get("DOORWARD_KEYCLOAK", ""))
# Starting it takes long where cores are few and busy.
START_SECONDS = 600
REALM = "test"
PASSWORD = "any"


def person(name):
    return {"username": name, "enabled": True, "email": f"{name}@corp.test", "emailVerified": True,
            "firstName": name.capitalize(), "lastName": "Adams",
            "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}]}


class Keycloak:
    """Its database is in the folder, and everybody in it made by the test."""

    def __init__(self, folder):
        assert (CODE / "bin" / "kc.sh").exists(), "DOORWARD_KEYCLOAK names no Keycloak; ./test sdk/providers does"
        self.folder = pathlib.Path(folder) / "keycloak"
        self.folder.mkdir()
        self.port = free_port()
        self.home = f"http://127.0.0.1:{self.port}"
        self.metadata_url = f"{self.home}/realms/{REALM}/protocol/saml/descriptor"
        self.password = secrets.token_urlsafe(16)
        self.log = self.folder / "output.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [CODE / "bin" / "kc.sh", "start", "--optimized", "--cache=local", "--http-enabled=true", "--hostname-strict=false",
                 "--http-host=127.0.0.1", f"--http-port={self.port}",
                 f"--db-url=jdbc:h2:file:{self.folder}/database;NON_KEYWORDS=VALUE"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
                env={**os.environ, "KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": self.password,
                     "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1 -Xmx768m"})
        try:
            wait_until(self.is_up, lambda: "Keycloak: " + self.log.read_text()[-2000:], START_SECONDS)
            self.admin("POST", "", {"realm": REALM, "enabled": True, "sslRequired": "none",
                                    "users": [person(name) for name in ("ann", "bob")]})
        except BaseException:
            self.close()
            raise

    def is_up(self):
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                return False
        return Client(self.home).get("/realms/master").status == 200

    def close(self):
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait()

    def admin(self, method, path, body=None):
        """The administration API below the realms; tokens there live for a minute."""
        client = Client(self.home)
        asked = {"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": self.password}
        token = client.post("/realms/master/protocol/openid-connect/token", **form(asked)).expect(200).json()["access_token"]
        is_xml = isinstance(body, bytes)
        answer = client.request(method, "/admin/realms" + path, body=body if is_xml or body is None else json.dumps(body),
                                headers={"Authorization": f"Bearer {token}",
                                         "Content-Type": "application/xml" if is_xml else "application/json"})
        return answer.expect(200, 201, 204)

    def change(self, made, **attributes):
        """Of a client that import_metadata() made."""
        [client] = self.admin("GET", f"/{REALM}/clients?" + urllib.parse.urlencode({"clientId": made["clientId"]})).json()
        client["attributes"] |= {name.replace("_", "."): value for name, value in attributes.items()}
        self.admin("PUT", f"/{REALM}/clients/{client['id']}", client)

    def import_metadata(self, xml, **attributes):
        """Makes a client of Doorward's metadata, as Import client does, and sets attributes of it, with dots where Python has
        underscores."""
        made = self.admin("POST", f"/{REALM}/client-description-converter", xml).json()
        made["attributes"] |= {name.replace("_", "."): value for name, value in attributes.items()}
        made["protocolMappers"] = [mapper(name, attribute) for name, attribute in
                                   (("email", "email"), ("firstName", "firstName"), ("lastName", "lastName"))]
        self.admin("POST", f"/{REALM}/clients", made)
        return made

    def sign_in(self, browser, url, name="ann", fields=None):
        """From where Doorward sent the browser to the form that the provider has it post."""
        browser.reached.setdefault(self.home, Client(self.home))
        answer = browser.open(url, fields)
        while answer.status in (302, 303):  # a request by POST goes on to the form
            url = urllib.parse.urljoin(url, answer.headers["location"])
            answer = browser.open(url)
        page = answer.expect(200).body.decode()
        if 'name="password"' in page:
            action = re.search(r'action="([^"]*)"', page)[1].replace("&amp;", "&")
            answer = browser.open(action, {"username": name, "password": PASSWORD})
        return posted_form(answer)


def mapper(name, attribute):
    return {"name": name, "protocol": "saml", "protocolMapper": "saml-user-property-mapper", "config": {
        "user.attribute": attribute, "attribute.name": name, "friendly.name": name, "attribute.nameformat": "Basic"}}
