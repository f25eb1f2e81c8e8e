/** Origin and shared cache with real rules and under a test's control. */
@NullMarked
package dev.tidemark.gateway.fake;

import org.jspecify.annotations.NullMarked;
