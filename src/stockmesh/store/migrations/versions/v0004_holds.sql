-- Cart holds, and the keys that make requests repeatable.
ALTER TYPE movement_cause ADD VALUE 'hold';
ALTER TYPE event_kind ADD VALUE 'hold_opened';
ALTER TYPE event_kind ADD VALUE 'hold_extended';
ALTER TYPE event_kind ADD VALUE 'hold_released';
ALTER TYPE event_kind ADD VALUE 'hold_expired';
ALTER TYPE event_kind ADD VALUE 'hold_used';

-- Units kept for carts until an instant. What an open hold holds stands in hold_unit and goes with its closing; what it
-- was asked for stays.
CREATE TYPE hold_state AS ENUM ('open', 'released', 'expired', 'used');

CREATE TABLE cart_hold (
    hold_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    held_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    closed_at timestamptz,
    order_id bigint,
    cost_minor bigint NOT NULL,
    channel_id integer NOT NULL,
    state hold_state NOT NULL DEFAULT 'open',
    country text NOT NULL,
    area text NOT NULL,
    customer text NOT NULL,
    caller text NOT NULL,
    CHECK (expires_at > held_at),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'used') = (order_id IS NOT NULL))
) WITH (fillfactor = 90);

CREATE INDEX cart_hold_due ON cart_hold (expires_at, hold_id) WHERE state = 'open';
CREATE INDEX cart_hold_of_customer ON cart_hold (customer) WHERE state = 'open' AND customer <> '';
CREATE INDEX cart_hold_of_caller ON cart_hold (caller) WHERE state = 'open';

CREATE TABLE hold_line (
    hold_id bigint NOT NULL,
    quantity bigint NOT NULL CHECK (quantity > 0),
    held bigint NOT NULL CHECK (held >= 0 AND held <= quantity),
    line_no integer NOT NULL,
    item_id integer NOT NULL,
    PRIMARY KEY (hold_id, line_no)
);

CREATE TABLE hold_unit (
    hold_id bigint NOT NULL,
    quantity bigint NOT NULL CHECK (quantity > 0),
    line_no integer NOT NULL,
    item_id integer NOT NULL,
    location_id integer NOT NULL,
    PRIMARY KEY (hold_id, line_no, item_id, location_id)
);

CREATE INDEX hold_unit_of_cell ON hold_unit (item_id, location_id);

-- Requests that changed something, by the key their caller gave them: the same again is answered as it was. Written in
-- the transaction of the change. Without a body where the answer held a secret; status 0 while the work goes on.
CREATE TABLE request_key (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    status smallint NOT NULL DEFAULT 0,
    body bytea,
    location text NOT NULL DEFAULT '',
    etag text NOT NULL DEFAULT '',
    PRIMARY KEY (caller, key)
);

CREATE INDEX request_key_by_age ON request_key (recorded_at);
