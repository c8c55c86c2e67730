-- The upload that has waited longest.
SELECT upload_id FROM import_upload WHERE state IN ('waiting', 'checking', 'applying') ORDER BY upload_id LIMIT 1
