package dev.tidemark.common.wire;

import java.time.Duration;

/**
 * What was fetched under a lease, for the shared cache to keep.
 *
 * @param age how old the answer is: the time since the origin was asked, and what a read replica
 *     was behind then
 */
public record Fill(Lease lease, Answer answer, Duration age) {

    /**
     * How old it was already when the origin was asked; more than that if nobody says how long its
     * fetch took.
     */
    public Duration ageWhenAsked() {
        Duration before = age.minus(answer.fetchTime());
        return before.isNegative() ? Duration.ZERO : before;
    }
}
