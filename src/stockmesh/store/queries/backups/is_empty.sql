-- Whether nothing was written into the books yet.
SELECT NOT EXISTS (SELECT FROM owner) AND NOT EXISTS (SELECT FROM orders) AND NOT EXISTS (SELECT FROM movement)
