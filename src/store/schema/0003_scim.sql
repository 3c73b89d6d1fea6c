-- oldest-binary: 3
-- SCIM at directory scale.

-- Behaviour of the SCIM endpoint.

-- Search.

-- Secrets, and the recorder of requests.

-- Schemas of a directory and resources of its own types.
