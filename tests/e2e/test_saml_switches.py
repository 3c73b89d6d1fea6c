"""K-12: what a switch of a connection lets through is refused as soon as it is off, in a login that is under way, too.
A change record says who turned it."""
import functools

import pytest

from support.saml import SamlConnection
from support.saml_provider import SHA1, XENC, SamlProvider, certificate, encrypted, sign
from support.sign_in import Application


def signed(response, **signing):
    return sign(response(), "saml:Assertion", **signing)


def with_comment(response):
    """The canonical form has none, so that the signature holds."""
    return signed(response).replace(">user-1<", ">user<!-- -->-1<")


def with_advice(response):
    inner = response().partition("</samlp:Status>")[2].removesuffix("</samlp:Response>")
    return signed(functools.partial(response, advice=f"<saml:Advice>{inner}</saml:Advice>"))


def by_cbc(response):
    """Of the right form, and nothing that our key opens."""
    return sign(response(assertion=encrypted(algorithm=XENC + "aes256-cbc")), "samlp:Response")


# What is answered, and the ends of a login while the switch is on and off.
SWITCHES = {
    "allow_sha1": (functools.partial(signed, algorithm=SHA1), "success", "alg_forbidden"),
    "allow_cbc": (by_cbc, "decrypt_failed", "enc_alg_forbidden"),
    "allow_comments": (with_comment, "success", "comment_forbidden"),
    "allow_advice": (with_advice, "success", "assertion_count"),
    "allow_expired_certificates": (signed, "success", "certificate_expired"),
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_K12_what_is_turned_off_is_refused_at_once_and_recorded(server, api, switch):
    answer, on, off = SWITCHES[switch]
    expired = switch == "allow_expired_certificates"
    provider = SamlProvider(SamlConnection(server, api), certificate(end="20260601000000Z") if expired else None)
    connection, application = provider.connection, Application(server, api)
    assert provider.ask(application).end(answer) == off, "by default"
    connection.change(**{switch: True})
    assert provider.ask(application).end(answer) == on
    under_way = provider.ask(application)
    connection.change(**{switch: False})
    assert under_way.end(answer) == off and provider.ask(application).end(answer) == off

    turns = server.database.changes_of(server, connection.id)[-2:]
    for is_on, (change, actor) in zip((True, False), turns, strict=True):
        before, after = (change[values]["saml"] for values in ("previous_values", "new_values"))
        assert (before[switch], after[switch]) == (not is_on, is_on) and after == {**before, switch: is_on}
        assert actor == server.credentials["client_id"]
