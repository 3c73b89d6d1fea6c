"""An organization's connection to a provider of its own, and logins through both."""
from provider import Provider
from support.sign_in import location, parameters
from support.tenant import Tenant


class Connection:
    """An organization's connection, enabled, to a provider of its own."""

    def __init__(self, server, api, log, settings=None, mapping=None, **provider):
        self.api = api
        self.server = server
        self.organization_id = Tenant(server, api).organization_id
        path = f"/api/v1/organizations/{self.organization_id}/connections"
        made = api.post(path, {"type": "OIDC", "provider": "CUSTOM"}).expect(201).json()["connection"]
        self.id = made["id"]
        self.path = f"{path}/{self.id}"
        self.settings_path = f"/doorward/v1/organizations/{self.organization_id}/connections/{self.id}/settings"
        self.addresses = made["oidc_config"]
        method = provider.get("method", "client_secret_basic")
        if method == "private_key_jwt":
            provider["jwks_uri"] = server.credentials["environment_url"] + "/keys"
        self.provider = Provider(
            log, self.addresses["redirect_uri"],
            post_logout_redirect_uris=[self.addresses["post_logout_redirect_uri"]],
            backchannel_logout_uri=self.addresses["backchannel_logout_redirect_uri"],
            backchannel_logout_session_required=True, **provider)
        config = {"issuer": self.provider.issuer, "client_id": self.provider.client_id}
        if self.provider.client_secret:
            config["client_secret"] = self.provider.client_secret
        change = {"token_auth_method": method, **(settings or {})}
        if mapping:
            change["attribute_mapping"] = {"claims": mapping}
        api.patch(self.settings_path, change).expect(200)
        api.patch(self.path, {"debug_enabled": True, "configuration_type": "DISCOVERY", "oidc_config": config}).expect(200)
        api.patch(self.path + ":enable").expect(200)

    def begin(self, browser, application, **asked):
        """Where Doorward sends the browser."""
        return browser.follow(application.url(connection_id=self.id, **asked))

    def log_in(self, browser, application, name="ann", **asked):
        """The whole way: the claims of the application's ID token."""
        back = self.provider.sign_in(browser, self.begin(browser, application, **asked), name)
        return redeemed(browser, application, back)


def redeemed(browser, application, back):
    told = parameters(location(browser.open(back)))
    assert "error" not in told, told
    return application.redeem(told["code"]).expect(200).json()
