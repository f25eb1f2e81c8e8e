ALTER TABLE tidemark.cache_policy ADD COLUMN unfiltered_writes boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN tidemark.cache_policy.unfiltered_writes IS
    'whether an update or delete may go without a filter, and so reach every row';

-- The first answer to a write with an Idempotency-Key, recorded in the write's own transaction: a
-- repeat gets it again and writes nothing.
CREATE TABLE tidemark.idempotency_key (
    key         text PRIMARY KEY,
    fingerprint bytea NOT NULL,
    status      integer NOT NULL,
    head        text NOT NULL,
    body        bytea NOT NULL,
    expires     timestamptz NOT NULL
);
CREATE INDEX idempotency_key_expires ON tidemark.idempotency_key (expires);
