package dev.tidemark.retrieval.pgoutput;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import java.util.Optional;

/**
 * A transaction that has committed, and all that it invalidates.
 *
 * @param end of its commit record
 * @param xid of the top-level transaction, 32 bits
 * @param tags of what it changed; empty if that is nothing that is followed
 * @param overflowed whether it changed more than can be told, and the tags are not all
 * @param heartbeat the content of its message of that name
 * @param schemaChanged whether it says that the schema has changed
 */
public record CommittedTransaction(
        Lsn end,
        int xid,
        Tags tags,
        boolean overflowed,
        Optional<String> heartbeat,
        boolean schemaChanged) {}
