"""Users and groups of one directory, written straight into the database of a stopped server as the server writes them:
copies of one user and one group, which differ in id, names, addresses and times."""
import dataclasses

import queued

SMALL_GROUP = 10  # members of every group but the large one
sqlite_file = queued.sqlite_file


@dataclasses.dataclass(frozen=True)
class User:
    id: str
    name: str
    external_id: str


@dataclasses.dataclass(frozen=True)
class Group:
    id: str
    name: str


class Crowd:
    """What there is, by number from 1. Names are those of support.tenant.user("template") with another word in them."""

    def __init__(self, scope, template, group, plan):
        self.scope, self.plan = scope, plan
        self.user_number, self.group_number = (int(i.rsplit("_", 1)[1]) for i in (template, group))
        self.large_group = self.group(1).id

    def user(self, n):
        return User(f"diruser_{self.user_number + n}", f"crowd{n}@example.test", f"ext-crowd{n}")

    def user_in_sql(self, n):
        return {"id": f"'diruser_' || ({self.user_number} + {n})", "name": f"'crowd' || {n} || '@example.test'",
                "external_id": f"'ext-crowd' || {n}"}

    def group(self, n):
        return Group(f"dirgroup_{self.group_number + n}", f"Crowd {n}")

    def members_of_small_groups(self, count):
        """Numbers of users that one group or two have."""
        return range(1, min(count, (self.plan.groups - 1) * SMALL_GROUP, self.plan.users) + 1)


def fill(stage, template, group):
    plan = stage.plan
    scope = {"environment_id": queued.run(stage, f"SELECT environment_id FROM directory_users WHERE id = '{template}'")[0][0],
             "directory_id": stage.tenant.directory_id}
    crowd = Crowd(scope, template, group, plan)
    here = " AND ".join(f"r.{column} = '{value}'" for column, value in scope.items())

    def series(count):
        return (f"generate_series(1, {count}) AS s(n)" if stage.postgres else
                f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s")

    def copies(table, key, count, changed):
        names = queued.columns(stage, table)
        values = ", ".join(changed.get(name, f"r.{name}") for name in names)
        return (f"INSERT INTO {table}({', '.join(names)}) SELECT {values} FROM {table} r CROSS JOIN {series(count)} "
                f"WHERE {here} AND {key}")

    named = "replace(r.%s, 'template', 'crowd' || s.n)"
    as_user = crowd.user_in_sql("s.n")
    group_id, group_name = f"'dirgroup_' || ({crowd.group_number} + %s)", "'%srowd ' || s.n"
    members = ("INSERT INTO group_members(environment_id, directory_id, group_id, value, kind) SELECT "
               f"'{scope['environment_id']}', '{scope['directory_id']}', %s, 'diruser_' || ({crowd.user_number} + %s), 1 "
               "FROM %s")
    small = plan.groups - 1
    statements = [
        copies("directory_users", f"r.id = '{template}'", plan.users,
               {"id": as_user["id"], "user_name": as_user["name"], "user_name_folded": as_user["name"],
                "external_id": as_user["external_id"], "email": as_user["name"], "attributes": named % "attributes",
                "profile": named % "profile", "create_time": "r.create_time + s.n", "update_time": "r.update_time + s.n"}),
        copies("directory_user_emails", f"r.user_id = '{template}'", plan.users,
               {"email_folded": as_user["name"], "user_id": as_user["id"]}),
        copies("directory_groups", f"r.id = '{group}'", plan.groups,
               {"id": group_id % "s.n", "display_name": group_name % "C", "display_name_folded": group_name % "c",
                "attributes": "replace(r.attributes, 'template', 'Crowd ' || s.n)",
                "member_count": f"CASE s.n WHEN 1 THEN {plan.members} ELSE {SMALL_GROUP} END",
                "create_time": "r.create_time + s.n", "update_time": "r.update_time + s.n"}),
        members % (group_id % 1, "s.n", series(plan.members)),
        members % (group_id % f"(2 + (s.n - 1) % {small})", f"1 + (s.n - 1) % {plan.users}", series(small * SMALL_GROUP)),
        f"UPDATE directories SET total_users = total_users + {plan.users}, total_groups = total_groups + {plan.groups} "
        f"WHERE id = '{scope['directory_id']}'"]
    queued.run(stage, *statements, "SELECT 1")
    queued.analyze(stage)
    return crowd
