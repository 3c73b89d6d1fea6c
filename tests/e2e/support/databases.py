"""The two databases under the server: an empty one for each test, all that it holds as bytes, and the change records,
which no request returns."""
import contextlib
import json
import os
import secrets
import sqlite3
import subprocess
import urllib.parse

URL_VARIABLE = "DOORWARD_TEST_POSTGRES_URL"
CHANGES_OF = "SELECT changes, actor_id FROM changes WHERE object_id = '{}' ORDER BY owner_seq"


class Sqlite:
    """The server's default: a file in its data folder."""
    name = "sqlite"
    url = None

    def contents(self, server):
        """Every byte of the database file, its log and what else the data folder holds but the credentials."""
        self.file(server)
        return b"".join(p.read_bytes() for p in self.files(server))

    def changes_of(self, server, object_id):
        """Oldest first: the change, by previous_values and new_values, and whose it was."""
        with contextlib.closing(sqlite3.connect(f"{self.file(server).as_uri()}?mode=ro", uri=True)) as database:
            return [(json.loads(change), actor) for change, actor in database.execute(CHANGES_OF.format(object_id))]

    def files(self, server):
        skipped = {"credentials.json"}
        return [p for p in sorted(server.data_dir.rglob("*")) if p.is_file() and p.name not in skipped]

    def file(self, server):
        databases = [p for p in self.files(server) if p.read_bytes()[:16] == b"SQLite format 3\0"]
        assert databases, f"no SQLite file in {server.data_dir}"
        return databases[0]

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

    def changes_of(self, server, object_id):
        rows = psql(self.url, CHANGES_OF.format(object_id)).stdout.decode().splitlines()
        return [(json.loads(change), actor) for change, _, actor in (row.rpartition("|") for row in rows)]

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
