-- The run of the server in which a reader has last reached the log. A server that is stopped in an
-- orderly way keeps this table, and so does a copy of its files: what is read in a run of which the
-- log knows nothing may be of a history that is put back before any reader could tell.
ALTER TABLE tidemark.incarnation ADD COLUMN server_started timestamptz;
