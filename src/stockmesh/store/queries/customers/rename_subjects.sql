-- What shops said of some orders names their customers as the orders do.
UPDATE shop_subject AS k SET content = jsonb_set(k.content, '{customer}', to_jsonb(o.customer))
FROM orders AS o
WHERE o.order_id = k.order_id AND k.order_id = ANY (%(orders)s::bigint[]) AND k.content ? 'customer'
