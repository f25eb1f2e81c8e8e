-- How long answers from a table or view may be served. A column that is null says: as configured.
CREATE TABLE tidemark.cache_policy (
    table_name     text PRIMARY KEY,
    cacheable      boolean NOT NULL DEFAULT true,
    soft_ttl       interval CHECK (soft_ttl >= interval '0' AND soft_ttl <= interval '49 days'),
    hard_ttl       interval CHECK (hard_ttl >= interval '0' AND hard_ttl <= interval '49 days'),
    client_max_age interval CHECK (client_max_age >= interval '0' AND client_max_age <= interval '49 days'),
    reload_allowed boolean,
    CHECK (hard_ttl >= soft_ttl)
);
COMMENT ON TABLE tidemark.cache_policy IS 'How long Tidemark may serve answers from a table or view';
COMMENT ON COLUMN tidemark.cache_policy.table_name IS 'schema.table, or table in the default schema';
COMMENT ON COLUMN tidemark.cache_policy.soft_ttl IS 'age from which an answer is stale';
COMMENT ON COLUMN tidemark.cache_policy.hard_ttl IS 'age from which an answer is gone, even if the database is down';
COMMENT ON COLUMN tidemark.cache_policy.client_max_age IS 'how long browsers may use an answer without asking';
COMMENT ON COLUMN tidemark.cache_policy.reload_allowed IS 'whether a client''s no-cache reaches the database';

-- Unlogged on purpose: PostgreSQL empties it on crash recovery, restore and promotion, which are
-- the moments when commits that were seen can vanish and transaction ids be used again.
CREATE UNLOGGED TABLE tidemark.incarnation (
    number bigint NOT NULL CHECK (number <> 0)
);
CREATE UNIQUE INDEX incarnation_has_one_row ON tidemark.incarnation ((true));
INSERT INTO tidemark.incarnation
SELECT ('x' || substr(md5(gen_random_uuid()::text), 1, 16))::bit(64)::bigint;
