ALTER TYPE event_kind ADD VALUE 'shop_changed';

-- Where a merchant sells: messages come in signed with the secret, stock levels go out with the token, both sealed.
-- `locations` leads from our codes to the shop's own numbers; empty: all the channel may sell stands at `home`.
CREATE TYPE shop_kind AS ENUM ('shopify', 'woocommerce');
CREATE TYPE shop_message_state AS ENUM ('waiting', 'applied', 'failed', 'discarded');

CREATE TABLE shop (
    shop_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    code text NOT NULL UNIQUE,
    kind shop_kind NOT NULL,
    channel_id integer NOT NULL REFERENCES channel,
    base_url text NOT NULL,
    secret bytea NOT NULL,
    token bytea NOT NULL,
    home text NOT NULL,
    locations jsonb NOT NULL,
    weight_unit text NOT NULL,
    side_unit text NOT NULL,
    takes_counts boolean NOT NULL,
    created_at timestamptz NOT NULL,
    position bigint NOT NULL, -- what events up to here touched is marked as due
    rests_until timestamptz, -- the shop asked us to wait, or did not answer
    failures smallint NOT NULL DEFAULT 0,
    problem text NOT NULL DEFAULT ''
);

-- Messages as they came, before anything is read of them. The body holds a person's data: it goes with the application.
CREATE TABLE shop_message (
    message_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    shop_id integer NOT NULL REFERENCES shop ON DELETE CASCADE,
    delivery text NOT NULL,
    topic text NOT NULL,
    state shop_message_state NOT NULL DEFAULT 'waiting',
    received_at timestamptz NOT NULL,
    settled_at timestamptz,
    attempts smallint NOT NULL DEFAULT 0,
    merged boolean NOT NULL DEFAULT false, -- its subject knows of it
    subject text NOT NULL DEFAULT '',
    code text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    body bytea,
    UNIQUE (shop_id, delivery),
    CHECK ((body IS NOT NULL) = (state IN ('waiting', 'failed')))
);

CREATE INDEX shop_message_waiting ON shop_message (message_id) WHERE state = 'waiting';
CREATE INDEX shop_message_failed ON shop_message (shop_id, message_id) WHERE state = 'failed';
CREATE INDEX shop_message_settled ON shop_message (settled_at) WHERE state IN ('applied', 'discarded');

-- What the shop wants of an order or product as far as its messages told, whatever order they came in: the newest
-- standing, the newest content before the shop began to ship, and how often it was removed and restored.
CREATE TABLE shop_subject (
    shop_id integer NOT NULL REFERENCES shop ON DELETE CASCADE,
    subject text NOT NULL,
    as_of timestamptz NOT NULL DEFAULT 'epoch',
    tie bytea NOT NULL DEFAULT '',
    standing text NOT NULL DEFAULT '',
    content_as_of timestamptz NOT NULL DEFAULT 'epoch',
    content_tie bytea NOT NULL DEFAULT '',
    content jsonb,
    removed integer NOT NULL DEFAULT 0,
    restored integer NOT NULL DEFAULT 0,
    -- what was brought into the books of it
    order_id bigint,
    lives integer NOT NULL DEFAULT 0,
    brought bytea NOT NULL DEFAULT '',
    cancelled boolean NOT NULL DEFAULT false, -- because the shop said so
    PRIMARY KEY (shop_id, subject)
);

CREATE INDEX shop_subject_of_order ON shop_subject (order_id) WHERE order_id IS NOT NULL;

-- What the shop calls an item: its variant, the product it belongs to, and the number its stock is kept under.
CREATE TABLE shop_variant (
    shop_id integer NOT NULL REFERENCES shop ON DELETE CASCADE,
    variant text NOT NULL,
    product text NOT NULL,
    stock_number text NOT NULL,
    sku text NOT NULL,
    managed boolean NOT NULL, -- the shop counts its stock
    shipped boolean NOT NULL, -- it is a thing, not a download
    PRIMARY KEY (shop_id, variant)
);

CREATE INDEX shop_variant_by_sku ON shop_variant (shop_id, sku);
CREATE INDEX shop_variant_by_stock_number ON shop_variant (shop_id, stock_number);
CREATE INDEX shop_variant_by_product ON shop_variant (shop_id, product);

-- What a shop was last told of an item, by its own location; and whether it is to be told anew.
CREATE TABLE shop_level (
    shop_id integer NOT NULL REFERENCES shop ON DELETE CASCADE,
    item_id integer NOT NULL,
    marked bigint NOT NULL,
    next_attempt_at timestamptz, -- null: nothing is due
    attempts smallint NOT NULL DEFAULT 0,
    told jsonb NOT NULL DEFAULT '{}',
    told_at timestamptz,
    problem text NOT NULL DEFAULT '',
    PRIMARY KEY (shop_id, item_id)
);

CREATE INDEX shop_level_due ON shop_level (shop_id, next_attempt_at, item_id) WHERE next_attempt_at IS NOT NULL;
