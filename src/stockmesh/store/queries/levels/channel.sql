-- A channel's thresholds and owner.
SELECT c.buffer_units, c.locations, o.code AS owner FROM channel AS c JOIN owner AS o USING (owner_id) WHERE c.code = %(code)s
