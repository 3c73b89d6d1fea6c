"""Thousands of connections that wait, and some that send a byte now and then, on one selector thread."""
import functools
import re
import selectors
import socket
import ssl
import struct
import threading

from .waiting import PATIENCE_SECONDS

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PER_SOURCE = 800  # under the server's cap of connections from one address
DRIBBLE_SECONDS = 0.1


def frame(kind, flags, stream, payload=b""):
    """RFC 9113 section 4.1."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


SETTINGS = frame(4, 0, 0)
# Static table and literals only (RFC 7541): :method GET or POST, :scheme http, :authority x, then :path.
GET_HEALTH = b"\x82\x86\x41\x01x\x44\x08/healthz"
POST_HEALTH = b"\x83\x86\x41\x01x\x44\x08/healthz"

# What a slow peer sends first, and then again and again.
SLOW = {
    ("h1", "header"): (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"a"),
    ("h1", "body"): (b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", b"a"),
    # A block that never ends: one CONTINUATION more would be a flood, so nothing follows.
    ("h2", "header"): (PREFACE + SETTINGS + frame(1, 1, 1, GET_HEALTH), b""),
    ("h2", "body"): (PREFACE + SETTINGS + frame(1, 4, 1, POST_HEALTH), frame(0, 0, 1, b"a")),
}


@functools.cache
def tls_context(http2, newest):
    """One for all connections of a kind: each would read the system's certificates."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2" if http2 else "http/1.1"])
    context.maximum_version = newest
    return context


def is_answer(heard, stream):
    """Of HTTP/2 on that stream, of HTTP/1.1 without one: complete."""
    if stream is None:
        head, end, body = heard.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        return bool(end) and len(body) >= (int(length[1]) if length else 0)
    at = 0
    while at + 9 <= len(heard):
        kind, flags, of = heard[at + 3], heard[at + 4], struct.unpack_from(">I", heard, at + 5)[0]
        if of == stream and kind in (0, 1) and flags & 1:
            return True
        at += 9 + int.from_bytes(heard[at:at + 3], "big")
    return False


def read_answer(line, stream=None):
    heard = b""
    while not is_answer(heard, stream):
        chunk = line.recv(65536)
        assert chunk, "closed before the answer"
        heard += chunk
    return heard


class Peers:
    """Opens connections from as many loopback addresses as the cap per source asks for."""

    def __init__(self, server):
        self.server, self.opened = server, 0

    def connect(self, tls=False, http2=False, newest=ssl.TLSVersion.TLSv1_3):
        host, port = self.server.ready["https" if tls else "http"].rsplit(":", 1)
        line = socket.socket()
        line.settimeout(PATIENCE_SECONDS)
        line.bind((f"127.0.{1 + self.opened // PER_SOURCE}.1", 0))
        self.opened += 1
        line.connect((host, int(port)))
        if tls:
            line = tls_context(http2, newest).wrap_socket(line)
        return line

    def idle(self, tls=False, http2=False, newest=ssl.TLSVersion.TLSv1_3):
        """A connection that was answered once and waits."""
        line = self.connect(tls, http2, newest)
        if http2:
            line.sendall(PREFACE + SETTINGS)
        self.ask(line, 1 if http2 else None)
        return line

    @staticmethod
    def ask(line, stream=None):
        """A request on a connection that idle() gave; of HTTP/2 on that stream."""
        if stream is not None:
            line.sendall(frame(1, 5, stream, GET_HEALTH))
        else:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        return read_answer(line, stream)


class SlowPeers:
    """Slow connections by protocol and place, and what each was told until the server closed it."""

    def __init__(self, peers, count):
        self.heard = {}
        self.selector = selectors.DefaultSelector()
        self.lines = []
        kinds = list(SLOW)
        for number in range(count):
            kind = kinds[number % len(kinds)]
            line = peers.connect(tls=number % 5 == 0, http2=kind[0] == "h2")
            line.sendall(SLOW[kind][0])
            line.setblocking(False)
            self.lines.append((line, kind))
            self.heard[line] = (kind, b"")
            self.selector.register(line, selectors.EVENT_READ)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while self.lines and not self.stop.wait(DRIBBLE_SECONDS):
            for line, kind in list(self.lines):
                try:
                    if SLOW[kind][1]:
                        line.send(SLOW[kind][1])
                except OSError:
                    pass  # what it was told is still to be read
            for key, _ in self.selector.select(0):
                self._read(key.fileobj)

    def _read(self, line):
        kind, heard = self.heard[line]
        try:
            while chunk := line.recv(65536):
                self.heard[line] = (kind, heard := heard + chunk)
        except (BlockingIOError, ssl.SSLWantReadError):
            if kind != ("h2", "body") or b"408" not in heard:
                return  # a stream of HTTP/2 is cut alone: its connection may go on
        except OSError:
            pass
        self.selector.unregister(line)
        self.lines.remove((line, kind))
        line.close()

    def finish(self):
        """Once all were cut: what each kind was told."""
        self.thread.join(PATIENCE_SECONDS)
        assert not self.lines, f"{len(self.lines)} slow connections are still open"
        return list(self.heard.values())

    def close(self):
        self.stop.set()
        self.thread.join()
        for line, _ in self.lines:
            line.close()
