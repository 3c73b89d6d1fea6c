"""S-02: a message that inflates to very much takes no more memory than the cap lets it, and leaves none behind. Two are
looked at: the peak of the resident memory, which Linux counts, and what the server has allocated, by its own metric."""
import base64
import pathlib
import re
import urllib.parse
import zlib

import pytest

from support.saml import SamlConnection
from support.sign_in import Browser, reason
from support.tenant import api_client

MOST_PEAK = 4 << 20  # the cap is 256 KiB; buffers that grow by doubling, and the pages of a sanitizer
MOST_LEFT = 256 << 10
READ_BYTES = 16 << 10  # a longer query is refused by its length


class Memory:
    def __init__(self, server):
        self.server, self.folder = server, pathlib.Path(f"/proc/{server.process.pid}")

    def resident(self, name="VmRSS"):
        return int(re.search(rf"^{name}:\s+(\d+) kB$", (self.folder / "status").read_text(), re.MULTILINE)[1]) * 1024

    def allocated(self):
        text = self.server.client().get("/metrics").expect(200).body.decode()
        return float(re.search(r"^process_heap_bytes (\S+)$", text, re.MULTILINE)[1])

    def peak_of(self, do):
        """By how much the resident memory was larger than before at any time."""
        try:
            (self.folder / "clear_refs").write_text("5")  # proc(5): the peak begins anew
        except PermissionError:
            pass  # only root may look into a server; without it the peak goes on from the largest so far
        before = self.resident("VmHWM")
        do()
        return self.resident("VmHWM") - before


def bomb(mebibytes):
    """What ends in a full flush looks back at nothing, so that a piece may come as often as one likes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = deflate.compress(b"<") + deflate.flush(zlib.Z_FULL_FLUSH)
    piece = deflate.compress(b"a" * (1 << 20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return "SAMLRequest=" + urllib.parse.quote(base64.b64encode(start + mebibytes * piece).decode(), safe="")


def too_large(answer):
    assert reason(answer, 413) == "too_large"


@pytest.mark.parametrize("mebibytes, refused", [(10, too_large), (1024, lambda answer: answer.expect(414))],
                         ids=["while_it_inflates", "unread"])
def test_S02_a_bomb_takes_no_memory(new_server, mebibytes, refused):
    server = new_server().start()
    slo = urllib.parse.urlsplit(SamlConnection(server, api_client(server), provider="IDP_SIMULATOR").slo_url).path
    memory, browser, query = Memory(server), Browser(server), bomb(mebibytes)
    assert (len(query) < READ_BYTES) == (refused is too_large)
    send = lambda: refused(browser.open(f"{slo}?{query}"))  # noqa: E731
    send()  # what a first refusal leaves for all
    allocated = memory.allocated()
    assert max(memory.peak_of(send) for _ in range(10)) < MOST_PEAK
    assert memory.allocated() - allocated < MOST_LEFT
