-- Whether any upload waits to be worked on, or for a worker that is gone.
SELECT EXISTS (SELECT FROM import_upload WHERE state IN ('waiting', 'checking', 'applying')) AS due
