package dev.tidemark.cache.invalidation;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.hot.CopyingEntryStore;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** How the log is followed, and what of the shared cache it makes invalid. */
@Configuration(proxyBeanMethods = false)
class InvalidationConfiguration {

    @Bean
    LogReplica logReplica(ClockProperties clock, FeedProperties feed) {
        return new LogReplica(
                clock.slots(), feed.recordsMax(), feed.bytesMax().toBytes(), System::nanoTime);
    }

    @Bean
    Following following(InvalidationLog log, SnapshotStore snapshots, LogReplica replica) {
        return new Following(log, snapshots, replica);
    }

    @Bean
    SnapshotKeeper snapshotKeeper(
            SnapshotStore store,
            LogReplica replica,
            LogProperties properties,
            MeterRegistry meters) {
        return new SnapshotKeeper(store, replica, properties, meters);
    }

    /** What look-ups and fills go to. Around the copies: each is checked when it is answered. */
    @Bean
    @Primary
    EntryStore validatingEntryStore(CopyingEntryStore store, LogReplica replica) {
        return new ValidatingEntryStore(store, replica::isValid, System::nanoTime);
    }
}
