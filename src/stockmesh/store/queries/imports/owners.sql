-- Every owner with the currency of the books.
SELECT owner_id, code, book_currency FROM owner ORDER BY code
