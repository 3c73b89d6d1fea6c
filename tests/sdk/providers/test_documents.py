"""docs/identity-providers.md and docs/saml.md: their commands connect a provider, through which people sign in."""
import os
import re
import subprocess

from provider import Provider
from support import documents
from support.sign_in import location

OIDC, SAML = "identity-providers.md", "saml.md"


def shell(page, server, folder, names, **environment):
    """What the named blocks print, run beside the server's data folder."""
    if not (folder / "data").exists():
        (folder / "data").symlink_to(server.data_dir)
    blocks = documents.blocks(page, "sh")
    script = "".join(blocks[name] for name in names) + '\necho; echo "$CONNECTION"\n'
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True,
                          timeout=120, env={**os.environ, **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split("\n")


def test_the_commands_connect_a_provider(server, api, application, browser, tmp_path):
    printed = shell(OIDC, server, tmp_path, ["setup", "create"])
    connection = printed[-2]
    addresses = dict(line.split() for line in printed if "redirect_uri" in line)
    provider = Provider(tmp_path / "provider.log", addresses["redirect_uri"])
    organization = server.credentials["test_organization_id"]
    path = f"/api/v1/organizations/{organization}/connections/{connection}"
    try:
        # The page's providers speak https; this one is on this machine.
        api.patch(path, {"debug_enabled": True}).expect(200)
        shell(OIDC, server, tmp_path, ["setup", "configure"], CONNECTION=connection, ISSUER=provider.issuer,
              CLIENT_ID=provider.client_id, CLIENT_SECRET=provider.client_secret)
        at_provider = browser.follow(application.url(connection_id=connection))
        assert "code=" in browser.follow(provider.sign_in(browser, at_provider, "ann"))
    finally:
        api.delete(path).expect(200)
        provider.close()


def test_the_commands_connect_a_saml_provider(server, api, application, browser, ssp, tmp_path):
    printed = shell(SAML, server, tmp_path, ["setup", "create"])
    connection = printed[-2]
    addresses = dict(line.split() for line in printed if line.startswith("sp_"))
    organization = server.credentials["test_organization_id"]
    path = f"/api/v1/organizations/{organization}/connections/{connection}"
    try:
        api.patch(path, {"debug_enabled": True}).expect(200)
        shell(SAML, server, tmp_path, ["setup", "configure"], CONNECTION=connection, METADATA_URL=ssp.metadata_url)
        metadata = addresses["sp_metadata_url"].removeprefix(server.credentials["environment_url"])
        ssp.import_metadata(server.client().get(metadata).expect(200).body)
        action, fields = ssp.sign_in(browser, browser.follow(application.url(connection_id=connection)))
        assert action == addresses["sp_assertion_url"]
        assert "code=" in location(browser.open(action, fields))

        # The same provider as it was set up for the product of before.
        old = {"OLD_ENTITY_ID": "https://auth.old-product.example/saml", "OLD_ACS": browser.home + "/sso/saml/acs/acme"}
        told = server.client().get(metadata).expect(200).body
        for ours, theirs in (("sp_assertion_url", "OLD_ACS"), ("sp_entity_id", "OLD_ENTITY_ID")):
            told = told.replace(f'"{addresses[ours]}"'.encode(), f'"{old[theirs]}"'.encode())
        assert ssp.import_metadata(told)["entityid"] == old["OLD_ENTITY_ID"]
        printed = shell(SAML, server, tmp_path, ["setup", "move"], CONNECTION=connection, **old)
        assert f"requests are of {old['OLD_ENTITY_ID']} and ask for {old['OLD_ACS']}" in printed
        action, fields = ssp.sign_in(browser, browser.follow(application.url(connection_id=connection)))
        assert action == old["OLD_ACS"]
        assert "code=" in location(browser.open(action, fields))
    finally:
        api.delete(path).expect(200)


# Of reasons that other things have too, those that somebody who connects a SAML provider meets.
SHARED_REASONS = {
    "alg_forbidden", "application_not_active", "audience", "authn_context", "browser_binding", "connection_inactive",
    "connection_incomplete", "connection_not_found", "invalid_redirect_uri", "issuer_mismatch", "malformed_request",
    "mandatory_attribute_missing", "overloaded", "rate_limited", "replay", "signature_invalid", "stale_authn",
    "store_busy", "store_unavailable", "time_window", "unsolicited_disabled"}


def test_saml_has_a_row_for_each_reason():
    """Of those that only SAML has, and those that it shares: what a reader finds in the log is on the page."""
    names = (documents.DOCS.parent / "src" / "base" / "reasons.def").read_text()

    def reasons_in(section):
        return set(re.findall(r'DOORWARD_REASON\(\w+, "(\w+)"', section))

    answers, connections = (reasons_in(names.partition(f"\n// -- {title}")[2].partition("\n\n")[0])
                            for title in ("what a SAML identity provider answered", "SAML connections\n"))
    assert len(answers) > 40 and len(connections) >= 9
    assert SHARED_REASONS <= reasons_in(names), "each is a reason still"
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", (documents.DOCS / SAML).read_text(), re.MULTILINE)
    told = set(re.findall(r"\w+", " ".join(rows)))
    assert not (answers | connections | SHARED_REASONS) - told
