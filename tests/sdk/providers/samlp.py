"""npm samlp as an organization's identity provider."""
import json
import pathlib
import subprocess

from program import Program
from provider import FOLDER, NODE
from support.http import Client
from support.saml import posted_form

PERSON = {"id": "ann", "displayName": "Ann Adams", "emails": [{"value": "ann@corp.test"}],
          "name": {"givenName": "Ann", "familyName": "Adams"}}


class Samlp:
    """`options` as samlp takes them, for how it answers to this connection."""

    def __init__(self, folder, connection, person=None, **options):
        at = pathlib.Path(folder) / "samlp"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "365", "-subj",
                        "/CN=samlp.corp.test", "-keyout", f"{at}.key", "-out", f"{at}.crt"], check=True, capture_output=True)
        asked = {"acs": connection.acs_url, "audience": connection.entity_id, "options": options,
                 "key": at.with_suffix(".key").read_text(), "certificate": at.with_suffix(".crt").read_text(),
                 "person": person or PERSON}
        self.program = Program([*NODE, FOLDER / "samlp.mjs"], {"PROVIDER": json.dumps(asked)}, f"{at}.log")
        self.home = f"http://127.0.0.1:{self.program.port}"
        self.metadata_url = f"{self.home}/metadata"

    def sign_in(self, browser, url):
        """From where Doorward sent the browser to the form that the provider has it post."""
        browser.reached.setdefault(self.home, Client(self.home))
        return posted_form(browser.open(url))

    def close(self):
        self.program.close()
