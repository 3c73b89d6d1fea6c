"""Deliveries that wait, written straight into the database of a stopped server as the server writes them."""
import contextlib
import sqlite3

from support.databases import psql

ID_STEP = 100_000_000_000  # between event ids that are made from one: more than the templates' ids lie apart


def sqlite_file(stage):
    def first_bytes(path):
        with open(path, "rb") as file:
            return file.read(16)

    files = (p for p in stage.server.data_dir.rglob("*") if p.is_file())
    return next(p for p in files if first_bytes(p) == b"SQLite format 3\0")


def run(stage, *statements):
    """In one transaction; the rows of the last statement."""
    if stage.postgres:
        script = "BEGIN;" + ";".join(statements[:-1]) + ";" * (len(statements) > 1) + "COMMIT;"
        if len(statements) > 1:
            psql(stage.server.database.url, script)
        rows = psql(stage.server.database.url, statements[-1]).stdout.decode()
        return [row.split("|") for row in rows.splitlines()]
    with contextlib.closing(sqlite3.connect(sqlite_file(stage), isolation_level=None)) as db:
        db.execute("BEGIN")
        for statement in statements:
            rows = db.execute(statement).fetchall()
        db.execute("COMMIT")
        return rows


def waiting(stage, endpoint):
    return int(run(stage, f"SELECT count(*) FROM deliveries WHERE endpoint_id = '{endpoint}' AND status = 0")[0][0])


def analyze(stage):
    """PostgreSQL would come to it by itself, some minutes later."""
    if stage.postgres:
        psql(stage.server.database.url, "ANALYZE")


def columns(stage, table):
    if stage.postgres:
        return [r[0] for r in run(stage, "SELECT column_name FROM information_schema.columns WHERE "
                                         f"table_name = '{table}' ORDER BY ordinal_position")]
    return [r[0] for r in run(stage, f"SELECT name FROM pragma_table_info('{table}')")]


def fill(stage, endpoint, total):
    """Each directory that owes `endpoint` one delivery owes it more of the same, `total` together: what a change of the
    same user adds to the history, the feed, the outbox and the counters."""
    each = total // waiting(stage, endpoint)
    series = (f"generate_series(1, {each}) AS s(n)" if stage.postgres else
              f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {each}) SELECT n FROM s) AS s")
    new_id = f"'evt_' || (CAST(substr(%s, 5) AS BIGINT) + s.n * {ID_STEP})"
    # t: the delivery that waits; k: the counter of its owner; place: which of the owners it is, from 0.
    templates = ("(SELECT d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, k.last_seq, "
                 "row_number() OVER (ORDER BY d.owner_id) - 1 AS place FROM deliveries d JOIN change_counters k ON "
                 "k.environment_id = d.environment_id AND k.owner_id = d.owner_id "
                 f"WHERE d.endpoint_id = '{endpoint}' AND d.status = 0) AS t")

    def copies(table, changed, joined):
        names = columns(stage, table)
        values = ", ".join(changed.get(name, f"r.{name}") for name in names)
        return (f"INSERT INTO {table}({', '.join(names)}) SELECT {values} FROM {templates} JOIN {table} r ON "
                f"r.environment_id = t.environment_id AND r.owner_id = t.owner_id AND r.owner_seq = t.owner_seq{joined} "
                f"CROSS JOIN {series}")

    seq = "t.last_seq + s.n"
    owners = f"(SELECT DISTINCT environment_id, owner_id FROM deliveries WHERE endpoint_id = '{endpoint}' AND status = 0)"
    statements = [
        copies("changes", {"owner_seq": seq, "id": new_id % "r.id"}, ""),
        copies("feed", {"owner_seq": seq, "feed_seq":
                        f"(SELECT f.last_seq FROM feed_counters f WHERE f.environment_id = t.environment_id) + t.place * {each} + s.n"}, ""),
        copies("deliveries", {"owner_seq": seq, "event_id": new_id % "r.event_id", "attempts": "0", "failing_since": "NULL"},
               " AND r.endpoint_id = t.endpoint_id"),
        f"UPDATE feed_counters SET last_seq = last_seq + {each} * (SELECT count(*) FROM {owners} AS o "
        "WHERE o.environment_id = feed_counters.environment_id)",
        f"UPDATE change_counters SET last_seq = last_seq + {each}, sequenced_seq = sequenced_seq + {each} "
        f"WHERE (environment_id, owner_id) IN {owners}"]  # last: the rows are numbered from where it was
    run(stage, *statements, "SELECT 1")
    analyze(stage)
