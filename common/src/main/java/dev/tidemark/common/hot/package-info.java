/**
 * Which keys are asked for most, by one rule on all nodes. Start at {@link
 * dev.tidemark.common.hot.HotKeys}.
 */
@NullMarked
package dev.tidemark.common.hot;

import org.jspecify.annotations.NullMarked;
