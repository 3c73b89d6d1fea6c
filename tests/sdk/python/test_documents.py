"""Python of the documentation, as it stands there."""
import os
import subprocess
import sys

from support import documents


def test_the_set_up_of_docs_api(server, organization):
    environment = {**os.environ, "SCALEKIT_ENVIRONMENT_URL": server.credentials["environment_url_https"],
                   "SCALEKIT_CLIENT_ID": server.credentials["client_id"],
                   "SCALEKIT_CLIENT_SECRET": server.credentials["client_secret"],
                   "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": server.credentials["ca_file"],
                   "REQUESTS_CA_BUNDLE": server.credentials["ca_file"]}
    done = subprocess.run([sys.executable, "-c", documents.blocks("api.md", "python")["python"]], env=environment,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"{organization.id} {organization.display_name}" in done.stdout
