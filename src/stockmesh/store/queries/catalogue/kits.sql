-- What every kit is made of.
SELECT kit_id, component_id, quantity FROM kit_component ORDER BY kit_id, component_id
