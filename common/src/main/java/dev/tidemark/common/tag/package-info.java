/**
 * The coherence rule of the design: an entry may be served if and only if every invalidation known
 * for its tags is older than the snapshot it was read in. Start reading at {@link
 * dev.tidemark.common.tag.TagClock}.
 *
 * <p>JDK only.
 */
@NullMarked
package dev.tidemark.common.tag;

import org.jspecify.annotations.NullMarked;
