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
