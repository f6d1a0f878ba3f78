-- What was read (manuals, their passages), where each document stands, and the work to be done.

-- Bytes are their own identity: the same file at two addresses is one manual.
CREATE TABLE manuals (
    manual_id    text PRIMARY KEY,                      -- SHA-256 of the bytes, in hexadecimal
    content_type text NOT NULL,
    bytes        bigint NOT NULL,
    title        text NOT NULL,
    pages        integer NOT NULL,
    languages    text[] NOT NULL,
    outline      bytea NOT NULL,                        -- hsc.ingest.v1.Manual with nothing but its outline
    read_at      timestamptz NOT NULL DEFAULT now()
);

-- Each passage as the contract's message, ready to be sent.
CREATE TABLE passages (
    manual_id text NOT NULL REFERENCES manuals ON DELETE CASCADE,
    ordinal   integer NOT NULL,
    message   bytea NOT NULL,                           -- hsc.ingest.v1.Passage
    PRIMARY KEY (manual_id, ordinal)
);

-- A document of the catalogue that somebody asked for.
CREATE TABLE documents (
    document_id   text PRIMARY KEY,
    product_id    text NOT NULL,
    current       boolean NOT NULL DEFAULT true,        -- the catalogue still has it
    type          smallint NOT NULL,
    role          smallint NOT NULL,
    language      text NOT NULL,
    url           text NOT NULL,
    backup_url    text NOT NULL,
    state         text NOT NULL CHECK (state IN ('QUEUED', 'FETCHING', 'PARSING', 'READY', 'FAILED')),
    manual_id     text REFERENCES manuals,       -- the newest that was read; stays when a later try fails
    pages         integer NOT NULL DEFAULT 0,
    bytes         bigint NOT NULL DEFAULT 0,
    reason        text NOT NULL DEFAULT '',
    error         text NOT NULL DEFAULT '',
    retry_at      timestamptz,                          -- FAILED: not asked again before
    fetched_url   text NOT NULL DEFAULT '',             -- validators belong to this address
    etag          text NOT NULL DEFAULT '',
    last_modified text NOT NULL DEFAULT '',
    reachable     boolean NOT NULL DEFAULT false,
    prefetched_at timestamptz NOT NULL DEFAULT now(),
    accounted_at  timestamptz,                          -- the last prefetch was counted as hit, late or waste
    checked_at    timestamptz,
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX documents_of_product ON documents (product_id);
CREATE INDEX documents_on_their_way ON documents (document_id) WHERE state IN ('QUEUED', 'FETCHING', 'PARSING');
CREATE INDEX documents_by_address ON documents (fetched_url) WHERE state = 'READY';
CREATE INDEX documents_to_recheck ON documents (checked_at) WHERE state = 'READY';

-- What a document was, each time its bytes changed. Never deleted: receipts point here.
CREATE TABLE revisions (
    document_id text NOT NULL REFERENCES documents ON DELETE CASCADE,
    revision    integer NOT NULL,
    manual_id   text NOT NULL REFERENCES manuals,
    source_url  text NOT NULL,
    fetched_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (document_id, revision)
);
CREATE INDEX revisions_of_manual ON revisions (manual_id);

-- Accepted work. Redis only says "look here": a job lives and dies in this table.
CREATE TABLE jobs (
    job_id      text PRIMARY KEY,
    kind        text NOT NULL,
    subject     text NOT NULL,                          -- read: the document_id; import: the first file's name
    state       text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED')),
    attempts    integer NOT NULL DEFAULT 0,
    error       text NOT NULL DEFAULT '',
    request_id  text UNIQUE,
    run_after   timestamptz NOT NULL DEFAULT now(),
    announced_at timestamptz,                           -- when Redis was last told of it
    lease_until timestamptz,                            -- RUNNING: whoever runs it said so until
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
-- One flight per document, however many ask on however many replicas.
CREATE UNIQUE INDEX jobs_one_flight ON jobs (kind, subject)
    WHERE kind = 'read' AND state IN ('QUEUED', 'RUNNING');
CREATE INDEX jobs_open ON jobs (run_after) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX jobs_newest ON jobs (created_at DESC, job_id DESC);

-- The files of an import; their bytes are in the blob store until the job is over.
CREATE TABLE import_files (
    job_id   text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    position integer NOT NULL,
    name     text NOT NULL,
    mode     smallint NOT NULL,
    blob     text NOT NULL,
    done     boolean NOT NULL DEFAULT false,
    added    integer NOT NULL DEFAULT 0,
    updated  integer NOT NULL DEFAULT 0,
    removed  integer NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, position)
);
CREATE TABLE import_faults (
    job_id     text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    fault      bigint GENERATED ALWAYS AS IDENTITY,
    position   integer NOT NULL,
    file       text NOT NULL,
    product_id text NOT NULL,
    field      text NOT NULL,
    message    text NOT NULL,
    PRIMARY KEY (job_id, fault)
);
