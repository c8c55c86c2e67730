-- Who receives orders, as the shop says now; one that was erased stays erased.
UPDATE order_contact AS c
SET name = t.name, street = t.street, city = t.city, postcode = t.postcode, email = t.email, phone = t.phone
FROM jsonb_to_recordset(%(contacts)s::jsonb) AS t (
    order_id bigint, name text, street text, city text, postcode text, email text, phone text
)
WHERE c.order_id = t.order_id
