-- The merchant whose goods they are; saved again when name or currency differ.
INSERT INTO owner (code, name, book_currency) VALUES (%(code)s, %(name)s, %(book_currency)s)
ON CONFLICT (code) DO UPDATE SET name = excluded.name
RETURNING owner_id
