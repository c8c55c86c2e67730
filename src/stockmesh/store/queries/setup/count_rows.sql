-- How much the books hold already.
SELECT
    (SELECT count(*) FROM item WHERE NOT superseded) AS items, (SELECT count(*) FROM location) AS locations,
    (SELECT count(*) FROM stock) AS cells, (SELECT count(*) FROM orders) AS orders
