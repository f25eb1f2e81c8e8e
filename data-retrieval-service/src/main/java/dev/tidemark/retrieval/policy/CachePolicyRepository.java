package dev.tidemark.retrieval.policy;

import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The policies in the database: read-only, like the pool. */
interface CachePolicyRepository extends Repository<CachePolicy, String> {

    List<CachePolicy> findAll();

    /** What the policies' changes are counted by; none after a crash. */
    @Query(value = "SELECT policies FROM tidemark.incarnation", nativeQuery = true)
    List<Long> findGenerations();
}
