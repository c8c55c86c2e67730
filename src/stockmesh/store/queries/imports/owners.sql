-- The owners within reach with the currency of the books.
SELECT owner_id, code, book_currency FROM owner
WHERE %(reach_owners)s::integer[] IS NULL OR owner_id = ANY (%(reach_owners)s::integer[])
ORDER BY code
