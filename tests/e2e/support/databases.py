"""The two databases under the server: an empty one for each test, and all that it holds as bytes."""
import os
import secrets
import subprocess
import urllib.parse

URL_VARIABLE = "DOORWARD_TEST_POSTGRES_URL"


class Sqlite:
    """The server's default: a file in its data folder."""
    name = "sqlite"
    url = None

    def contents(self, server):
        """Every byte of the database file, its log and what else the data folder holds but the credentials."""
        skipped = {"credentials.json"}
        files = [p for p in sorted(server.data_dir.rglob("*")) if p.is_file() and p.name not in skipped]
        databases = [p for p in files if p.read_bytes()[:16] == b"SQLite format 3\0"]
        assert databases, f"no SQLite file among {files}"
        return b"".join(p.read_bytes() for p in files)

    def drop(self):
        pass


class Postgres:
    name = "postgres"

    def __init__(self, admin_url):
        self.admin_url = admin_url
        self.database = "e2e_" + secrets.token_hex(6)
        psql(admin_url, f'CREATE DATABASE "{self.database}"')
        self.url = urllib.parse.urlunsplit(urllib.parse.urlsplit(admin_url)._replace(path="/" + self.database))

    def contents(self, server):
        return run("pg_dump", "--dbname", self.url, "--inserts").stdout

    def drop(self):
        psql(self.admin_url, f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')


def admin_url():
    url = os.environ.get(URL_VARIABLE)
    assert url, f"{URL_VARIABLE} must name a PostgreSQL whose role may create databases; ./test sets it"
    return url


def make(name):
    return Sqlite() if name == "sqlite" else Postgres(admin_url())


def psql(url, statement):
    return run("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname", url, "--command", statement)


def run(*command):
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr.decode(errors='replace')}"
    return done
