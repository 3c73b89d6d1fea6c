-- oldest-binary: 2
-- Everything of organizations and directories, and webhooks that survive anything.

-- Webhook endpoints.
-- retry_schedule: empty for the standard one, else a preset's name or seconds separated by commas. failing_since: when
-- the first attempt failed after which none succeeded. disabled_reason: why Doorward itself switched it off.
ALTER TABLE webhook_endpoints ADD COLUMN retry_schedule {{text}} NOT NULL DEFAULT '';
ALTER TABLE webhook_endpoints ADD COLUMN failing_since BIGINT;
ALTER TABLE webhook_endpoints ADD COLUMN disabled_reason {{text}} NOT NULL DEFAULT '';
CREATE INDEX webhook_endpoints_subscribed ON webhook_endpoints(environment_id, organization_id) WHERE enabled = 1;

-- Deliveries.
-- event_type, organization_id: of the event. round_begins: attempts made before the latest resend; the schedule starts
-- there. failing_since: when the first failed attempt of this round began. out_of_order: parked or resent once.
ALTER TABLE deliveries ADD COLUMN event_type {{text}} NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN organization_id {{text}} NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN round_begins BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN failing_since BIGINT;
ALTER TABLE deliveries ADD COLUMN out_of_order BIGINT NOT NULL DEFAULT 0;
ALTER TABLE delivery_attempts ADD COLUMN resend BIGINT NOT NULL DEFAULT 0;
UPDATE deliveries SET
  event_type = COALESCE((SELECT c.event_type FROM changes c WHERE c.environment_id = deliveries.environment_id AND
    c.owner_id = deliveries.owner_id AND c.owner_seq = deliveries.owner_seq), ''),
  organization_id = COALESCE((SELECT c.organization_id FROM changes c WHERE
    c.environment_id = deliveries.environment_id AND c.owner_id = deliveries.owner_id AND
    c.owner_seq = deliveries.owner_seq), '');
DROP INDEX deliveries_pending;
DROP INDEX deliveries_finished;
CREATE INDEX deliveries_list ON deliveries(environment_id, endpoint_id, status, create_time, event_id);
CREATE INDEX deliveries_age ON deliveries(create_time);

-- What is tried by itself: parked deliveries, resends, test events. Columns as in delivery_queues.
CREATE TABLE delivery_solos(
  environment_id {{text}} NOT NULL,
  endpoint_id {{text}} NOT NULL,
  owner_id {{text}} NOT NULL,
  owner_seq BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_by {{text}} NOT NULL,
  claimed_until BIGINT NOT NULL,
  wake_at BIGINT NOT NULL,
  PRIMARY KEY(environment_id, endpoint_id, owner_id, owner_seq)
){{keyed}};
CREATE INDEX delivery_solos_of_endpoint ON delivery_solos(environment_id, endpoint_id, wake_at);
CREATE INDEX delivery_solos_claimed ON delivery_solos(environment_id, endpoint_id) WHERE claimed_until > 0;

-- One row an endpoint that was ever owed anything. wake_at: not later than the moment from which one of its queues or
-- solos can be claimed. held_until: nothing is claimed before. failing: whether what was sent there last failed.
CREATE TABLE delivery_endpoints(
  environment_id {{text}} NOT NULL,
  endpoint_id {{text}} NOT NULL,
  wake_at BIGINT NOT NULL,
  held_until BIGINT NOT NULL,
  failing BIGINT NOT NULL,
  PRIMARY KEY(environment_id, endpoint_id)
){{keyed}};
CREATE INDEX delivery_endpoints_wake ON delivery_endpoints(failing, wake_at, endpoint_id);
INSERT INTO delivery_endpoints(environment_id, endpoint_id, wake_at, held_until, failing)
  SELECT DISTINCT environment_id, endpoint_id, 0, 0, 0 FROM delivery_queues;
DROP INDEX delivery_queues_wake;

-- Organizations.
-- Timeouts are minutes. Of an environment: the application's session policy.
ALTER TABLE environments ADD COLUMN absolute_session_timeout BIGINT NOT NULL DEFAULT 43200;
ALTER TABLE environments ADD COLUMN idle_session_timeout_enabled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE environments ADD COLUMN idle_session_timeout BIGINT NOT NULL DEFAULT 10080;
ALTER TABLE environments ADD COLUMN access_token_life BIGINT NOT NULL DEFAULT 15;
-- Of an organization: its own policy, and what a search reads, folded. Old rows are folded in ASCII here, and fully when
-- they are next written. External ids had no limit once, and rows of an index have one in PostgreSQL.
ALTER TABLE organizations ADD COLUMN session_policy_source BIGINT NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN absolute_session_timeout BIGINT;
ALTER TABLE organizations ADD COLUMN idle_session_timeout_enabled BIGINT;
ALTER TABLE organizations ADD COLUMN idle_session_timeout BIGINT;
ALTER TABLE organizations ADD COLUMN max_allowed_users BIGINT;
ALTER TABLE organizations ADD COLUMN search_text {{text}} NOT NULL DEFAULT '';
UPDATE organizations SET search_text =
  lower(display_name || ' ' || coalesce(substr(external_id, 1, 255), '') || ' ' || coalesce(slug, '') || ' ' || id);
-- A search reads only this index; SQLite sees that it need not look at the rows only when delete_time is in it.
CREATE INDEX organizations_search ON organizations(environment_id, create_time, id, search_text, delete_time)
  WHERE delete_time IS NULL;

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
