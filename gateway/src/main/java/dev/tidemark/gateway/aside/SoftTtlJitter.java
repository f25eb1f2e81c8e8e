package dev.tidemark.gateway.aside;

import dev.tidemark.common.wire.Policy;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Shortens soft TTLs by a random part, so that what was filled together does not expire together.
 * Drawn once, by who fetches: all caches keep an entry under the same soft TTL.
 *
 * @param part the most that goes, of the whole
 * @param random from 0 to 1
 */
record SoftTtlJitter(double part, DoubleSupplier random) {

    Policy apply(Policy policy) {
        long millis = policy.softTtl().toMillis();
        long less = (long) (millis * part * random.getAsDouble());
        return less == 0 ? policy : policy.withSoftTtl(Duration.ofMillis(millis - less));
    }
}
