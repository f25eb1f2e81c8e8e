package dev.tidemark.retrieval.policy;

import java.util.List;
import org.springframework.data.repository.Repository;

/** The policies in the database: read-only, like the pool. */
interface CachePolicyRepository extends Repository<CachePolicy, String> {

    List<CachePolicy> findAll();
}
