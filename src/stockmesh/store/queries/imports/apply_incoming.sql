-- Supply on its way, by reference, item and location: never less than was received. Answers what became of the lines.
WITH told AS (
    SELECT i.item_id, l.location_id, n.reference, n.due_on, n.quantity
    FROM jsonb_to_recordset(%(incoming)s::jsonb) AS n (
        sku text, location text, reference text, due_on date, quantity bigint
    )
    JOIN item AS i ON i.owner_id = %(owner_id)s AND i.sku = n.sku AND NOT i.superseded AND NOT i.is_kit
    JOIN location AS l ON l.code = n.location
), known AS MATERIALIZED (
    SELECT n.incoming_id, n.reference, n.item_id, n.location_id, n.received
    FROM incoming AS n
    WHERE (n.reference, n.item_id, n.location_id) IN (SELECT t.reference, t.item_id, t.location_id FROM told AS t)
    ORDER BY n.incoming_id
    FOR UPDATE
), changed AS (
    UPDATE incoming AS n
    SET due_on = t.due_on, quantity = greatest(t.quantity, k.received)
    FROM known AS k
    JOIN told AS t USING (reference, item_id, location_id)
    WHERE
        n.incoming_id = k.incoming_id
        AND (n.due_on, n.quantity) IS DISTINCT FROM (t.due_on, greatest(t.quantity, k.received))
    RETURNING 1
), created AS (
    INSERT INTO incoming (item_id, location_id, reference, due_on, quantity)
    SELECT t.item_id, t.location_id, t.reference, t.due_on, t.quantity
    FROM told AS t
    WHERE NOT EXISTS (
        SELECT FROM known AS k
        WHERE (k.reference, k.item_id, k.location_id) = (t.reference, t.item_id, t.location_id)
    )
    ORDER BY t.reference, t.item_id, t.location_id
    RETURNING 1
)
SELECT
    (SELECT count(*) FROM created) AS created, (SELECT count(*) FROM changed) AS changed,
    (SELECT count(*) FROM known) - (SELECT count(*) FROM changed) AS unchanged,
    jsonb_array_length(%(incoming)s::jsonb) - (SELECT count(*) FROM told) AS refused
