-- Every owner by code.
SELECT code, name, book_currency FROM owner ORDER BY code
