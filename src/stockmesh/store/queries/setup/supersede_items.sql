-- Items that are no longer what their SKU stands for.
UPDATE item SET superseded = true WHERE item_id = ANY (%(items)s::bigint[])
