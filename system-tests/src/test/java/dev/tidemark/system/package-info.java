/**
 * The whole suite, started by {@code ./tidemark start} as a user starts it, seen only from outside:
 * through HTTP, metrics, and processes that can be killed.
 */
@NullMarked
package dev.tidemark.system;

import org.jspecify.annotations.NullMarked;
