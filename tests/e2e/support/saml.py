"""SAML as a browser sees it: forms that go on by themselves, messages inside of them, an organization's connection."""
import base64
import html
import re
import secrets
import urllib.parse
import xml.etree.ElementTree
import zlib

from .tenant import Tenant

NAMESPACES = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
              "md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}


def posted_form(answer):
    """Where a page's form that carries a SAML message leads, and its fields."""
    page = answer.expect(200).body.decode()
    for form in re.findall(r"<form\b.*?</form>", page, re.DOTALL | re.IGNORECASE):
        fields = {}
        for tag in re.findall(r"<input\b[^>]*>", form, re.IGNORECASE):
            found = dict(re.findall(r'\b(name|value)="([^"]*)"', tag))
            if "name" in found:
                fields[html.unescape(found["name"])] = html.unescape(found.get("value", ""))
        if "SAMLResponse" in fields or "SAMLRequest" in fields:
            return html.unescape(re.search(r'\baction="([^"]*)"', form)[1]), fields
    raise AssertionError(f"no form with a SAML message: {page[:600]}")


def posted_message(field):
    """The document in a field of the POST binding."""
    return xml.etree.ElementTree.fromstring(base64.b64decode(field))


def redirected_message(url, name="SAMLRequest"):
    """The document in a query of the redirect binding."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, strict_parsing=True))
    return xml.etree.ElementTree.fromstring(zlib.decompress(base64.b64decode(query[name]), -15))


class SamlConnection:
    """An organization's connection of its own, made by the API. Its addresses are what an administrator copies. One to the
    simulator lacks nothing and is enabled."""

    def __init__(self, server, api, provider="CUSTOM", organization_id=None):
        self.server, self.api = server, api
        self.organization_id = organization_id or Tenant(server, api).organization_id
        path = f"/api/v1/organizations/{self.organization_id}/connections"
        made = api.post(path, {"type": "SAML", "provider": provider}).expect(201).json()["connection"]
        self.id = made["id"]
        self.path = f"{path}/{self.id}"
        self.settings_path = f"/doorward/v1/organizations/{self.organization_id}/connections/{self.id}/settings"
        self.entity_id = made["saml_config"]["sp_entity_id"]
        self.acs_url = made["saml_config"]["sp_assertion_url"]
        self.metadata_url = made["saml_config"]["sp_metadata_url"]
        self.slo_url = made["saml_config"]["sp_slo_url"]
        if provider == "IDP_SIMULATOR":
            self.enable()

    def configure(self, configuration="DISCOVERY", **saml):
        """As the fields of saml_config. Providers of tests are on this machine, without TLS."""
        self.api.patch(self.path, {"debug_enabled": True, "configuration_type": configuration, "saml_config": saml}).expect(200)

    def change(self, **settings):
        """What only doorward.v1 knows of a SAML connection."""
        self.api.patch(self.settings_path, {"saml": settings}).expect(200)

    def enable(self):
        self.api.patch(self.path + ":enable").expect(200)

    def begin(self, browser, application, **asked):
        """What the browser gets when the application sends it here: a redirect, or a page with a form."""
        return browser.open(application.url(connection_id=self.id, **asked))


def at_simulator(browser, url, email=None, **fields):
    """The form that the simulated provider has the browser post, for whom `fields` name."""
    return posted_form(browser.open(url, {"email": email or f"ann.{secrets.token_hex(3)}@example.com", **fields}))


def sign_in_by_saml(browser, url, email=None, **fields):
    """From an authorization URL through the simulator to where the browser is sent then."""
    return browser.open(*at_simulator(browser, browser.follow(url), email, **fields))


def attempt(api, application=None, connection=None):
    """The newest of an application or at a connection, with its steps."""
    asked = f"client_id={application.id}" if application else f"connection_id={connection.id}"
    newest = api.get(f"/doorward/v1/auth_requests?{asked}").expect(200).json()["auth_requests"][0]["id"]
    return api.get(f"/doorward/v1/auth_requests/{newest}").expect(200).json()["auth_request"]
