package dev.tidemark.cache.invalidation;

import java.util.List;

/** Holds the fake to the rules that Redis keeps. */
class InMemoryInvalidationLogTest extends InvalidationLogContract {

    private final InMemoryInvalidationLog log =
            new InMemoryInvalidationLog(System::currentTimeMillis);

    @Override
    protected InvalidationLog log() {
        return log;
    }

    @Override
    protected SnapshotStore snapshots() {
        return log;
    }

    @Override
    protected void loseTail(List<EncodedRecord> records) {
        log.loseTail(records.size());
    }

    @Override
    protected void empty() {
        log.empty();
    }
}
