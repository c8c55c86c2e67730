-- The planned fulfilments of an order are void.
UPDATE fulfilment SET state = 'void' WHERE order_id = %(order_id)s AND state = 'planned'
