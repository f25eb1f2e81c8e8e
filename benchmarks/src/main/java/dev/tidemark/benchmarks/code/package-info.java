/**
 * What the classes on the hottest paths cost by themselves, without a network: nanoseconds and
 * bytes by JMH. Start reading at {@link dev.tidemark.benchmarks.code.CodeFigure}. Knows classes of
 * the gateway and of {@code common}.
 */
@NullMarked
package dev.tidemark.benchmarks.code;

import org.jspecify.annotations.NullMarked;
