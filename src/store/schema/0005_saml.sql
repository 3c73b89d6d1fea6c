-- oldest-binary: 5
-- Doorward as SAML service provider: its own keys, the paths that belong to a connection, and answers kept for support.
CREATE TABLE saml_keys(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  state BIGINT NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
);
CREATE UNIQUE INDEX saml_keys_current ON saml_keys(environment_id) WHERE state = 1;
CREATE TABLE saml_paths(
  environment_id {{text}} NOT NULL,
  path {{text}} NOT NULL,
  connection_id {{text}} NOT NULL,
  PRIMARY KEY(environment_id, path)
){{keyed}};
CREATE INDEX saml_paths_connection ON saml_paths(environment_id, connection_id);
-- When Doorward looks at a connection by itself next: at its provider's metadata, and at the ends of its certificates.
ALTER TABLE connections ADD COLUMN next_check BIGINT;
CREATE INDEX connections_next_check ON connections(next_check) WHERE next_check IS NOT NULL;
-- What an identity provider sent, with what names people and secrets taken out; sealed, and for a limited time.
CREATE TABLE auth_request_messages(
  environment_id {{text}} NOT NULL,
  auth_request_id {{text}} NOT NULL,
  name {{text}} NOT NULL,
  sealed_message {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  expire_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, auth_request_id, name)
);
CREATE INDEX auth_request_messages_expired ON auth_request_messages(expire_time);
