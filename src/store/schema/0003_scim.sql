-- oldest-binary: 3
-- SCIM at directory scale.

-- Behaviour of the SCIM endpoint.
-- scim_profile: pinned by name; empty: chosen for each request. scim_overrides: pairs of a switch and its value, as JSON;
-- empty: none. recognised_*: whose client the directory's requests were found to come from, by what, and when.
ALTER TABLE directories ADD COLUMN scim_profile {{text}} NOT NULL DEFAULT '';
ALTER TABLE directories ADD COLUMN scim_overrides {{text}} NOT NULL DEFAULT '';
ALTER TABLE directories ADD COLUMN recognised_profile {{text}} NOT NULL DEFAULT '';
ALTER TABLE directories ADD COLUMN recognised_by {{text}} NOT NULL DEFAULT '';
ALTER TABLE directories ADD COLUMN recognised_time BIGINT;

-- Search.
-- directory_user_emails: every address of a user, folded as it is compared. directories.emails_indexed: 0 until a job has
-- added the addresses of users that were there before.
CREATE TABLE directory_user_emails(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  email_folded {{text}} NOT NULL,
  user_id {{text}} NOT NULL,
  PRIMARY KEY(environment_id, directory_id, email_folded, user_id)
){{keyed}};
ALTER TABLE directories ADD COLUMN emails_indexed BIGINT NOT NULL DEFAULT 1;
UPDATE directories SET emails_indexed = 0 WHERE delete_time IS NULL;
INSERT INTO jobs(environment_id, id, owner_id, kind, txn, state, attempts, run_after, create_time, claimed_until)
  SELECT environment_id, 'job_emails_' || id, id, 'directory.index_emails', '',
    '{"organization_id":"' || organization_id || '"}', 0, 0, 0, 0
  FROM directories WHERE delete_time IS NULL;
CREATE INDEX directory_users_changed ON directory_users(environment_id, directory_id, update_time, id);
DROP INDEX directory_users_external_id;
CREATE INDEX directory_users_external_id ON directory_users(environment_id, directory_id, external_id, id)
  WHERE external_id IS NOT NULL;
CREATE INDEX directory_groups_changed ON directory_groups(environment_id, directory_id, update_time, id)
  WHERE delete_time IS NULL;
DROP INDEX directory_groups_display_name;
CREATE INDEX directory_groups_display_name
  ON directory_groups(environment_id, directory_id, display_name_folded, id) WHERE delete_time IS NULL;
DROP INDEX directory_groups_external_id;
CREATE INDEX directory_groups_external_id ON directory_groups(environment_id, directory_id, external_id, id)
  WHERE external_id IS NOT NULL AND delete_time IS NULL;

-- References between users.
-- manager: the id that the enterprise extension names; empty when it names none.
ALTER TABLE directory_users ADD COLUMN manager {{text}} NOT NULL DEFAULT '';
UPDATE directory_users SET manager = coalesce({{manager of attributes}}, '') WHERE attributes LIKE '%"manager"%';
CREATE INDEX directory_users_manager ON directory_users(environment_id, directory_id, manager, id) WHERE manager <> '';

-- Secrets, and the recorder of requests.
-- credentials_generation: rises whenever a secret of the directory is ended. client_id: empty for a bearer secret.
-- token_life: seconds.
ALTER TABLE directories ADD COLUMN credentials_generation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE directory_secrets ADD COLUMN client_id {{text}} NOT NULL DEFAULT '';
CREATE TABLE directory_oauth_clients(
  environment_id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  name {{text}} NOT NULL,
  token_life BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, directory_id, id)
){{keyed}};
-- refused: nobody was authenticated. path: behind the SCIM base URL, without what is no id of ours. bytes: what the row
-- takes, about. scim_request_totals: what the rows of a directory come to, of each kind, so that nobody counts them.
CREATE TABLE scim_requests(
  environment_id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  refused BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  duration_micros BIGINT NOT NULL,
  method {{text}} NOT NULL,
  path {{text}} NOT NULL,
  resource_id {{text}} NOT NULL,
  status BIGINT NOT NULL,
  request_id {{text}} NOT NULL,
  profile {{text}} NOT NULL,
  quirks {{text}} NOT NULL,
  txn {{text}} NOT NULL,
  effect BIGINT NOT NULL,
  reason {{text}} NOT NULL,
  scim_type {{text}} NOT NULL,
  sealed_details {{text}} NOT NULL,
  bytes BIGINT NOT NULL,
  sealed_bodies {{text}} NOT NULL,
  PRIMARY KEY(environment_id, directory_id, id)
);
CREATE INDEX scim_requests_list ON scim_requests(environment_id, directory_id, create_time, id);
CREATE INDEX scim_requests_age ON scim_requests(create_time);
CREATE TABLE scim_request_totals(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  refused BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY(environment_id, directory_id, refused)
){{keyed}};

-- Schemas of a directory and resources of its own types.
-- schema_version: 0 as long as it has none of its own, then a number that rises with each change of
-- them. kind: 1 schema, 2 resource type. Definitions hold documents, as do resources.
ALTER TABLE directories ADD COLUMN schema_version BIGINT NOT NULL DEFAULT 0;
CREATE TABLE scim_definitions(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  kind BIGINT NOT NULL,
  name {{text}} NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, directory_id, kind, name)
);
CREATE TABLE scim_resources(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  type {{text}} NOT NULL,
  external_id {{text}},
  attributes {{text}} NOT NULL,
  version BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, directory_id, id)
);
CREATE INDEX scim_resources_list ON scim_resources(environment_id, directory_id, type, create_time, id);
CREATE INDEX scim_resources_changed ON scim_resources(environment_id, directory_id, type, update_time, id);
CREATE INDEX scim_resources_external_id ON scim_resources(environment_id, directory_id, type, external_id, id)
  WHERE external_id IS NOT NULL;
-- Values that one resource of a directory has at most, also users and groups, as hashes of attribute and value.
CREATE TABLE scim_unique_values(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  key_hash {{bytes}} NOT NULL,
  owner_id {{text}} NOT NULL,
  PRIMARY KEY(environment_id, directory_id, key_hash)
){{keyed}};
CREATE INDEX scim_unique_values_owner ON scim_unique_values(environment_id, directory_id, owner_id);
