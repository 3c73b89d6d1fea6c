-- oldest-binary: 1
-- The first schema: organizations, directories, what identity providers push, the history and the outbox.
-- Times are microseconds since 1970. {{text}}, {{bytes}} and {{keyed}} are what differs between the databases: text
-- compared byte by byte, binary strings, and tables that live in their primary key. Tables that hold documents are not
-- {{keyed}}: SQLite keeps only a quarter of a page inline there. Ids are time-ordered, so new rows join at the end.

CREATE TABLE environments(
  id {{text}} NOT NULL PRIMARY KEY,
  create_time BIGINT NOT NULL
){{keyed}};

CREATE TABLE roles(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  name {{text}} NOT NULL,
  display_name {{text}} NOT NULL,
  default_creator BIGINT NOT NULL,
  default_member BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
){{keyed}};
CREATE UNIQUE INDEX roles_name ON roles(environment_id, name);

CREATE TABLE api_clients(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  name {{text}} NOT NULL,
  enabled BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
){{keyed}};
-- The token endpoint knows only the client's id: it is unique across environments.
CREATE UNIQUE INDEX api_clients_id ON api_clients(id);

CREATE TABLE client_secrets(
  environment_id {{text}} NOT NULL,
  client_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  lookup_hash {{bytes}} NOT NULL,
  secret_suffix {{text}} NOT NULL,
  status BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  expire_time BIGINT,
  PRIMARY KEY(environment_id, client_id, id)
){{keyed}};

CREATE TABLE signing_keys(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  algorithm {{text}} NOT NULL,
  state BIGINT NOT NULL,
  sealed_private_key {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  retire_time BIGINT,
  PRIMARY KEY(environment_id, id)
);

CREATE TABLE protected_keys(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  purpose {{text}} NOT NULL,
  sealed_key {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
){{keyed}};

CREATE TABLE organizations(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  display_name {{text}} NOT NULL,
  region_code BIGINT NOT NULL,
  external_id {{text}},
  metadata {{text}} NOT NULL,
  slug {{text}},
  logo_url {{text}},
  features {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  delete_time BIGINT,
  PRIMARY KEY(environment_id, id)
);
CREATE UNIQUE INDEX organizations_external_id ON organizations(environment_id, external_id)
  WHERE external_id IS NOT NULL AND delete_time IS NULL;
CREATE UNIQUE INDEX organizations_slug ON organizations(environment_id, slug)
  WHERE slug IS NOT NULL AND delete_time IS NULL;
CREATE INDEX organizations_list ON organizations(environment_id, create_time, id) WHERE delete_time IS NULL;

CREATE TABLE directories(
  environment_id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  name {{text}} NOT NULL,
  type BIGINT NOT NULL,
  provider BIGINT NOT NULL,
  enabled BIGINT NOT NULL,
  status BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  last_synced_at BIGINT,
  total_users BIGINT NOT NULL,
  total_groups BIGINT NOT NULL,
  user_updated_at BIGINT,
  group_updated_at BIGINT,
  delete_time BIGINT,
  PRIMARY KEY(environment_id, id)
);
CREATE INDEX directories_list ON directories(environment_id, organization_id, id);

CREATE TABLE directory_secrets(
  environment_id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  lookup_hash {{bytes}} NOT NULL,
  secret_suffix {{text}} NOT NULL,
  status BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  expire_time BIGINT,
  last_used_time BIGINT,
  PRIMARY KEY(environment_id, directory_id, id)
){{keyed}};

CREATE TABLE directory_users(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  user_name {{text}} NOT NULL,
  user_name_folded {{text}} NOT NULL,
  external_id {{text}},
  email {{text}} NOT NULL,
  active BIGINT NOT NULL,
  attributes {{text}} NOT NULL,
  profile {{text}} NOT NULL,
  version BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, directory_id, id)
);
CREATE UNIQUE INDEX directory_users_user_name ON directory_users(environment_id, directory_id, user_name_folded);
CREATE INDEX directory_users_external_id ON directory_users(environment_id, directory_id, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX directory_users_list ON directory_users(environment_id, directory_id, create_time, id);

CREATE TABLE directory_groups(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  display_name {{text}} NOT NULL,
  display_name_folded {{text}} NOT NULL,
  external_id {{text}},
  attributes {{text}} NOT NULL,
  member_count BIGINT NOT NULL,
  version BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  delete_time BIGINT,
  PRIMARY KEY(environment_id, directory_id, id)
);
CREATE INDEX directory_groups_display_name ON directory_groups(environment_id, directory_id, display_name_folded);
CREATE INDEX directory_groups_external_id ON directory_groups(environment_id, directory_id, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX directory_groups_list ON directory_groups(environment_id, directory_id, create_time, id)
  WHERE delete_time IS NULL;

CREATE TABLE group_members(
  environment_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  group_id {{text}} NOT NULL,
  value {{text}} NOT NULL,
  kind BIGINT NOT NULL,
  display {{text}},
  type {{text}},
  PRIMARY KEY(environment_id, directory_id, group_id, value)
){{keyed}};
CREATE INDEX group_members_value ON group_members(environment_id, directory_id, value, group_id);

-- One row an owner (directory or organization): the last number of its history, and the last that is in the feed.
CREATE TABLE change_counters(
  environment_id {{text}} NOT NULL,
  owner_id {{text}} NOT NULL,
  last_seq BIGINT NOT NULL,
  sequenced_seq BIGINT NOT NULL,
  PRIMARY KEY(environment_id, owner_id)
){{keyed}};
CREATE INDEX change_counters_unsequenced ON change_counters(environment_id, owner_id) WHERE sequenced_seq < last_seq;

CREATE TABLE changes(
  environment_id {{text}} NOT NULL,
  owner_id {{text}} NOT NULL,
  owner_seq BIGINT NOT NULL,
  id {{text}} NOT NULL,
  txn {{text}} NOT NULL,
  organization_id {{text}} NOT NULL,
  directory_id {{text}} NOT NULL,
  occurred_at BIGINT NOT NULL,
  object BIGINT NOT NULL,
  object_id {{text}} NOT NULL,
  display_name {{text}} NOT NULL,
  op BIGINT NOT NULL,
  before_digest {{bytes}},
  after_digest {{bytes}},
  changes {{text}} NOT NULL,
  actor_kind BIGINT NOT NULL,
  actor_id {{text}} NOT NULL,
  cause {{text}} NOT NULL,
  event_type {{text}} NOT NULL,
  PRIMARY KEY(environment_id, owner_id, owner_seq)
);
CREATE INDEX changes_of_object ON changes(environment_id, object_id, owner_seq);

CREATE TABLE snapshots(
  environment_id {{text}} NOT NULL,
  object_id {{text}} NOT NULL,
  digest {{bytes}} NOT NULL,
  body {{text}} NOT NULL,
  PRIMARY KEY(environment_id, object_id, digest)
);

CREATE TABLE feed_counters(
  environment_id {{text}} NOT NULL PRIMARY KEY,
  last_seq BIGINT NOT NULL
){{keyed}};

CREATE TABLE feed(
  environment_id {{text}} NOT NULL,
  feed_seq BIGINT NOT NULL,
  owner_id {{text}} NOT NULL,
  owner_seq BIGINT NOT NULL,
  occurred_at BIGINT NOT NULL,
  PRIMARY KEY(environment_id, feed_seq)
){{keyed}};
CREATE INDEX feed_occurred_at ON feed(occurred_at);

CREATE TABLE webhook_endpoints(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  url {{text}} NOT NULL,
  description {{text}} NOT NULL,
  event_types {{text}} NOT NULL,
  organization_id {{text}},
  enabled BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
);
CREATE INDEX webhook_endpoints_list ON webhook_endpoints(environment_id, create_time, id);

CREATE TABLE webhook_secrets(
  environment_id {{text}} NOT NULL,
  endpoint_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  sealed_secret {{text}} NOT NULL,
  create_time BIGINT NOT NULL,
  expire_time BIGINT,
  PRIMARY KEY(environment_id, endpoint_id, id)
){{keyed}};

CREATE TABLE deliveries(
  environment_id {{text}} NOT NULL,
  endpoint_id {{text}} NOT NULL,
  owner_id {{text}} NOT NULL,
  owner_seq BIGINT NOT NULL,
  event_id {{text}} NOT NULL,
  status BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY(environment_id, endpoint_id, owner_id, owner_seq)
){{keyed}};
CREATE INDEX deliveries_event ON deliveries(environment_id, event_id);
CREATE INDEX deliveries_pending ON deliveries(environment_id, endpoint_id) WHERE status = 0;
CREATE INDEX deliveries_finished ON deliveries(create_time) WHERE status <> 0;

CREATE TABLE delivery_attempts(
  environment_id {{text}} NOT NULL,
  endpoint_id {{text}} NOT NULL,
  owner_id {{text}} NOT NULL,
  owner_seq BIGINT NOT NULL,
  number BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  latency_micros BIGINT NOT NULL,
  http_status BIGINT NOT NULL,
  error {{text}} NOT NULL,
  response_excerpt {{text}} NOT NULL,
  PRIMARY KEY(environment_id, endpoint_id, owner_id, owner_seq, number)
){{keyed}};
CREATE INDEX delivery_attempts_bodies ON delivery_attempts(started_at) WHERE response_excerpt <> '';

-- One row a queue that is not empty. Nothing before head_seq is pending. wake_at: when the head is due, or when the
-- claim of it runs out. claimed_by: the process that delivers it, empty when none does.
CREATE TABLE delivery_queues(
  environment_id {{text}} NOT NULL,
  endpoint_id {{text}} NOT NULL,
  owner_id {{text}} NOT NULL,
  head_seq BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_by {{text}} NOT NULL,
  claimed_until BIGINT NOT NULL,
  wake_at BIGINT NOT NULL,
  PRIMARY KEY(environment_id, endpoint_id, owner_id)
){{keyed}};
CREATE INDEX delivery_queues_of_endpoint ON delivery_queues(environment_id, endpoint_id, wake_at);
CREATE INDEX delivery_queues_wake ON delivery_queues(wake_at);
CREATE INDEX delivery_queues_claimed ON delivery_queues(environment_id, endpoint_id) WHERE claimed_until > 0;

CREATE TABLE jobs(
  environment_id {{text}} NOT NULL,
  id {{text}} NOT NULL,
  owner_id {{text}} NOT NULL,
  kind {{text}} NOT NULL,
  txn {{text}} NOT NULL,
  state {{text}} NOT NULL,
  attempts BIGINT NOT NULL,
  run_after BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  PRIMARY KEY(environment_id, id)
);
CREATE INDEX jobs_of_owner ON jobs(environment_id, owner_id, create_time, id);

-- Machine parts of ids: who holds one, until when, and the tick up to which ids may have been used under it.
CREATE TABLE id_machines(
  machine BIGINT NOT NULL PRIMARY KEY,
  holder {{text}} NOT NULL,
  lease_until BIGINT NOT NULL,
  used_tick BIGINT NOT NULL
){{keyed}};
