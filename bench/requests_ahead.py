"""Requests made before the clock starts: each distinct where a write must be."""
import json
import struct
import urllib.parse

from support.tenant import PATCH_SCHEMA, SCIM_JSON, user

PAGE = 50
HOST = b"localhost"
BULK_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def save(path, requests):
    with open(path, "wb") as file:
        for request in requests:
            file.write(struct.pack("!I", len(request)) + request)


def http1(method, target, headers, body=b""):
    lines = [f"{method} {target} HTTP/1.1".encode(), b"Host: " + HOST, *(f"{k}: {v}".encode() for k, v in headers.items())]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def token(server):
    fields = {"grant_type": "client_credentials", "client_id": server.credentials["client_id"],
              "client_secret": server.credentials["client_secret"]}
    return [http1("POST", "/oauth/token", {"Content-Type": "application/x-www-form-urlencoded"},
                  urllib.parse.urlencode(fields).encode())]


class ScimRequests:
    def __init__(self, tenant):
        self.base = urllib.parse.urlsplit(tenant.directory["directory_endpoint"]).path
        self.headers = {"Authorization": f"Bearer {tenant.secret}", "Accept": SCIM_JSON}

    def send(self, method, path, document=None):
        headers = dict(self.headers)
        body = b""
        if document is not None:
            headers["Content-Type"] = SCIM_JSON
            body = json.dumps(document).encode()
        return http1(method, self.base + path, headers, body)

    def creates(self, first, count):
        return [self.send("POST", "/Users", user(f"user{n:07}", title="Engineer", displayName=f"User {n}"))
                for n in range(first, first + count)]

    def bulk_creates(self, first, count):
        return self.send("POST", "/Bulk", {"schemas": [BULK_SCHEMA], "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": f"u{n}",
             "data": user(f"user{n:07}", title="Engineer", displayName=f"User {n}")} for n in range(first, first + count)]})

    def gets(self, ids):
        return [self.send("GET", f"/Users/{i}") for i in ids]

    def filters(self, names):
        return [self.send("GET", "/Users?filter=" + urllib.parse.quote(f'userName eq "{n}"', safe="")) for n in names]

    def patches(self, ids, inactive):
        """Two rounds that turn every user's `active` over, so that each request is a change and the end is the start."""
        return [self.send("PATCH", f"/Users/{i}", {"schemas": [PATCH_SCHEMA],
                                                   "Operations": [{"op": "replace", "value": {"active": active}}]})
                for second in (False, True) for i in ids for active in [(i in inactive) != second]]

    def list_page(self):
        return [self.send("GET", f"/Users?startIndex=1&count={PAGE}")]


def hpack_integer(value):  # RFC 7541 section 5.1 with a prefix of 7 bits
    if value < 127:
        return bytes([value])
    out, value = [127], value - 127
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes([*out, value])


def hpack(fields):
    """Literal fields without indexing: the same bytes are right on any stream of any connection."""
    block = b""
    for name, value in fields:
        block += b"\0" + hpack_integer(len(name)) + name.encode() + hpack_integer(len(value)) + value.encode()
    return block


def protobuf_string(number, text):
    return bytes([number << 3 | 2, len(text)]) + text.encode()


def list_directory_users(tenant, access_token):
    """The frames that the Node SDK sends for listDirectoryUsers(organization, directory, {pageSize: 50})."""
    message = (protobuf_string(1, tenant.organization_id) + protobuf_string(2, tenant.directory_id) + bytes([3 << 3, PAGE]))
    block = hpack([(":method", "POST"), (":scheme", "http"), (":authority", "localhost"),
                   (":path", "/scalekit.v1.directories.DirectoryService/ListDirectoryUsers"),
                   ("content-type", "application/grpc+proto"), ("te", "trailers"), ("grpc-timeout", "20000m"),
                   ("user-agent", "Scalekit-Node/2.10.0"), ("x-sdk-version", "Scalekit-Node/2.10.0"),
                   ("x-api-version", "20260716"), ("authorization", f"Bearer {access_token}")])
    return [struct.pack("!I", len(block)) + block + b"\0" + struct.pack("!I", len(message)) + message]
