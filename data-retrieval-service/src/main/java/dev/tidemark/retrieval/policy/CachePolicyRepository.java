package dev.tidemark.retrieval.policy;

import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The policies in the database: read-only, like the pool. */
interface CachePolicyRepository extends Repository<CachePolicy, String> {

    List<CachePolicy> findAll();

    /** The same from a schema that is older than this program, and that its role may not change. */
    @Query(
            value =
                    "SELECT table_name, cacheable, soft_ttl, hard_ttl, client_max_age,"
                            + " reload_allowed, false AS unfiltered_writes,"
                            + " NULL::interval AS stale_while_revalidate,"
                            + " NULL::interval AS stale_if_error"
                            + " FROM tidemark.cache_policy",
            nativeQuery = true)
    List<CachePolicy> findAllOfTheFirstVersion();

    /** What the policies' changes are counted by; none after a crash. */
    @Query(value = "SELECT policies FROM tidemark.incarnation", nativeQuery = true)
    List<Long> findGenerations();
}
