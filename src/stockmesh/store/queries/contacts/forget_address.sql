-- An order goes elsewhere: the address that was given with it is no longer where.
UPDATE order_contact SET street = '', city = %(city)s, postcode = %(postcode)s WHERE order_id = %(order_id)s
