package dev.tidemark.cache.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Holds the fake to the rules that Redis keeps. */
class InMemoryEntryStoreTest extends EntryStoreContract {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final EntryStore store =
            new InMemoryEntryStore(now::get, LEASE_TIMEOUT, UNCACHEABLE_TTL);

    @Override
    protected EntryStore store() {
        return store;
    }

    @Override
    protected void await(BooleanSupplier condition) {
        int tries = 0;
        while (!condition.getAsBoolean()) {
            assertThat(++tries).as("steps of 50 ms").isLessThan(100);
            now.updateAndGet(instant -> instant.plus(Duration.ofMillis(50)));
        }
    }
}
