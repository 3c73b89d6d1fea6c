"""npm samlp as an organization's identity provider."""
import json
import pathlib
import subprocess
import textwrap
import xml.etree.ElementTree

from program import Program
from provider import FOLDER, NODE
from support.http import Client
from support.saml import posted_form, NAMESPACES

PERSON = {"id": "ann", "displayName": "Ann Adams", "emails": [{"value": "ann@corp.test"}],
          "name": {"givenName": "Ann", "familyName": "Adams"}}


def encryption_certificate(metadata):
    """Of a service provider's metadata, as PEM."""
    path = "md:SPSSODescriptor/md:KeyDescriptor[@use='encryption']/ds:KeyInfo/ds:X509Data/ds:X509Certificate"
    der = xml.etree.ElementTree.fromstring(metadata).find(path, NAMESPACES).text
    return "\n".join(["-----BEGIN CERTIFICATE-----", *textwrap.wrap(der, 64), "-----END CERTIFICATE-----", ""])


def encrypted_to(certificate):
    """The options that have it encrypt; Node.js takes the key out of the certificate."""
    return {"encryptionCert": certificate, "encryptionPublicKey": certificate}


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
