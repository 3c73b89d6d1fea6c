"""One caller at a time, as --transport says. Go talks to both listeners; Java to port 443 and no other, so it wants a
network namespace of its own, in which that port is free."""
import os
import subprocess

import pytest

import caller
from support import documents
from support.tenant import unique

# Each scheme on one of the databases: the wire and the store do not know of each other.
SETTINGS = {"go": [("http", "sqlite"), ("https", "postgres")], "java": [("https", "sqlite"), ("https", "postgres")]}
JAVA_URL = "https://localhost"


def pytest_generate_tests(metafunc):
    if "setting" in metafunc.fixturenames:
        settings = SETTINGS[metafunc.config.getoption("--transport")]
        metafunc.parametrize("setting", settings, ids=["-".join(setting) for setting in settings], scope="session",
                             indirect=True)


@pytest.fixture(scope="session")
def setting(request):
    return request.param


@pytest.fixture(scope="session")
def transport(request):
    return request.config.getoption("--transport")


@pytest.fixture(scope="session")
def described(tmp_path_factory):
    return caller.descriptors(tmp_path_factory.mktemp("descriptors") / "api.binpb")


@pytest.fixture(scope="session")
def server(setting, transport, start_server):
    _, database = setting
    options = ["--https-listen", "localhost:443", "--base-url", JAVA_URL] if transport == "java" else []
    started = start_server(database, *options)
    if transport == "java":
        # Its own simulator is then at a URL whose certificate it made itself, and trusts as little as anybody does.
        assert started.stop() == 0
        started.options += ["--outbound-ca-file", started.credentials["ca_file"]]
        started.start()
    yield started
    started.close()  # before the next one, which may want the same port


@pytest.fixture(scope="session")
def new_caller(setting, transport, server, described, tmp_path_factory):
    """Starts the caller of this run; `SCALEKIT_CLIENT_SECRET` and the like may be given wrong."""
    scheme, _ = setting
    folder = tmp_path_factory.mktemp("caller")

    def start(**changes):
        if transport == "go":
            url = server.credentials["environment_url_https" if scheme == "https" else "environment_url"]
            return caller.Caller([os.environ["DOORWARD_GO_CALLER"], described], server, url, folder / "log",
                                 SSL_CERT_FILE=server.credentials["ca_file"], **changes)
        trusted = folder / "doorward-trust.p12"
        if not trusted.exists():
            (folder / "data").symlink_to(server.data_dir)
            subprocess.run(["bash", "-ec", documents.blocks("api.md", "sh")["java-trust"]], cwd=folder, check=True,
                           capture_output=True)
        return caller.Caller(["java", "-cp", os.environ["DOORWARD_JAVA_CALLER"], f"-Djavax.net.ssl.trustStore={trusted}",
                              "-Djavax.net.ssl.trustStorePassword=changeit", "Caller", described], server, JAVA_URL,
                             folder / "log", **changes)

    return start


@pytest.fixture(scope="session")
def api(new_caller):
    started = new_caller()
    yield started
    started.close()


@pytest.fixture
def organization(api):
    return api.organizations("CreateOrganization", organization={"display_name": unique("Customer"),
                                                                 "external_id": unique("ext")})["organization"]
