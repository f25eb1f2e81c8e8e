ALTER TABLE tidemark.cache_policy
    ADD COLUMN stale_while_revalidate interval
        CHECK (stale_while_revalidate >= interval '0' AND stale_while_revalidate <= interval '49 days'),
    ADD COLUMN stale_if_error interval
        CHECK (stale_if_error >= interval '0' AND stale_if_error <= interval '49 days');
COMMENT ON COLUMN tidemark.cache_policy.stale_while_revalidate IS
    'for how long past its soft TTL an answer is still served while it is fetched again; as configured
if null, and then not for what is served by time only';
COMMENT ON COLUMN tidemark.cache_policy.stale_if_error IS
    'for how long past its soft TTL an answer is still of use when the database is down';
