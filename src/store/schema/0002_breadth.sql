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

-- Keys.
