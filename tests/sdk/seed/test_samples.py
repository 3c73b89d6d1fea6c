"""The samples of the seed, run with their corrections, and shown to need them."""
import os
import pathlib
import subprocess

import pytest

from support.tenant import Tenant, api_client, token

SAMPLES = pathlib.Path(__file__).parent
NODE_MODULES = SAMPLES.parent / "node" / "node_modules"
TIMEOUT_SECONDS = 60

# What the Python SDK forgets: its two lists are never made (python/test_directories.py).
MENDED = """
from scalekit import directory as _directory
def _mended(broken, field):
    def make():
        made = broken()
        setattr(made, field, [])
        return made
    return make
_directory.ListDirUsersResponse = _mended(_directory.ListDirUsersResponse, "users")
_directory.ListDirGroupsResponse = _mended(_directory.ListDirGroupsResponse, "groups")
"""


def lines(name, marks):
    return "".join(line[1:] for line in (SAMPLES / f"{name}.diff").read_text().splitlines(True) if line[0] in marks)


@pytest.fixture(scope="session")
def server(start_server):
    return start_server("sqlite")


@pytest.fixture(scope="session")
def customer(server):
    """The newest organization of the server, with a directory, a user and a group."""
    tenant = Tenant(server, api_client(server), name="Seed Customer")
    ann = tenant.scim.create_user("ann").expect(201).json()
    tenant.scim.create_group("Engineering", [ann["id"]]).expect(201)
    return tenant


@pytest.fixture
def run(server, customer, tmp_path):
    """Runs the lines of a sample with the given marks; what it printed, on both streams."""
    filled = {"<ORGANIZATION_ID>": customer.organization_id, "<DIRECTORY_ID>": customer.directory_id,
              "<ACCESS_TOKEN>": token(server)}
    url = server.credentials["environment_url_https"]

    def run(name, marks):
        language = name.rsplit(".", 1)[1]
        first = lines(f"initialize.{language}", " ") if language != "sh" else ""
        program = first + (MENDED if language == "py" else "") + lines(name, marks)
        for placeholder, value in filled.items():
            program = program.replace(placeholder, value)
        command, file = {"js": (["node"], tmp_path / "sample.mjs"),
                         "py": ([os.environ["DOORWARD_SDK_PYTHON"]], tmp_path / "sample.py"),
                         "sh": (["bash", "-e"], tmp_path / "sample.sh")}[language]
        file.write_text(program)
        if language == "js" and not (tmp_path / "node_modules").exists():
            (tmp_path / "node_modules").symlink_to(NODE_MODULES)
        ca_file = server.credentials["ca_file"]
        environment = {**os.environ, "NODE_EXTRA_CA_CERTS": ca_file, "REQUESTS_CA_BUNDLE": ca_file,
                       "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": ca_file, "CURL_CA_BUNDLE": ca_file,
                       # cURL's sample writes the scheme itself; the SDKs want it in the variable.
                       "SCALEKIT_ENVIRONMENT_URL": url.removeprefix("https://") if language == "sh" else url,
                       "SCALEKIT_CLIENT_ID": server.credentials["client_id"],
                       "SCALEKIT_CLIENT_SECRET": server.credentials["client_secret"]}
        done = subprocess.run([*command, file], capture_output=True, text=True, env=environment, timeout=TIMEOUT_SECONDS)
        return done.stdout, done.stderr

    return run


def expected(sample, tenant):
    """Lines that the sample must print."""
    user = tenant.users()[0]
    group = tenant.groups()[0]
    directory = tenant.api.get(f"{tenant.directories}/{tenant.directory_id}").json()["directory"]
    return {
        "list-organizations": [f"Organization ID: {tenant.organization_id}"],
        "retrieve-directory": [f"Directory name: {directory['name']}", f"Primary directory ID: {tenant.directory_id}"],
        "list-users": [f"User email: {user['email']}, Name: {user['given_name']} {user['family_name']}"],
        "list-groups": [f"Group name: {group['display_name']}, ID: {group['id']}"],
    }[sample]


def names(*languages):
    found = sorted(path.name.removesuffix(".diff") for path in SAMPLES.glob("*.diff"))
    return [name for name in found if name.rsplit(".", 1)[1] in languages and not name.startswith("initialize")]


@pytest.mark.parametrize("name", names("js", "py"))
def test_runs_with_its_correction(run, customer, name):
    out, errors = run(name, " +")
    wanted = expected(name.rsplit(".", 1)[0], customer)
    assert [line for line in wanted if line not in out.splitlines()] == [], f"{out}\n{errors}"
    if name == "list-organizations.js":
        assert "Organization name: Seed Customer" in out.splitlines()
    assert "rror" not in out and "Failed" not in errors


@pytest.mark.parametrize("name", [name for name in names("js", "py") if lines(name, "+")])
def test_needs_its_correction(run, name):
    assert run(name, " -") != run(name, " +")


@pytest.mark.parametrize("name", names("sh"))
def test_curl_runs_as_printed(run, customer, name):
    assert not lines(name, "+-")
    out, errors = run(name, " ")
    assert f'"id":"{customer.organization_id}"' in out.replace(" ", ""), errors
