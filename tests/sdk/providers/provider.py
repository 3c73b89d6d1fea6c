"""The OpenID provider as a process, and what a person does at it."""
import json
import pathlib
import re
import secrets
import sys
import urllib.parse

from program import Program
from support.http import Client
from support.sign_in import location

FOLDER = pathlib.Path(__file__).resolve().parent
NODE = ["node"]


class Provider:
    """One oidc-provider with one client, which is Doorward as a connection."""

    def __init__(self, log, redirect_uri, method="client_secret_basic", algorithm="RS256", port=0, user_info_only=False,
                 claims=None, **client):
        self.client_id = "doorward"
        self.client_secret = None
        if method in ("client_secret_basic", "client_secret_post", "client_secret_jwt"):
            self.client_secret = "s:%/+ " + secrets.token_urlsafe(32)
        registered = {"client_id": self.client_id, "redirect_uris": [redirect_uri], "response_types": ["code"],
                      "grant_types": ["authorization_code"], "token_endpoint_auth_method": method,
                      "id_token_signed_response_alg": algorithm, **client}
        if self.client_secret:
            registered["client_secret"] = self.client_secret
        self.log = log
        self.settings = {"clients": [registered], "user_info_only": user_info_only, "claims": claims or {}, "port": port}
        self.program = None
        self.start()

    def start(self):
        self.program = Program([*NODE, FOLDER / "provider.mjs"], {"PROVIDER": json.dumps(self.settings)}, self.log)
        self.settings["port"] = self.program.port
        self.issuer = f"http://127.0.0.1:{self.program.port}"

    def rotate_keys(self):
        """The same provider with new keys."""
        self.close()
        self.start()

    def close(self):
        self.program.close()

    def asked(self, path, method="POST"):
        return self.program.lines.count(f"asked {method} {path}")

    def sign_in(self, browser, url, name):
        """From where Doorward sent the browser to the URL that the provider sends it back with."""
        form_url = urllib.parse.urljoin(self.issuer, self.visit(browser, url))
        if not form_url.startswith(self.issuer):
            return form_url  # the browser is signed in there already
        page = browser.open(form_url).expect(200).body.decode()
        submit = urllib.parse.urljoin(form_url, re.search(r'action="([^"]+)"', page).group(1))
        resume = location(browser.open(submit, {"prompt": "login", "login": name, "password": "any"}))
        return self.visit(browser, urllib.parse.urljoin(self.issuer, resume))

    def give_up(self, browser, url):
        """The person leaves the form instead."""
        form_url = urllib.parse.urljoin(self.issuer, self.visit(browser, url))
        resume = location(browser.open(form_url + "/abort"))
        return self.visit(browser, urllib.parse.urljoin(self.issuer, resume))

    def visit(self, browser, url):
        browser.reached.setdefault(self.issuer, Client(self.issuer))
        return location(browser.open(url))
