-- Every carrier service by code.
SELECT service_id, code, carrier_code FROM service ORDER BY code
