-- oldest-binary: 4
-- Clients that sign people in, connections to identity providers, domains, what signing in leaves behind, and its log.
-- Documents are JSON text whose members belong to store/sql; what is searched for has a column of its own.

-- Clients.
ALTER TABLE api_clients ADD COLUMN type BIGINT NOT NULL DEFAULT 1;
ALTER TABLE api_clients ADD COLUMN document {{text}} NOT NULL DEFAULT '{}';
CREATE INDEX api_clients_list ON api_clients(environment_id, create_time, id);
ALTER TABLE client_secrets ADD COLUMN update_time BIGINT NOT NULL DEFAULT 0;
ALTER TABLE client_secrets ADD COLUMN last_used_time BIGINT;

-- Signing keys. State 3 is retired: of each algorithm one key at most is next, and one current.
ALTER TABLE signing_keys ADD COLUMN activate_time BIGINT;
CREATE UNIQUE INDEX signing_keys_state ON signing_keys(environment_id, algorithm, state) WHERE state <> 3;

-- Jobs. Lane 1 is work on the database, lane 2 a request to somebody outside.
ALTER TABLE jobs ADD COLUMN lane BIGINT NOT NULL DEFAULT 1;

-- Connections.
CREATE TABLE connections(
  environment_id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  type BIGINT NOT NULL,
  provider BIGINT NOT NULL,
  status BIGINT NOT NULL,
  enabled BIGINT NOT NULL,
  search_text {{text}} NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
);
CREATE INDEX connections_of_organization ON connections(environment_id, organization_id, create_time, id);
CREATE INDEX connections_list ON connections(environment_id, create_time, id);
CREATE TABLE connection_domains(
  environment_id {{text}} NOT NULL,
  connection_id {{text}} NOT NULL,
  domain_id {{text}} NOT NULL,
  PRIMARY KEY(environment_id, connection_id, domain_id)
){{keyed}};
CREATE INDEX connection_domains_domain ON connection_domains(environment_id, domain_id);
CREATE TABLE connection_tests(
  environment_id {{text}} NOT NULL,
  connection_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  status BIGINT NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  finish_time BIGINT,
  PRIMARY KEY(environment_id, connection_id, id)
);
CREATE TABLE sso_user_attributes(
  environment_id {{text}} NOT NULL,
  attribute_key {{text}} NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, attribute_key)
);

-- Domains. A name is verified by one organization of an environment at most; unverified claims do not collide.
CREATE TABLE domains(
  environment_id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  name {{text}} NOT NULL,
  type BIGINT NOT NULL,
  status BIGINT NOT NULL,
  method BIGINT NOT NULL,
  txt_record_key {{text}} NOT NULL,
  txt_record_secret {{text}} NOT NULL,
  failed_checks BIGINT NOT NULL,
  next_check BIGINT,
  verified_time BIGINT,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, organization_id, id)
){{keyed}};
CREATE UNIQUE INDEX domains_claim ON domains(environment_id, organization_id, name, type);
CREATE UNIQUE INDEX domains_verified ON domains(environment_id, name) WHERE type = 2 AND status IN (2, 4);
CREATE INDEX domains_name ON domains(environment_id, name);
CREATE INDEX domains_list ON domains(environment_id, organization_id, create_time, id);
CREATE INDEX domains_due ON domains(next_check) WHERE next_check IS NOT NULL;

-- Signing in.
CREATE TABLE login_transactions(
  environment_id {{text}} NOT NULL,
  state_hash {{bytes}} NOT NULL,
  connection_id {{text}} NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  expire_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, state_hash)
);
CREATE INDEX login_transactions_expired ON login_transactions(expire_time);
CREATE TABLE authorization_codes(
  environment_id {{text}} NOT NULL,
  code_hash {{bytes}} NOT NULL,
  client_id {{text}} NOT NULL,
  grant_id {{text}} NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  expire_time BIGINT NOT NULL,
  used_time BIGINT,
  PRIMARY KEY(environment_id, code_hash)
);
CREATE INDEX authorization_codes_expired ON authorization_codes(expire_time);
-- `grants` would be a name that PostgreSQL's own views know. What purges looks at a grant
-- once `look_time` is as long ago as ended ones are kept.
CREATE TABLE authorization_grants(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  client_id {{text}} NOT NULL,
  session_id {{text}} NOT NULL,
  connection_id {{text}} NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  revoke_time BIGINT,
  revoke_reason {{text}} NOT NULL,
  look_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
);
CREATE INDEX authorization_grants_session ON authorization_grants(environment_id, session_id);
CREATE INDEX authorization_grants_live ON authorization_grants(environment_id, connection_id) WHERE revoke_time IS NULL;
CREATE INDEX authorization_grants_client ON authorization_grants(environment_id, client_id) WHERE revoke_time IS NULL;
CREATE INDEX authorization_grants_look ON authorization_grants(look_time) WHERE revoke_time IS NULL;
CREATE INDEX authorization_grants_over ON authorization_grants(revoke_time) WHERE revoke_time IS NOT NULL;
CREATE INDEX authorization_grants_ended ON authorization_grants(environment_id, revoke_time, session_id, client_id)
  WHERE revoke_time IS NOT NULL;
CREATE TABLE refresh_tokens(
  environment_id {{text}} NOT NULL,
  token_hash {{bytes}} NOT NULL,
  grant_id {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  expire_time BIGINT NOT NULL,
  used_time BIGINT,
  PRIMARY KEY(environment_id, token_hash)
){{keyed}};
CREATE INDEX refresh_tokens_expired ON refresh_tokens(expire_time);
CREATE INDEX refresh_tokens_grant ON refresh_tokens(environment_id, grant_id);
CREATE TABLE sessions(
  environment_id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  connection_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  subject {{text}} NOT NULL,
  provider_subject {{text}} NOT NULL,
  provider_session {{text}} NOT NULL,
  status BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  last_active_time BIGINT NOT NULL,
  end_time BIGINT,
  PRIMARY KEY(environment_id, id)
){{keyed}};
CREATE INDEX sessions_provider_subject ON sessions(environment_id, connection_id, provider_subject) WHERE status = 1;
CREATE INDEX sessions_provider_session ON sessions(environment_id, connection_id, provider_session)
  WHERE status = 1 AND provider_session <> '';
CREATE INDEX sessions_age ON sessions(last_active_time);
CREATE TABLE pushed_requests(
  environment_id {{text}} NOT NULL,
  uri_hash {{bytes}} NOT NULL,
  client_id {{text}} NOT NULL,
  document {{text}} NOT NULL,
  expire_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, uri_hash)
);
CREATE INDEX pushed_requests_expired ON pushed_requests(expire_time);
CREATE TABLE seen_keys(
  environment_id {{text}} NOT NULL,
  kind {{text}} NOT NULL,
  seen_key {{text}} NOT NULL,
  expire_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, kind, seen_key)
){{keyed}};
CREATE INDEX seen_keys_expired ON seen_keys(expire_time);

-- The authentication log.
CREATE TABLE auth_requests(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  connection_id {{text}} NOT NULL,
  client_id {{text}} NOT NULL,
  email_folded {{text}} NOT NULL,
  status BIGINT NOT NULL,
  document {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
);
CREATE INDEX auth_requests_list ON auth_requests(environment_id, create_time, id);
CREATE INDEX auth_requests_organization ON auth_requests(environment_id, organization_id, create_time, id);
CREATE INDEX auth_requests_email ON auth_requests(environment_id, email_folded, create_time, id)
  WHERE email_folded <> '';
CREATE INDEX auth_requests_age ON auth_requests(create_time);
CREATE INDEX auth_requests_unfinished ON auth_requests(create_time) WHERE status = 1;
