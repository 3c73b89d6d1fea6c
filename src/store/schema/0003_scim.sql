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

-- References between users.
-- manager: the id that the enterprise extension names; empty when it names none.
ALTER TABLE directory_users ADD COLUMN manager {{text}} NOT NULL DEFAULT '';
UPDATE directory_users SET manager = coalesce({{manager of attributes}}, '') WHERE attributes LIKE '%"manager"%';
CREATE INDEX directory_users_manager ON directory_users(environment_id, directory_id, manager, id) WHERE manager <> '';

-- Secrets, and the recorder of requests.

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
CREATE INDEX scim_resources_external_id ON scim_resources(environment_id, directory_id, type, external_id)
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
