/**
 * How far a change has come when: taps on the way from the commit to the gateways, each of which
 * follows as the real ones do and so costs some of what it measures. Start reading at {@link
 * dev.tidemark.benchmarks.stage.Tap}. Depends on the wire formats of {@code common}.
 */
@NullMarked
package dev.tidemark.benchmarks.stage;

import org.jspecify.annotations.NullMarked;
