"""Nothing is fetched and no file is opened, whatever an answer names. Each answer is right but for what it names, and
its connection may reach this machine (`debug_enabled`), so that nothing else keeps the server from going there. What is
named is watched; last, the test goes there itself, to show that the server would have been seen."""
import ctypes
import os
import socket
import struct

import pytest

from support.saml import SamlConnection
from support.saml_provider import SamlProvider, TRANSFORMS, encrypted, sign
from support.sign_in import Application
from support.tenant import api_client
from support.waiting import PATIENCE_SECONDS

IN_OPEN, IN_NONBLOCK = 0x20, 0o4000  # linux/inotify.h; asm-generic/fcntl.h

DOCTYPES = {
    "system": '<!DOCTYPE r SYSTEM "{url}">',
    "public": '<!DOCTYPE r PUBLIC "-//x//y" "{url}">',
    "entity": '<!DOCTYPE r [<!ENTITY e SYSTEM "{url}">]>',
    "parameter_entity": '<!DOCTYPE r [<!ENTITY % p SYSTEM "{url}"> <!ENTITY e "ok"> %p;]>',
}
XSLT = ('<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet version="1.0" '
        'xmlns:xsl="http://www.w3.org/1999/XSL/Transform">{rule}</xsl:stylesheet></ds:Transform>')
DOCUMENT = XSLT.replace("{rule}", '<xsl:template match="/"><xsl:copy-of select="document(\'{url}\')"/></xsl:template>')
INCLUDE = XSLT.replace("{rule}", '<xsl:include href="{url}"/>')
TRANSFORM_LISTS = {"document": DOCUMENT, "include": INCLUDE, "document_last": TRANSFORMS + DOCUMENT,
                   "include_last": TRANSFORMS + INCLUDE}
RETRIEVAL = '<ds:RetrievalMethod URI="{url}"/>'
REFERENCE = '<d:KeyInfoReference xmlns:d="http://www.w3.org/2009/xmldsig11#" URI="{url}"/>'
# Arguments of encrypted().
ENCRYPTED = {
    "retrieval": {"key_info": RETRIEVAL},
    "reference": {"key_info": REFERENCE},
    "retrieval_in_key": {"in_key": f"<ds:KeyInfo>{RETRIEVAL}</ds:KeyInfo>"},
    "reference_in_key": {"in_key": f"<ds:KeyInfo>{REFERENCE}</ds:KeyInfo>"},
    "cipher_reference": {"content": '<xenc:CipherReference URI="{url}"/>'},
}
ELEMENTS = ("saml:Assertion", "samlp:Response")


class Address:
    """A listener that nobody may connect to."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.url = "http://127.0.0.1:{}/x".format(self.socket.getsockname()[1])

    def was_reached(self):
        try:
            self.socket.accept()[0].close()
            return True
        except BlockingIOError:
            return False

    def reach(self):
        socket.create_connection(self.socket.getsockname(), timeout=PATIENCE_SECONDS).close()

    def close(self):
        self.socket.close()


class File:
    """A file that nobody may open; inotify tells."""

    def __init__(self, path):
        self.path, self.url = path, path.as_uri()
        path.write_text("<x/>")
        libc = ctypes.CDLL(None, use_errno=True)
        self.watch = libc.inotify_init1(IN_NONBLOCK)
        added = libc.inotify_add_watch(self.watch, os.fsencode(path), IN_OPEN)
        assert self.watch >= 0 and added >= 0, os.strerror(ctypes.get_errno())

    def was_reached(self):
        try:
            _, mask, _, _ = struct.unpack_from("iIII", os.read(self.watch, 4096))
            return bool(mask & IN_OPEN)
        except BlockingIOError:
            return False

    def reach(self):
        self.path.read_text()

    def close(self):
        os.close(self.watch)


@pytest.fixture
def urls(tmp_path):
    """What an answer may name."""
    watched = [Address(), File(tmp_path / "named.xml")]
    try:
        yield [one.url for one in watched]
        for one in watched:
            assert not one.was_reached(), one.url
            one.reach()
            assert one.was_reached(), f"nobody would have seen that {one.url} was reached"
    finally:
        for one in watched:
            one.close()


@pytest.fixture(scope="module")
def end_of(server):
    """How a login ends that is answered like this: AskedLogin.end()."""
    api = api_client(server)
    provider, application = SamlProvider(SamlConnection(server, api)), Application(server, api)
    return lambda answer: provider.ask(application).end(answer)


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_answer_that_names_nothing_signs_in(end_of, element):
    assert end_of(lambda response: sign(response(), element)) == "success"


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_S06_nothing_that_a_doctype_names_is_fetched(end_of, urls, doctype):
    """Only the assertion is signed: an entity in the status breaks no signature."""
    for url in urls:
        def answer(response):
            message = sign(response(), "saml:Assertion")
            assert message.count(">ok<") == 1
            return DOCTYPES[doctype].replace("{url}", url) + message.replace(">ok<", ">&e;<")
        assert end_of(answer) == "dtd_forbidden", url


@pytest.mark.parametrize("transforms", TRANSFORM_LISTS)
def test_S46_no_transform_reads_a_document(end_of, urls, transforms):
    for url in urls:
        text = TRANSFORM_LISTS[transforms].replace("{url}", url)
        reason = end_of(lambda response: sign(response(), "saml:Assertion", transforms=text))
        assert reason == "transform_forbidden", url


@pytest.mark.parametrize("element", ELEMENTS)
def test_S48_no_reference_leads_out_of_the_message(end_of, urls, element):
    for url in urls:
        assert end_of(lambda response: sign(response(), element, uri=url)) == "reference_uri", url


@pytest.mark.parametrize("key_info", [RETRIEVAL, REFERENCE], ids=["retrieval", "reference"])
def test_S52_no_key_of_a_signature_is_fetched(end_of, urls, key_info):
    """Nor is it read, so that the answer stands."""
    for url in urls:
        text = f"<ds:KeyInfo>{key_info}</ds:KeyInfo>".replace("{url}", url)
        assert end_of(lambda response: sign(response(), "saml:Assertion", key_info=text)) == "success", url


@pytest.mark.parametrize("naming", ENCRYPTED)
def test_S65_nothing_that_an_encrypted_assertion_names_is_fetched(end_of, urls, naming):
    for url in urls:
        hidden = encrypted(**{name: text.replace("{url}", url) for name, text in ENCRYPTED[naming].items()})
        assert end_of(lambda response: sign(response(assertion=hidden), "samlp:Response")) == "enc_shape", url
