-- A channel's thresholds.
SELECT buffer_units, locations FROM channel WHERE code = %(code)s
