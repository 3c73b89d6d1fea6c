"""A program that calls the API in another language: a call a line in, an answer a line out."""
import json
import os
import pathlib
import subprocess

PROTO = pathlib.Path(__file__).resolve().parents[3] / "proto"
SERVICES = {"organizations": "scalekit.v1.organizations.OrganizationService",
            "directories": "scalekit.v1.directories.DirectoryService",
            "clients": "scalekit.v1.clients.ClientService",
            "domains": "scalekit.v1.domains.DomainService",
            "connections": "scalekit.v1.connections.ConnectionService",
            "user_attributes": "scalekit.v1.user_attributes.UserAttributeService"}


class Refused(Exception):
    """An error of the API. `info` is its ErrorInfo, which every one of them must carry."""

    def __init__(self, answer):
        super().__init__(f"{answer['code']}: {answer.get('message')}")
        self.code = answer["code"].upper()
        self.message = answer.get("message")
        self.details = answer.get("details", [])

    @property
    def info(self):
        assert len(self.details) == 1, f"{self}: {self.details}"
        return self.details[0]


class Caller:
    def __init__(self, command, server, url, log, **changes):
        environment = {"SCALEKIT_ENVIRONMENT_URL": url, "SCALEKIT_CLIENT_ID": server.credentials["client_id"],
                       "SCALEKIT_CLIENT_SECRET": server.credentials["client_secret"], **changes}
        self.log = log
        self.protocol = None
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                            env={**os.environ, **environment})

    def call(self, method, request, token=None):
        """The answer to one call as JSON, without fields that hold their default; Refused when it was refused."""
        asked = {"method": method, "request": request}
        if token is not None:
            asked["token"] = token
        return self._ask(asked)

    def verify(self, token, kind, later=0):
        """The claims of a token, "id_token" or "idp_initiated_login", as of so many seconds later; Refused otherwise."""
        return self._ask({"verify": token, "as": kind, "later": later})

    def _ask(self, asked):
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the caller ended: {pathlib.Path(self.log).read_text(errors='replace')[-4000:]}"
        answer = json.loads(line)
        self.protocol = answer.get("protocol")
        if "code" in answer:
            raise Refused(answer)
        return answer["response"]

    def organizations(self, method, token=None, **request):
        return self.call(f"{SERVICES['organizations']}/{method}", request, token)

    def directories(self, method, token=None, **request):
        return self.call(f"{SERVICES['directories']}/{method}", request, token)

    def clients(self, method, token=None, **request):
        return self.call(f"{SERVICES['clients']}/{method}", request, token)

    def domains(self, method, token=None, **request):
        return self.call(f"{SERVICES['domains']}/{method}", request, token)

    def connections(self, method, token=None, **request):
        return self.call(f"{SERVICES['connections']}/{method}", request, token)

    def user_attributes(self, method, token=None, **request):
        return self.call(f"{SERVICES['user_attributes']}/{method}", request, token)

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(timeout=60)
        assert status == 0, f"the caller ended with {status}: {pathlib.Path(self.log).read_text(errors='replace')[-4000:]}"


def descriptors(path):
    """Writes the API's descriptors, from which both callers make their messages."""
    files = [str(file.relative_to(PROTO)) for file in sorted(PROTO.glob("scalekit/**/*.proto"))]
    subprocess.run(["protoc", f"-I{PROTO}", "--include_imports", f"--descriptor_set_out={path}", *files], check=True)
    return path
