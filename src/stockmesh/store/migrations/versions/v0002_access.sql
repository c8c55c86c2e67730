ALTER TYPE event_kind ADD VALUE 'access_changed';

-- What an endpoint is told of: within the reach of who added it.
ALTER TABLE webhook_endpoint
    ADD COLUMN owners integer[] CHECK (owners <> '{}'),
    ADD COLUMN locations integer[] CHECK (locations <> '{}'),
    ADD COLUMN channels integer[] CHECK (channels <> '{}');

-- Who may do what. Of secrets only digests are kept. Owners, locations and channels by number are those that somebody is
-- restricted to; NULL reaches all.
CREATE TYPE access_role AS ENUM ('viewer', 'operator', 'administrator');

CREATE TABLE access_user (
    user_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL UNIQUE,
    role access_role NOT NULL,
    owners integer[] CHECK (owners <> '{}'),
    locations integer[] CHECK (locations <> '{}'),
    channels integer[] CHECK (channels <> '{}'),
    created_at timestamptz NOT NULL,
    signed_in_at timestamptz,
    disabled_at timestamptz
);

CREATE TABLE access_key (
    key_id text PRIMARY KEY,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    name text NOT NULL,
    scopes text[] NOT NULL CHECK (scopes <> '{}'),
    owners integer[] CHECK (owners <> '{}'),
    locations integer[] CHECK (locations <> '{}'),
    channels integer[] CHECK (channels <> '{}'),
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at timestamptz, -- to a quarter of an hour
    revoked_at timestamptz
);

-- A link is deleted by whoever follows it: of two who do so at once one finds it.
CREATE TABLE login_link (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    user_id integer NOT NULL REFERENCES access_user ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);

CREATE TABLE login_session (
    session_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    user_id integer NOT NULL REFERENCES access_user ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL, -- to a few minutes
    agent text NOT NULL
);

CREATE INDEX login_session_of_user ON login_session (user_id);
