-- Which capture session keeps the incarnation: whoever else still believes to be the reader of the
-- replication slot can no longer announce anything.
ALTER TABLE tidemark.incarnation ADD COLUMN reader uuid;

-- Transactions that have been writing for long. The version of a read is computed as if they had
-- ended; in return their changes are stamped, when they commit, above every such version.
ALTER TABLE tidemark.incarnation ADD COLUMN announced xid8[] NOT NULL DEFAULT '{}';

-- The tables whose changes are captured. Written only by the reader of the replication slot.
CREATE TABLE tidemark.followed (
    relid oid PRIMARY KEY,
    since xid8 NOT NULL
);
COMMENT ON COLUMN tidemark.followed.since IS
    'a transaction that began after the table had joined the publication: changes below it may have been missed';
