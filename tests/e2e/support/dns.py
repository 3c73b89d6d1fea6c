"""A name server on a free UDP port of loopback, for one question at a time (RFC 1035): it remembers what was asked and
answers A questions with the addresses, and TXT questions with the texts, that a test wants at that moment."""
import socket
import struct
import threading

TYPE_A = 1
TYPE_TXT = 16


class NameServer:
    def __init__(self):
        self.lock = threading.Lock()
        self.addresses = {}  # name -> function() -> list of IPv4 addresses
        self.texts = {}  # name -> list of texts; None: no usable answer
        self.questions = []  # (name, type)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.socket.close()

    def answer(self, name, addresses):
        with self.lock:
            self.addresses[name] = addresses

    def answer_texts(self, name, texts):
        with self.lock:
            self.texts[name] = texts

    def asked(self, name, kind=TYPE_A):
        with self.lock:
            return self.questions.count((name, kind))

    def _serve(self):
        while True:
            try:
                message, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            self.socket.sendto(self._reply(message), peer)

    def _reply(self, message):
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode().lower())
            at += message[at] + 1
        kind = struct.unpack_from(">H", message, at + 1)[0]
        name = ".".join(labels)
        with self.lock:
            self.questions.append((name, kind))
            addresses = self.addresses.get(name)
            texts = self.texts.get(name, [])
        if kind == TYPE_TXT:
            found = [bytes([len(text)]) + text.encode() for text in texts or []]
        else:
            found = [socket.inet_aton(address) for address in (addresses() if addresses and kind == TYPE_A else [])]
        flags = 0x8182 if texts is None else 0x8180 if addresses or texts else 0x8183  # server failure, answer, no name
        header = message[:2] + struct.pack(">HHHHH", flags, 1, len(found), 0, 0)
        records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(data)) + data for data in found)
        return header + message[12:at + 5] + records
