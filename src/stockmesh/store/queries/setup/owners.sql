-- Every owner by code.
SELECT code FROM owner ORDER BY code
