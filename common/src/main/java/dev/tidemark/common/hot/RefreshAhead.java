package dev.tidemark.common.hot;

import dev.tidemark.common.wire.Answer;
import java.time.Duration;

/**
 * How long before its soft TTL an entry that is hot is fetched again, whoever reads it or not.
 *
 * <p>Agreed upon, since it takes two: a gateway that is about to asks the shared cache first
 * whether another has done it, and from twice as long before on the shared cache says so from Redis
 * alone, never from a copy that it made earlier.
 */
public final class RefreshAhead {

    private static final Duration LONGEST = Duration.ofSeconds(1);

    private RefreshAhead() {}

    /**
     * A tenth of the soft TTL, a second at most; but twice what its fetch took, where there is
     * room.
     */
    public static Duration lead(Answer answer) {
        Duration softTtl = answer.policy().softTtl();
        Duration usual = min(softTtl.dividedBy(10), LONGEST);
        Duration fetches = answer.fetchTime().multipliedBy(2);
        return min(softTtl.dividedBy(2), usual.compareTo(fetches) > 0 ? usual : fetches);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
