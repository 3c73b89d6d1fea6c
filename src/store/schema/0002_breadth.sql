-- oldest-binary: 1
-- Everything of organizations and directories, and webhooks that survive anything.

-- Webhook endpoints.
-- retry_schedule: empty for the standard one, else a preset's name or seconds separated by commas. failing_since: when
-- the first attempt failed after which none succeeded. disabled_reason: why Doorward itself switched it off.
ALTER TABLE webhook_endpoints ADD COLUMN retry_schedule {{text}} NOT NULL DEFAULT '';
ALTER TABLE webhook_endpoints ADD COLUMN failing_since BIGINT;
ALTER TABLE webhook_endpoints ADD COLUMN disabled_reason {{text}} NOT NULL DEFAULT '';

-- Deliveries.

-- Organizations.

-- Directories.
-- attribute_mappings: a JSON list of [key, map_to], empty for the standard rules. role_assignments: how many rows of
-- directory_role_assignments there are; nobody looks for them while there are none. directory_users.roles: names with
-- commas between. position: the order in which assignments were given. waiting_members: 0 as long as no group was given
-- a member that is not there; of what was stored before, nobody knows.
ALTER TABLE directories ADD COLUMN attribute_mappings {{text}} NOT NULL DEFAULT '';
ALTER TABLE directories ADD COLUMN role_assignments BIGINT NOT NULL DEFAULT 0;
ALTER TABLE directories ADD COLUMN waiting_members BIGINT NOT NULL DEFAULT 1;
ALTER TABLE directory_users ADD COLUMN roles {{text}} NOT NULL DEFAULT '';
CREATE TABLE directory_role_assignments(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  group_id {{text}} NOT NULL,
  role_id {{text}} NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY(environment_id, directory_id, group_id, role_id)
){{keyed}};

-- Keys.
