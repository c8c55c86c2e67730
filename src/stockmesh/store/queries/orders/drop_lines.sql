-- A cancelled order waits for nothing any more.
UPDATE order_line SET waiting = 0, dropped = quantity WHERE order_id = %(order_id)s
