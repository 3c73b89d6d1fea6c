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

-- Schemas of a directory and resources of its own types.
