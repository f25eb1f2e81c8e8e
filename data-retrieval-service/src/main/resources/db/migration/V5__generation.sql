-- The generation of the invalidation log that was opened with this number: from the log's last
-- record alone it cannot be told under which number its generation was opened.
ALTER TABLE tidemark.incarnation ADD COLUMN generation bigint NOT NULL DEFAULT 0;
