/**
 * Change capture: reads what PostgreSQL's replication slot tells of committed transactions, and
 * appends what they invalidate to the invalidation log. One instance holds the slot, the others
 * wait for it. Start reading at {@link dev.tidemark.retrieval.change.CaptureSession}.
 *
 * <p>Depends on {@code pgoutput}, {@code database} and {@code problem}. Which tables are captured
 * is decided elsewhere, behind {@link dev.tidemark.retrieval.change.FollowedTables}.
 */
@NullMarked
package dev.tidemark.retrieval.change;

import org.jspecify.annotations.NullMarked;
