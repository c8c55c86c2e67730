-- Sessions that have run out.
DELETE FROM login_session WHERE created_at <= %(begun_after)s OR seen_at <= %(seen_after)s
