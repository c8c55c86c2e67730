-- Who receives an order, if that is known.
SELECT c.order_id IS NOT NULL AS known, c.name, c.street, c.city, c.postcode, c.email, c.phone
FROM orders AS o
LEFT JOIN order_contact AS c USING (order_id)
WHERE o.order_id = %(order_id)s
