-- The database as it stands today. Migrations lead to exactly this; a test builds both and compares.
-- Hot tables carry no foreign keys among themselves: one flow writes all rows of an order in one transaction, and
-- `stockmesh verify` proves that none is orphaned. Location 0 is the world outside the network.

CREATE TYPE stock_state AS ENUM (
    'sellable', 'committed', 'reserved', 'quality_control', 'damaged', 'refurbish', 'shortfall',
    'supplier', 'inbound_transit', 'outbound_transit', 'return_transit', 'customer', 'scrap', 'adjustment', 'conversion'
);
CREATE TYPE movement_cause AS ENUM (
    'opening', 'receipt', 'commit', 'void', 'count', 'late_offset', 'adjust', 'transfer', 'reclassify', 'hold'
);
CREATE TYPE order_state AS ENUM ('open', 'waiting', 'paused', 'cancelled');
CREATE TYPE fulfilment_state AS ENUM ('planned', 'void');
CREATE TYPE buyer_wish AS ENUM ('backorder', 'part', 'refuse');
CREATE TYPE event_kind AS ENUM (
    'order_placed', 'order_changed', 'order_paused', 'order_resumed', 'order_cancelled', 'order_resourced',
    'order_contact_erased',
    'stock_opened', 'stock_changed', 'stock_shortfall', 'supply_announced', 'availability_changed',
    'catalogue_changed', 'credits_saved', 'world_published', 'webhook_changed',
    'access_changed', 'import_applied', 'secrets_rotated',
    'hold_opened', 'hold_extended', 'hold_released', 'hold_expired', 'hold_used',
    'shop_changed', 'customer_erased', 'order_contact_changed', 'import_forgotten'
);
CREATE TYPE availability AS ENUM ('InStock', 'LimitedAvailability', 'OutOfStock', 'BackOrder');
CREATE TYPE delivery_state AS ENUM ('due', 'delivered', 'failed');

-- Blocks of ids are handed out a thousand at a time, so that no sequence is touched per row.
CREATE SEQUENCE order_id_block INCREMENT 1000 START 1000;
CREATE SEQUENCE movement_id_block INCREMENT 10000 START 10000;
CREATE SEQUENCE event_id_block INCREMENT 1000 START 1000;

CREATE TABLE owner (
    owner_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    book_currency character(3) NOT NULL
);

CREATE TABLE channel (
    channel_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    owner_id integer NOT NULL REFERENCES owner,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    buffer_units bigint NOT NULL DEFAULT 0 CHECK (buffer_units >= 0),
    locations text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE item (
    item_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    owner_id integer NOT NULL REFERENCES owner,
    sku text NOT NULL,
    title text NOT NULL,
    weight_mg bigint NOT NULL CHECK (weight_mg > 0),
    length_um bigint NOT NULL CHECK (length_um > 0),
    width_um bigint NOT NULL CHECK (width_um > 0),
    height_um bigint NOT NULL CHECK (height_um > 0),
    unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
    hs_code text NOT NULL DEFAULT '',
    origin_country text NOT NULL DEFAULT '',
    is_kit boolean NOT NULL DEFAULT false,
    assumed text[] NOT NULL DEFAULT '{}',
    superseded boolean NOT NULL DEFAULT false
);

-- A kit that is made of other things than before is another item under the same SKU; the former one stays for orders
-- that hold or wait for what it was made of.
CREATE UNIQUE INDEX item_by_sku ON item (sku, owner_id) WHERE NOT superseded;
CREATE INDEX former_item_by_sku ON item (sku, owner_id) WHERE superseded;

CREATE TABLE kit_component (
    kit_id integer NOT NULL REFERENCES item,
    component_id integer NOT NULL REFERENCES item,
    quantity bigint NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (kit_id, component_id),
    CHECK (kit_id <> component_id)
);

CREATE INDEX kit_component_by_component ON kit_component (component_id);

CREATE TABLE location (
    location_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    code text NOT NULL UNIQUE,
    body jsonb NOT NULL
);

CREATE TABLE carrier (
    code text PRIMARY KEY,
    body jsonb NOT NULL
);

CREATE TABLE service (
    service_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    code text NOT NULL UNIQUE,
    carrier_code text NOT NULL
);

CREATE TABLE setting (
    name text PRIMARY KEY,
    body jsonb NOT NULL
);

-- One row per version of everything a decision depends on besides stock: locations, cards, exchange rates, policy,
-- channels and the engine's code. Never changed, never deleted while a decision refers to it.
CREATE TABLE world (
    world_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    digest text NOT NULL UNIQUE,
    recorded_at timestamptz NOT NULL,
    body jsonb NOT NULL
);

CREATE TABLE world_current (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    world_id integer NOT NULL REFERENCES world,
    catalogue_version bigint NOT NULL DEFAULT 0
);

CREATE TABLE stock (
    item_id integer NOT NULL,
    location_id integer NOT NULL,
    sellable bigint NOT NULL DEFAULT 0 CHECK (sellable >= 0),
    committed bigint NOT NULL DEFAULT 0 CHECK (committed >= 0),
    reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    quality_control bigint NOT NULL DEFAULT 0 CHECK (quality_control >= 0),
    damaged bigint NOT NULL DEFAULT 0 CHECK (damaged >= 0),
    refurbish bigint NOT NULL DEFAULT 0 CHECK (refurbish >= 0),
    shortfall bigint NOT NULL DEFAULT 0 CHECK (shortfall >= 0),
    safety_stock bigint NOT NULL DEFAULT 0 CHECK (safety_stock >= 0),
    counted_as_of timestamptz,
    counted_kind text CHECK (counted_kind IN ('on_hand', 'available')),
    PRIMARY KEY (item_id, location_id),
    CHECK (sellable = 0 OR shortfall = 0)
) WITH (fillfactor = 70);

CREATE INDEX stock_by_location ON stock (location_id, item_id);

-- Which locations have a cell of an item: bit n of `carried` stands for location n. Cells are never taken away, so it is
-- written only when one is opened, whoever opens it.
CREATE TABLE assortment (
    item_id integer PRIMARY KEY,
    carried bytea NOT NULL
);

CREATE FUNCTION mark_bits(marks bytea, numbers integer []) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    number integer;
BEGIN
    FOREACH number IN ARRAY numbers LOOP
        marks := marks || decode(repeat('00', greatest(number / 8 + 1 - length(marks), 0)), 'hex');
        marks := set_bit(marks, number, 1);
    END LOOP;
    RETURN marks;
END
$$;

CREATE FUNCTION mark_carried() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO assortment (item_id, carried)
    SELECT item_id, '' FROM opened GROUP BY item_id ORDER BY item_id
    ON CONFLICT DO NOTHING;
    PERFORM FROM assortment WHERE item_id IN (SELECT item_id FROM opened) ORDER BY item_id FOR UPDATE;
    UPDATE assortment AS a SET carried = mark_bits(a.carried, o.numbers)
    FROM (SELECT item_id, array_agg(location_id) AS numbers FROM opened GROUP BY item_id) AS o
    WHERE a.item_id = o.item_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER stock_opened AFTER INSERT ON stock
REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION mark_carried();

CREATE TABLE movement (
    movement_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    quantity bigint NOT NULL CHECK (quantity > 0),
    order_id bigint,
    item_id integer NOT NULL,
    from_location integer NOT NULL,
    to_location integer NOT NULL,
    line_no integer,
    from_state stock_state NOT NULL,
    to_state stock_state NOT NULL,
    cause movement_cause NOT NULL,
    fulfilment_no integer,
    reference text,
    PRIMARY KEY (item_id, occurred_at, movement_id)
);

CREATE INDEX movement_of_order ON movement (order_id) WHERE order_id IS NOT NULL;

CREATE TABLE incoming (
    incoming_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    item_id integer NOT NULL REFERENCES item,
    location_id integer NOT NULL REFERENCES location,
    reference text NOT NULL,
    due_on date NOT NULL,
    quantity bigint NOT NULL CHECK (quantity > 0),
    received bigint NOT NULL DEFAULT 0 CHECK (received >= 0 AND received <= quantity),
    UNIQUE (reference, item_id, location_id)
);

CREATE INDEX incoming_of_item ON incoming (item_id, location_id) WHERE received < quantity;

CREATE TABLE stock_count (
    count_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    item_id integer NOT NULL,
    location_id integer NOT NULL,
    as_of timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('on_hand', 'available')),
    quantity bigint NOT NULL CHECK (quantity >= 0),
    difference bigint NOT NULL,
    reference text NOT NULL
);

CREATE INDEX stock_count_of_item ON stock_count (item_id, location_id, as_of);

CREATE TABLE location_day (
    location_id integer NOT NULL,
    day date NOT NULL,
    capacity integer NOT NULL CHECK (capacity >= 0),
    taken integer NOT NULL DEFAULT 0 CHECK (taken >= 0),
    PRIMARY KEY (location_id, day),
    CHECK (taken <= capacity)
) WITH (fillfactor = 50);

CREATE TABLE orders (
    order_id bigint PRIMARY KEY,
    placed_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    channel_id integer NOT NULL,
    round smallint NOT NULL,
    state order_state NOT NULL,
    wish buyer_wish NOT NULL,
    assumed boolean NOT NULL,
    country text NOT NULL,
    area text NOT NULL,
    content bytea NOT NULL,
    reference text NOT NULL,
    customer text NOT NULL,
    pause_reason text,
    UNIQUE (reference, channel_id)
) WITH (fillfactor = 90);

CREATE INDEX orders_by_time ON orders (placed_at, order_id);
-- Most orders are open: a list of the others is found without reading past those, and placing pays nothing for it.
CREATE INDEX orders_not_open ON orders (state, placed_at, order_id) WHERE state <> 'open';

-- Contacts and full addresses live apart, so that erasing a person leaves the books whole.
CREATE TABLE order_contact (
    order_id bigint PRIMARY KEY,
    name text NOT NULL DEFAULT '',
    street text NOT NULL DEFAULT '',
    city text NOT NULL DEFAULT '',
    postcode text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT ''
);

CREATE TABLE order_line (
    order_id bigint NOT NULL,
    quantity bigint NOT NULL CHECK (quantity >= 0),
    unit_price_minor bigint NOT NULL,
    waiting bigint NOT NULL CHECK (waiting >= 0),
    dropped bigint NOT NULL CHECK (dropped >= 0),
    line_no integer NOT NULL,
    item_id integer NOT NULL,
    PRIMARY KEY (order_id, line_no),
    CHECK (waiting + dropped <= quantity)
);

CREATE INDEX order_line_waiting ON order_line (item_id, order_id) WHERE waiting > 0;

CREATE TABLE fulfilment (
    order_id bigint NOT NULL,
    freight_minor bigint NOT NULL,
    handling_minor bigint NOT NULL,
    wait_minor bigint NOT NULL,
    location_id integer NOT NULL,
    service_id integer NOT NULL,
    parcels integer NOT NULL,
    slot_day date NOT NULL,
    fulfilment_no integer NOT NULL,
    round smallint NOT NULL,
    state fulfilment_state NOT NULL,
    PRIMARY KEY (order_id, fulfilment_no)
);

CREATE TABLE decision (
    order_id bigint NOT NULL,
    cost_minor bigint NOT NULL,
    unserved_minor bigint NOT NULL,
    decided_at timestamptz NOT NULL,
    sourced_for timestamptz NOT NULL, -- the instant that cut-offs and rate cards were read for
    world_id integer NOT NULL,
    round smallint NOT NULL,
    proven boolean NOT NULL,
    country text NOT NULL,
    area text NOT NULL,
    facts bytea NOT NULL,
    outcome bytea NOT NULL,
    PRIMARY KEY (order_id, round)
);

CREATE TABLE event (
    event_id bigint PRIMARY KEY,
    recorded_at timestamptz NOT NULL,
    subject_id bigint NOT NULL,
    kind event_kind NOT NULL,
    body jsonb,
    actor_id integer NOT NULL DEFAULT 0
);

CREATE INDEX event_of_subject ON event (subject_id, event_id);

-- What a transaction raised, written in it: runs of event ids and the cells it touched. The relay takes the rows that
-- are committed, gives their events the next positions, and deletes them. The identity is drawn while the locks of the
-- transaction are held, so the announcements of one order or cell stand in the order in which they came to be.
CREATE TABLE announcement (
    announcement_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    first_event_id bigint NOT NULL,
    events integer NOT NULL CHECK (events > 0),
    cells bigint[] NOT NULL -- item * 2^32 + location; location 0 is all of the item
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

ALTER TABLE announcement ALTER COLUMN cells SET STORAGE EXTERNAL;

-- Positions without gap: the n-th event of a run stands at first_position + n. A row per transaction, not per event.
CREATE TABLE event_run (
    first_position bigint PRIMARY KEY,
    first_event_id bigint NOT NULL,
    events integer NOT NULL CHECK (events > 0)
);

CREATE INDEX event_run_by_event ON event_run (first_event_id);

-- Who does the work that one process does for all; another takes over when `until` has passed.
CREATE TABLE lease (
    name text PRIMARY KEY,
    owner text NOT NULL,
    until timestamptz NOT NULL
);

-- What was last told of an item: at a location (channel 0), or over all locations of a channel (location 0), or in all.
CREATE TABLE availability_told (
    item_id integer NOT NULL,
    location_id integer NOT NULL,
    channel_id integer NOT NULL,
    level availability NOT NULL,
    PRIMARY KEY (item_id, location_id, channel_id)
);

CREATE TABLE webhook_endpoint (
    endpoint_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    url text NOT NULL,
    topics text[] NOT NULL,
    active boolean NOT NULL DEFAULT true,
    disabled_reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    succeeded_at timestamptz,
    position bigint NOT NULL, -- events up to here are deliveries already
    owners integer[] CHECK (owners <> '{}'), -- what it is told of: within the reach of who added it
    locations integer[] CHECK (locations <> '{}'),
    channels integer[] CHECK (channels <> '{}'),
    rests_until timestamptz -- it asked for a pause, or has more than it can take
);

-- Apart from the endpoint, so that nothing which shows endpoints can show these.
CREATE TABLE webhook_secret (
    secret_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    endpoint_id integer NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
    secret text NOT NULL,
    expires_at timestamptz
);

CREATE INDEX webhook_secret_of_endpoint ON webhook_secret (endpoint_id);

CREATE TABLE webhook_delivery (
    delivery_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    endpoint_id integer NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
    position bigint NOT NULL, -- 0: a test
    topic text NOT NULL,
    state delivery_state NOT NULL DEFAULT 'due',
    attempts smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    attempted_at timestamptz,
    next_attempt_at timestamptz,
    status integer,
    took_ms integer,
    problem text NOT NULL DEFAULT '',
    excerpt text NOT NULL DEFAULT '',
    CHECK ((state = 'due') = (next_attempt_at IS NOT NULL))
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, next_attempt_at, delivery_id) WHERE state = 'due';
CREATE INDEX webhook_delivery_of_endpoint ON webhook_delivery (endpoint_id, delivery_id);
CREATE INDEX webhook_delivery_past ON webhook_delivery (created_at) WHERE state <> 'due';

-- Commands other than orders, by key: the same key and content answers the same, other content is refused.
CREATE TABLE command (
    key text PRIMARY KEY,
    content bytea NOT NULL,
    outcome jsonb NOT NULL,
    recorded_at timestamptz NOT NULL
);

CREATE TABLE credit (
    credit_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    reference text NOT NULL,
    credited_at timestamptz NOT NULL,
    customer text NOT NULL,
    item_id integer NOT NULL REFERENCES item,
    quantity bigint NOT NULL CHECK (quantity > 0),
    unit_price_minor bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('cancellation', 'return'))
);

CREATE INDEX credit_by_reference ON credit (reference);

-- Files on their way into the books. Checked rows are staged in one transaction with their job, then applied in small
-- ones; `position` says how far. The digest is of the file and of everything that was said about it.
CREATE TYPE import_state AS ENUM ('applying', 'done', 'cancelled');

CREATE TABLE import_job (
    job_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    owner_id integer REFERENCES owner,
    digest bytea NOT NULL,
    file_name text NOT NULL,
    said jsonb NOT NULL,
    state import_state NOT NULL,
    entries bigint NOT NULL DEFAULT 0,
    position bigint NOT NULL DEFAULT 0,
    created bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    older bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    left_out bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK (position BETWEEN 0 AND entries)
);

-- One file is applied by one job at a time, however many processes were given it.
CREATE UNIQUE INDEX import_job_applying ON import_job (digest) WHERE state = 'applying';
CREATE INDEX import_job_by_digest ON import_job (digest, job_id);

CREATE TABLE import_item (
    job_id integer NOT NULL,
    place integer NOT NULL,
    row_no integer NOT NULL,
    weight_mg bigint NOT NULL,
    length_um bigint NOT NULL,
    width_um bigint NOT NULL,
    height_um bigint NOT NULL,
    unit_price_minor bigint,
    sku text NOT NULL,
    title text,
    hs_code text,
    origin_country text,
    PRIMARY KEY (job_id, place)
);

CREATE TABLE import_stock (
    job_id integer NOT NULL,
    place integer NOT NULL,
    row_no integer NOT NULL,
    quantity bigint NOT NULL,
    as_of timestamptz NOT NULL,
    sku text NOT NULL,
    location text NOT NULL,
    PRIMARY KEY (job_id, place)
);

CREATE TABLE import_document (
    job_id integer NOT NULL,
    place integer NOT NULL,
    row_no integer NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (job_id, place)
);

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
-- Files brought over HTTP: kept until they are in the books, given up or refused, so that any process can go on with
-- one. `holder` is who works on it; `step` says in words what is being done, and how much of it is. Problems and
-- rejected rows stay to be read for a while.
CREATE TYPE upload_state AS ENUM ('waiting', 'checking', 'checked', 'applying', 'done', 'failed', 'cancelled');

CREATE TABLE import_upload (
    upload_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    file_name text NOT NULL,
    bytes bigint NOT NULL,
    asked jsonb NOT NULL,
    state upload_state NOT NULL,
    holder text NOT NULL DEFAULT '',
    stop_wanted boolean NOT NULL DEFAULT false,
    step text NOT NULL DEFAULT '',
    step_done bigint NOT NULL DEFAULT 0,
    step_total bigint NOT NULL DEFAULT 0,
    report jsonb,
    job_id integer REFERENCES import_job,
    received_at timestamptz NOT NULL,
    checked_at timestamptz,
    finished_at timestamptz
);

CREATE INDEX import_upload_open ON import_upload (upload_id) WHERE state IN ('waiting', 'checking', 'applying');

-- The bytes of a file, or of the file of its rejected rows, some at a time.
CREATE TABLE import_part (
    upload_id integer NOT NULL REFERENCES import_upload ON DELETE CASCADE,
    is_reject boolean NOT NULL,
    part_no integer NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (upload_id, is_reject, part_no)
);

ALTER TABLE import_part ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE import_problem (
    upload_id integer NOT NULL REFERENCES import_upload ON DELETE CASCADE,
    place integer NOT NULL,
    row_no integer NOT NULL,
    column_name text NOT NULL,
    value text NOT NULL,
    reason text NOT NULL,
    suggestion text NOT NULL,
    PRIMARY KEY (upload_id, place)
);
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
    problem text NOT NULL DEFAULT '',
    former_secret bytea NOT NULL DEFAULT '', -- the shop may sign with it until then
    former_until timestamptz
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

-- What a shop is asked for, page by page: its catalogue, or an order whose messages leave something out.
CREATE TABLE shop_pull (
    shop_id integer NOT NULL REFERENCES shop ON DELETE CASCADE,
    subject text NOT NULL,
    begun_at timestamptz NOT NULL,
    position text NOT NULL DEFAULT '', -- where the next page begins, in words of the shop's adapter
    read bigint NOT NULL DEFAULT 0,
    expected bigint, -- as far as the shop says
    next_attempt_at timestamptz, -- null: it has come to its end
    attempts smallint NOT NULL DEFAULT 0,
    problem text NOT NULL DEFAULT '',
    ended_at timestamptz,
    PRIMARY KEY (shop_id, subject)
);

CREATE INDEX shop_pull_due ON shop_pull (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
