/**
 * Monotonic time. Ages and deadlines are differences of one machine's clock that never goes back,
 * and tests move it by hand. JDK only.
 */
@NullMarked
package dev.tidemark.gateway.time;

import org.jspecify.annotations.NullMarked;
