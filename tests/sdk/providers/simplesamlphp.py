"""SimpleSAMLphp as an organization's identity provider: PHP's own web server, a configuration of the test's own.

Its files are read again at each request, so a test changes how it answers by writing them.
"""
import json
import os
import pathlib
import re
import secrets
import socket
import subprocess
import urllib.parse

from support.http import Client
from support.ports import free_port
from support.saml import posted_form
from support.sign_in import location
from support.waiting import wait_until

CODE = pathlib.Path(os.environ.get("DOORWARD_SIMPLESAMLPHP", ""))
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PASSWORD = "any"

# Reads metadata as an administrator's import does, and prints the array that is pasted into saml20-sp-remote.php.
IMPORT = """
require $argv[1] . '/lib/_autoload.php';
$parsed = \\SimpleSAML\\Metadata\\SAMLParser::parseString(stream_get_contents(STDIN));
$metadata = $parsed->getMetadata20SP();
unset($metadata['entityDescriptor'], $metadata['expire']);
echo json_encode($metadata, JSON_THROW_ON_ERROR);
"""


def php(value):
    """A PHP literal; json_decode reads what JSON can say."""
    quoted = json.dumps(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"json_decode('{quoted}', true)"


def person(name):
    return {"uid": [name], "mail": [f"{name}@corp.test"], "givenName": [name.capitalize()], "sn": ["Adams"],
            "groups": ["engineering", "admins"]}


class SimpleSamlPhp:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for name in ("metadata", "cert", "log", "data", "tmp"):
            (self.folder / name).mkdir(parents=True)
        self.port = free_port()
        self.home = f"http://127.0.0.1:{self.port}"
        self.entity_id = f"{self.home}/idp"
        self.metadata_url = f"{self.home}/saml2/idp/metadata.php"
        self.sso_url = f"{self.home}/saml2/idp/SSOService.php"
        self.make_key("idp")
        self.hosted = {"host": "__DEFAULT__", "privatekey": "idp.key", "certificate": "idp.crt", "auth": "people",
                       "NameIDFormat": EMAIL_FORMAT, "attributes.NameFormat":
                       "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
                       "authproc": {"3": {"class": "saml:AttributeNameID", "attribute": "mail", "Format": EMAIL_FORMAT}},
                       "sign.logout": True, "redirect.validate": True}
        self.service_provider = None
        self.write("metadata/saml20-idp-remote", "$metadata = [];")
        self.write("authsources", "$config = " + php({"admin": ["core:AdminPassword"], "people": {
            "0": "exampleauth:UserPass", **{f"{name}:{PASSWORD}": person(name) for name in ("ann", "bob")}}}) + ";")
        self.write("config", "$config = " + php(self.configuration()) + ";")
        self.write_metadata()
        self.start()

    def configuration(self):
        at = f"{self.folder}/"
        return {"baseurlpath": self.home + "/", "certdir": at + "cert/", "loggingdir": at + "log/", "datadir": at + "data/",
                "tempdir": at + "tmp", "metadatadir": at + "metadata/", "timezone": "UTC",
                "technicalcontact_name": "test", "technicalcontact_email": "test@corp.test",
                "secretsalt": secrets.token_hex(16), "auth.adminpassword": secrets.token_hex(16), "enable.saml20-idp": True,
                "module.enable": {"exampleauth": True, "core": True, "saml": True}, "session.cookie.secure": False,
                "session.cookie.samesite": None, "store.type": "phpsession", "session.phpsession.savepath": at + "tmp",
                "session.phpsession.cookiename": "SimpleSAML", "session.phpsession.limitedpath": False,
                "session.phpsession.httponly": True, "logging.handler": "file", "logging.logfile": "ssp.log",
                "language.default": "en", "language.available": ["en"], "metadata.sources": [{"type": "flatfile"}],
                "showerrors": True, "errorreporting": False, "authproc.idp": [], "authproc.sp": [],
                "trusted.url.domains": None, "production": True, "theme.use": "default", "usenewui": False,
                "metadata.sign.enable": False}

    def write(self, name, php_code):
        (self.folder / f"{name}.php").write_text("<?php\n" + php_code + "\n")

    def make_key(self, name):
        at = self.folder / "cert" / name
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "365", "-subj",
                        f"/CN={name}.corp.test", "-keyout", f"{at}.key", "-out", f"{at}.crt"], check=True, capture_output=True)

    def certificate(self, name="idp"):
        return (self.folder / "cert" / f"{name}.crt").read_text()

    def write_metadata(self):
        self.write("metadata/saml20-idp-hosted", f"$metadata[{php(self.entity_id)}] = {php(self.hosted)};")
        remote = self.service_provider
        self.write("metadata/saml20-sp-remote", f"$metadata[{php(remote['entityid'])}] = {php(remote)};" if remote else
                   "$metadata = [];")

    def change(self, **settings):
        """Of this provider towards Doorward, as its documentation names them, with dots where Python has underscores. None
        takes one away."""
        for name, value in settings.items():
            self.service_provider[name.replace("_", ".")] = value
        self.service_provider = {name: value for name, value in self.service_provider.items() if value is not None}
        self.write_metadata()

    def offer(self, binding):
        """Requests may come by this binding, as its metadata says then."""
        name = {"HTTP_REDIRECT": "HTTP-Redirect", "HTTP_POST": "HTTP-POST"}[binding]
        self.hosted["SingleSignOnServiceBinding"] = ["urn:oasis:names:tc:SAML:2.0:bindings:" + name]
        self.write_metadata()

    def add_key(self, certificate):
        """The next key, which is announced before it signs (key rollover)."""
        self.make_key(certificate)
        self.hosted |= {"new_privatekey": f"{certificate}.key", "new_certificate": f"{certificate}.crt"}
        self.write_metadata()

    def use_key(self, certificate):
        """It signs with this one, and announces no other."""
        for name in ("new_privatekey", "new_certificate"):
            self.hosted.pop(name, None)
        self.hosted |= {"privatekey": f"{certificate}.key", "certificate": f"{certificate}.crt"}
        self.write_metadata()

    def import_metadata(self, xml, **changes):
        """Doorward's metadata, as an administrator pastes it, with what is then set by hand."""
        done = subprocess.run(["php", "-r", IMPORT, str(CODE)], input=xml, capture_output=True, env=self.environment())
        assert done.returncode == 0, done.stdout + done.stderr
        self.service_provider = {**json.loads(done.stdout), "simplesaml.nameidattribute": "mail", **changes}
        self.write_metadata()
        return self.service_provider

    def environment(self):
        return {**os.environ, "SIMPLESAMLPHP_CONFIG_DIR": str(self.folder), "PHP_CLI_SERVER_WORKERS": "2"}

    def start(self):
        assert (CODE / "www").is_dir(), "DOORWARD_SIMPLESAMLPHP names no SimpleSAMLphp; ./test sdk/providers does"
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                # Its configuration is PHP, which a cache would hold for seconds.
                ["php", "-d", "display_errors=0", "-d", "date.timezone=UTC", "-d", "opcache.enable=0", "-S",
                 f"127.0.0.1:{self.port}", "-t", str(CODE / "www")], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment(),
                start_new_session=True)
        wait_until(self.is_up, lambda: "SimpleSAMLphp: " + (self.folder / "server.log").read_text()[-2000:])

    def is_up(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def close(self):
        os.killpg(self.process.pid, 15)
        self.process.wait()

    # -- what a person does there

    def visit(self, browser, url, fields=None):
        """Follows what the provider itself redirects to; its page, or an answer that leads away."""
        browser.reached.setdefault(self.home, Client(self.home))
        answer = browser.open(url, fields)
        while answer.status in (302, 303) and urllib.parse.urljoin(url, answer.headers["location"]).startswith(self.home):
            url = urllib.parse.urljoin(url, location(answer))
            answer = browser.open(url)
        return url, answer

    def sign_in(self, browser, url, name="ann", fields=None):
        """From where Doorward sent the browser to the form that the provider has it post."""
        at, answer = self.visit(browser, url, fields)
        page = answer.expect(200).body.decode()
        if 'name="password"' in page:
            state = re.search(r'name="AuthState" value="([^"]*)"', page)[1].replace("&amp;", "&")
            _, answer = self.visit(browser, at.partition("?")[0],
                                   {"username": name, "password": PASSWORD, "AuthState": state})
        return posted_form(answer)

    def unsolicited(self, relay_state=""):
        """The link of a dashboard to this service provider."""
        asked = {"spentityid": self.service_provider["entityid"], **({"RelayState": relay_state} if relay_state else {})}
        return self.sso_url + "?" + urllib.parse.urlencode(asked)
