ALTER TYPE import_state ADD VALUE 'cancelled';

-- Files brought over HTTP: kept until they are in the books, given up or refused, so that any process can go on with
-- one. `holder` is who works on it; `step` says in words what is being done, and how much of it is. Problems and
-- rejected rows stay to be read for a while.
CREATE TYPE upload_state AS ENUM ('waiting', 'checking', 'checked', 'applying', 'done', 'failed', 'cancelled');

CREATE TABLE import_upload (
    upload_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    file_name text NOT NULL,
    bytes bigint NOT NULL,
    asked jsonb NOT NULL,
    state upload_state NOT NULL,
    holder text NOT NULL DEFAULT '',
    stop_wanted boolean NOT NULL DEFAULT false,
    step text NOT NULL DEFAULT '',
    step_done bigint NOT NULL DEFAULT 0,
    step_total bigint NOT NULL DEFAULT 0,
    report jsonb,
    job_id integer REFERENCES import_job,
    received_at timestamptz NOT NULL,
    checked_at timestamptz,
    finished_at timestamptz
);

CREATE INDEX import_upload_open ON import_upload (upload_id) WHERE state IN ('waiting', 'checking', 'applying');

-- The bytes of a file, or of the file of its rejected rows, some at a time.
CREATE TABLE import_part (
    upload_id integer NOT NULL REFERENCES import_upload ON DELETE CASCADE,
    is_reject boolean NOT NULL,
    part_no integer NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (upload_id, is_reject, part_no)
);

ALTER TABLE import_part ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE import_problem (
    upload_id integer NOT NULL REFERENCES import_upload ON DELETE CASCADE,
    place integer NOT NULL,
    row_no integer NOT NULL,
    column_name text NOT NULL,
    value text NOT NULL,
    reason text NOT NULL,
    suggestion text NOT NULL,
    PRIMARY KEY (upload_id, place)
);
