-- The links of a user lead nowhere any more.
DELETE FROM login_link WHERE user_id = %(user_id)s
