-- Numbers for carrier services.
INSERT INTO service (code, carrier_code)
SELECT s.code, s.carrier_code
FROM jsonb_to_recordset(%(services)s::jsonb) AS s (code text, carrier_code text)
ORDER BY s.code
ON CONFLICT (code) DO NOTHING
