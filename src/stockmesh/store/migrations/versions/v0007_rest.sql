ALTER TYPE event_kind ADD VALUE 'customer_erased';
ALTER TYPE event_kind ADD VALUE 'order_contact_changed';
ALTER TYPE event_kind ADD VALUE 'import_forgotten';

ALTER TABLE webhook_endpoint ADD COLUMN rests_until timestamptz; -- it asked for a pause, or has more than it can take

CREATE INDEX former_item_by_sku ON item (sku, owner_id) WHERE superseded;

CREATE INDEX webhook_delivery_past ON webhook_delivery (created_at) WHERE state <> 'due';
