-- Who receives orders, as the shop says now; one that was erased stays erased. Answers the orders where it is another.
WITH changed AS (
    UPDATE order_contact AS c
    SET name = t.name, street = t.street, city = t.city, postcode = t.postcode, email = t.email, phone = t.phone
    FROM jsonb_to_recordset(%(contacts)s::jsonb) AS t (
        order_id bigint, name text, street text, city text, postcode text, email text, phone text
    )
    WHERE c.order_id = t.order_id
        AND (c.name, c.street, c.city, c.postcode, c.email, c.phone)
            IS DISTINCT FROM (t.name, t.street, t.city, t.postcode, t.email, t.phone)
    RETURNING c.order_id
)
SELECT d.order_id FROM changed AS d ORDER BY d.order_id
