-- A shop may sign with the secret before while it is being changed.
ALTER TABLE shop
    ADD COLUMN former_secret bytea NOT NULL DEFAULT '',
    ADD COLUMN former_until timestamptz;

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
