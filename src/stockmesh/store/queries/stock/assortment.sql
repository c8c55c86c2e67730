-- Which locations have a cell of these items: the items in order, and their marks side by side, `width` bytes each.
SELECT
    array_agg(item_id ORDER BY item_id) AS items,
    string_agg(substring(carried || decode(repeat('00', %(width)s), 'hex') FROM 1 FOR %(width)s), '' ORDER BY item_id)
        AS carried
FROM assortment
WHERE item_id = ANY (%(items)s::bigint[])
