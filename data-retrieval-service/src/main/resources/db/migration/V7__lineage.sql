-- The incarnation once more, in a logged table: what a standby shows of it tells that it has
-- replayed this very history, and that of no other server that was promoted or put back beside it.
CREATE TABLE tidemark.lineage (
    incarnation bigint NOT NULL
);
CREATE UNIQUE INDEX lineage_has_one_row ON tidemark.lineage ((true));
