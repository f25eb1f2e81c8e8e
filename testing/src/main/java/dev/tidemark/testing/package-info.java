/**
 * What the tests of every module share: one real PostgreSQL and one real Redis Cluster per test JVM
 * ({@link dev.tidemark.testing.Backends}), and seeds for randomised tests ({@link
 * dev.tidemark.testing.Seed}). Used with test scope.
 */
@NullMarked
package dev.tidemark.testing;

import org.jspecify.annotations.NullMarked;
