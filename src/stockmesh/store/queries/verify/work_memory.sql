-- Sums over the whole journal fit in memory instead of on disk.
SET LOCAL work_mem = '256MB'
