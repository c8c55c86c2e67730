-- Who did what: actors, the actor of every event, sealed blocks of events; indexes that find a customer.
ALTER TYPE event_kind ADD VALUE 'import_applied';
ALTER TYPE event_kind ADD VALUE 'secrets_rotated';
ALTER TABLE event ADD COLUMN actor_id integer NOT NULL DEFAULT 0;

-- Whoever has done anything, once each. Actor 0 is the system itself: timers, the relay, what follows from other work.
CREATE TYPE actor_kind AS ENUM ('key', 'user', 'command_line', 'system', 'shop');

CREATE TABLE actor (
    actor_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind actor_kind NOT NULL,
    name text NOT NULL,
    UNIQUE (kind, name)
);

CREATE INDEX event_by_actor ON event (actor_id, kind, recorded_at);
CREATE INDEX event_by_kind ON event (kind, recorded_at);

-- Blocks of positions whose events are sealed: each digest is over the one before it and over every event of the block.
-- A block ends where a run of positions does.
CREATE TABLE event_block (
    block_no bigint PRIMARY KEY,
    last_position bigint NOT NULL UNIQUE,
    sealed_at timestamptz NOT NULL,
    digest bytea NOT NULL
);

-- Events that words about a person were taken out of, with the digest of what they were: the seal stays whole.
CREATE TABLE event_redacted (
    event_id bigint PRIMARY KEY,
    redacted_at timestamptz NOT NULL,
    digest bytea NOT NULL
);

CREATE FUNCTION event_digest(
    event_id bigint, recorded_at timestamptz, subject_id bigint, kind event_kind, body jsonb, by_kind actor_kind,
    by_name text
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(concat_ws(
        '|', event_id, (extract(epoch FROM recorded_at) * 1000000)::bigint, subject_id, kind, by_kind,
        to_json(by_name), body
    ), 'UTF8'))
$$;

-- A customer is found by name or by e-mail without reading a million orders.
CREATE INDEX orders_of_customer ON orders (customer, order_id) WHERE customer <> '';
CREATE INDEX order_contact_by_email ON order_contact (lower(email), order_id) WHERE email <> '';
CREATE INDEX credit_of_customer ON credit (customer) WHERE customer <> '';
CREATE INDEX webhook_delivery_excerpt ON webhook_delivery (position) WHERE excerpt <> '';
