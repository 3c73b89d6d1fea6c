"""h2spec: every case of its groups generic, http2 and hpack, over plaintext with prior knowledge and over TLS."""
import os
import pathlib
import subprocess
import xml.etree.ElementTree

import pytest

from testing import toolchain

MODULE = pathlib.Path(__file__).parent / "h2spec"
PROGRAM = "github.com/summerwind/h2spec/cmd/h2spec"
CASES_AT_LEAST = 140
PATIENCE_SECONDS = 120

# A plaintext port speaks HTTP/1.1 as well: what does not begin as the preface of HTTP/2 is a request of HTTP/1.1, and a
# malformed one. It is answered with 400 before the connection is closed, where h2spec accepts only the close.
NOT_ON_A_SHARED_PORT = {"Sends invalid connection preface"}


@pytest.fixture(scope="module")
def h2spec():
    try:
        return toolchain.go_build(MODULE, PROGRAM, name="h2spec")
    except toolchain.Missing as missing:
        pytest.fail(str(missing))


@pytest.mark.parametrize("listener", ["http", "https"])
def test_h06_h2spec(server, h2spec, listener, tmp_path):
    host, port = server.ready[listener].rsplit(":", 1)
    report = tmp_path / "report.xml"
    command = [h2spec, "generic", "http2", "hpack", "--host", host, "--port", port, "--path", "/healthz",
               "--timeout", "5", "--junit-report", report]
    if listener == "https":
        command += ["--tls", "--insecure"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
                          env={"PATH": os.environ["PATH"]}).stdout
    cases = list(xml.etree.ElementTree.parse(report).iter("testcase"))
    failed = {case.get("classname") for case in cases if case.find("failure") is not None or case.find("error") is not None}
    assert len(cases) >= CASES_AT_LEAST, said[-2000:]
    assert failed == (NOT_ON_A_SHARED_PORT if listener == "http" else set()), said[-4000:]


def test_h06_what_is_no_preface_is_http11(server):
    from test_hostile import exchange
    assert exchange(server, b"INVALID CONNECTION PREFACE\r\n\r\n").startswith(b"HTTP/1.1 400 ")
