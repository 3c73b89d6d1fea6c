"""docs/identity-providers.md: its commands connect a provider, through which people sign in."""
import os
import subprocess

from provider import Provider
from support import documents

PAGE = "identity-providers.md"


def shell(server, folder, names, **environment):
    """What the named blocks print, run beside the server's data folder."""
    if not (folder / "data").exists():
        (folder / "data").symlink_to(server.data_dir)
    blocks = documents.blocks(PAGE, "sh")
    script = "".join(blocks[name] for name in names) + '\necho; echo "$CONNECTION"\n'
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True,
                          timeout=120, env={**os.environ, **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split("\n")


def test_the_commands_connect_a_provider(server, api, application, browser, tmp_path):
    printed = shell(server, tmp_path, ["setup", "create"])
    connection = printed[-2]
    addresses = dict(line.split() for line in printed if "redirect_uri" in line)
    provider = Provider(tmp_path / "provider.log", addresses["redirect_uri"])
    organization = server.credentials["test_organization_id"]
    path = f"/api/v1/organizations/{organization}/connections/{connection}"
    try:
        # The page's providers speak https; this one is on this machine.
        api.patch(path, {"debug_enabled": True}).expect(200)
        shell(server, tmp_path, ["setup", "configure"], CONNECTION=connection, ISSUER=provider.issuer,
              CLIENT_ID=provider.client_id, CLIENT_SECRET=provider.client_secret)
        at_provider = browser.follow(application.url(connection_id=connection))
        assert "code=" in browser.follow(provider.sign_in(browser, at_provider, "ann"))
    finally:
        api.delete(path).expect(200)
        provider.close()
