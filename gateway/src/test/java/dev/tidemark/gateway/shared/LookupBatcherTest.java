package dev.tidemark.gateway.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class LookupBatcherTest {

    private record Batch(List<Lookup> lookups, Sinks.Many<LookupCodec.Frame> frames) {

        void answer(int index) {
            frames.tryEmitNext(new LookupCodec.Frame(index, new LookupOutcome.Uncacheable()));
        }
    }

    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Batch> batches = new ArrayList<>();
    private final List<Long> answered = new ArrayList<>();
    private final List<Throwable> failed = new ArrayList<>();
    private final LookupBatcher batcher =
            new LookupBatcher(
                    lookups -> {
                        Batch batch =
                                new Batch(lookups, Sinks.many().unicast().onBackpressureBuffer());
                        batches.add(batch);
                        return batch.frames.asFlux();
                    },
                    4,
                    time);

    private Disposable find(long key) {
        return batcher.find(
                        new Lookup(
                                new CacheKey(0, key),
                                "",
                                Lsn.UNKNOWN,
                                List.of(),
                                Version.UNKNOWN,
                                DEADLINE))
                .subscribe(outcome -> answered.add(key), failed::add);
    }

    @Test
    void lookups_goAtOnceWhileThereIsAPlace_andTogetherWhenThereIsNone() {
        for (int key = 0; key < 6; key++) {
            find(key);
        }
        assertThat(batches).extracting(batch -> batch.lookups.size()).containsExactly(1, 1);

        batches.getFirst().answer(0);
        batches.getFirst().frames.tryEmitComplete();
        assertThat(batches).extracting(batch -> batch.lookups.size()).containsExactly(1, 1, 4);
    }

    @Test
    void lookup_isAnsweredAsItsFrameComes() {
        for (int key = 0; key < 5; key++) {
            find(key);
        }
        batches.getFirst().answer(0);
        batches.getFirst().frames.tryEmitComplete();
        batches.get(2).answer(2);
        assertThat(answered).containsExactly(0L, 4L);
        batches.get(2).answer(0);
        assertThat(answered).containsExactly(0L, 4L, 2L);
    }

    @Test
    void batchOfWhichAPartIsAnswered_holdsNobodyUp_norOneThatIsNotHeardOf() {
        find(0);
        find(1);
        find(2);
        batches.getFirst().answer(5);
        assertThat(batches).as("heard of").hasSize(3);
        find(3);
        assertThat(batches).hasSize(3);

        time.advanceTimeBy(LookupBatcher.PATIENCE.minusMillis(1));
        assertThat(batches).hasSize(3);
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(batches).as("waited for long enough").hasSize(4);
        find(4);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(batches).as("as many as there may be").hasSize(4);

        batches.get(2).frames.tryEmitComplete();
        assertThat(batches).hasSize(5);
    }

    @Test
    void batch_isNeverLargerThanTheFormatAllows() {
        for (int key = 0; key < 2 + LookupCodec.BATCH_MAX + 5; key++) {
            find(key);
        }
        batches.get(0).frames.tryEmitComplete();
        batches.get(1).frames.tryEmitComplete();

        assertThat(batches)
                .extracting(batch -> batch.lookups.size())
                .containsExactly(1, 1, LookupCodec.BATCH_MAX, 5);
    }

    @Test
    void failedBatch_failsItsLookupsAndNoOthers() {
        find(0);
        find(1);
        find(2);
        batches.getFirst().frames.tryEmitError(new IOException("reset"));

        assertThat(failed).hasSize(1);
        assertThat(batches.get(2).lookups).hasSize(1);
    }

    @Test
    void missingOrOddFrames_areFailuresOfTheirOwn() {
        find(0);
        batches.getFirst().answer(7);
        batches.getFirst().frames.tryEmitComplete();

        assertThat(answered).isEmpty();
        assertThat(failed).singleElement().isInstanceOf(LookupBatcher.MissingFrame.class);
    }

    @Test
    void lookupThatQueued_isSentWithWhatIsLeftOfItsTime() {
        find(0);
        find(1);
        find(2);
        long began = System.nanoTime();
        while (System.nanoTime() - began < Duration.ofMillis(5).toNanos()) {
            Thread.onSpinWait();
        }
        batches.getFirst().answer(0);

        assertThat(batches.getFirst().lookups.getFirst().deadline()).isEqualTo(DEADLINE);
        assertThat(batches.get(2).lookups.getFirst().deadline())
                .isPositive()
                .isLessThanOrEqualTo(DEADLINE.minusMillis(5));
    }

    @Test
    void askerWhoLeft_isNotAskedFor() {
        find(0);
        find(1);
        find(2).dispose();
        find(3);
        batches.getFirst().frames.tryEmitComplete();

        assertThat(batches.get(2).lookups)
                .extracting(lookup -> lookup.key().low())
                .containsExactly(3L);
    }
}
