package dev.tidemark.gateway.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.gateway.time.MonotonicClock;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;

/**
 * Bounds how fast clients can make the database look for what is not there, one by one and all
 * together. No cache helps against a client that walks through keys that do not exist, as each is
 * another one.
 *
 * <p>Only afterwards is it known that something was missing. So nobody who asks for what exists
 * pays anything, and who asked for what does not is charged on credit: what was under way meanwhile
 * overdraws the account, and nothing of this client's is let through until that is paid back. What
 * a cache has is never refused.
 */
public final class MissingGuard {

    private final GuardProperties properties;
    private final TimeMeter time;
    private final Cache<Client, Bucket> clients;
    private final Bucket all;
    private final Counter missed;
    private final Counter refusedClient;
    private final Counter refusedAll;

    public MissingGuard(GuardProperties properties, MonotonicClock clock, MeterRegistry meters) {
        this.properties = properties;
        this.time =
                new TimeMeter() {
                    @Override
                    public long currentTimeNanos() {
                        return clock.nanos();
                    }

                    @Override
                    public boolean isWallClockBased() {
                        return false;
                    }
                };
        // By then an account is full again, unless it was deep in debt: that is forgiven.
        long secondsToFill = properties.clientBurst() / properties.clientRate() + 1L;
        this.clients =
                Caffeine.newBuilder()
                        .maximumSize(properties.clientsMax())
                        .expireAfterAccess(Duration.ofSeconds(Math.max(60, 2 * secondsToFill)))
                        .ticker(clock::nanos)
                        .executor(Runnable::run)
                        .build();
        this.all = bucket(properties.rate(), properties.burst());
        this.missed =
                Counter.builder("tidemark.guard.missed")
                        .description("Fetches of what is not there")
                        .register(meters);
        this.refusedClient = refused(meters, "client");
        this.refusedAll = refused(meters, "all");
        Gauge.builder("tidemark.guard.clients", clients, Cache::estimatedSize)
                .description("Clients that have lately asked for what is not there")
                .register(meters);
    }

    private static Counter refused(MeterRegistry meters, String bound) {
        return Counter.builder("tidemark.guard.refused")
                .description("Reads refused as too much was asked for that is not there")
                .tag("bound", bound)
                .register(meters);
    }

    private Bucket bucket(int rate, int burst) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(rate, Duration.ofSeconds(1)))
                .withCustomTimePrecision(time)
                .build();
    }

    /** Why this client may not have the database asked now; empty if it may. */
    public Optional<Problem> refusal(Client client) {
        Bucket own = clients.getIfPresent(client);
        if (own != null && own.getAvailableTokens() <= 0) {
            refusedClient.increment();
            return Optional.of(
                    Problem.of(
                                    ProblemType.TOO_MANY_MISSES,
                                    "this client has asked for too much that is not there")
                            .withHint("what is cached is still answered")
                            .withRetryAfter(wait(own)));
        }
        if (all.getAvailableTokens() <= 0) {
            refusedAll.increment();
            return Optional.of(
                    Problem.of(
                                    ProblemType.OVERLOADED,
                                    "clients have asked for too much that is not there")
                            .withRetryAfter(wait(all)));
        }
        return Optional.empty();
    }

    /** This client had the database look for something that is not there. */
    public void missed(Client client) {
        missed.increment();
        clients.get(client, _ -> bucket(properties.clientRate(), properties.clientBurst()))
                .consumeIgnoringRateLimits(1);
        all.consumeIgnoringRateLimits(1);
    }

    private static Duration wait(Bucket bucket) {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }
}
