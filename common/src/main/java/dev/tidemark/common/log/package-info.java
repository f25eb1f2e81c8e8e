/**
 * The invalidation log: what its records say, their bytes, and what a node makes of them. Start
 * reading at {@link dev.tidemark.common.log.LogFollower}.
 *
 * <p>One record follows another in the order of PostgreSQL's commits, and names its predecessor, so
 * that nobody can miss one without noticing.
 */
@NullMarked
package dev.tidemark.common.log;

import org.jspecify.annotations.NullMarked;
