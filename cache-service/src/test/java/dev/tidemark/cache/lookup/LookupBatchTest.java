package dev.tidemark.cache.lookup;

import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Found;
import dev.tidemark.cache.entry.Found.Reason;
import dev.tidemark.cache.entry.Released;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.LookupOutcome.Awaited;
import dev.tidemark.common.wire.LookupOutcome.Unavailable;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookupBatchTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PendingStore store = new PendingStore();
    private final FlushLog out = new FlushLog();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void framesThatAreReady_leaveInOneWrite() {
        IntStream.range(0, 3).forEach(i -> store.complete(i, awaited(i)));
        answer(3);
        assertThat(out.flushed).as("the end of the response flushes").isEmpty();
        assertThat(out.frames()).containsExactlyInAnyOrder("0:0", "1:1", "2:2");
    }

    @Test
    void frameThatIsReady_waitsForNoOther() throws InterruptedException {
        Thread batch = Thread.ofVirtual().start(() -> answer(3));
        store.complete(1, awaited(1));
        await().until(() -> out.flushed.size() == 1);
        assertThat(out.frames()).containsExactly("1:1");

        store.complete(2, awaited(2));
        await().until(() -> out.flushed.size() == 2);
        assertThat(out.frames()).containsExactly("1:1", "2:2");

        store.complete(0, awaited(0));
        batch.join();
        assertThat(out.frames()).containsExactly("1:1", "2:2", "0:0");
    }

    @Test
    void storeThatFails_isUnavailableForThatLookupAlone() {
        store.answer(0).completeExceptionally(new IllegalStateException("a defect"));
        store.complete(1, awaited(1));
        answer(2);
        assertThat(out.frames()).containsExactlyInAnyOrder("0:unavailable", "1:1");
        assertThat(meters.get("tidemark.lookups").tag("outcome", "unavailable").counter().count())
                .isEqualTo(1);
        assertThat(meters.get("tidemark.leases").tag("outcome", "awaited").counter().count())
                .isEqualTo(1);
    }

    private void answer(int size) {
        List<Lookup> lookups = IntStream.range(0, size).mapToObj(_ -> lookup(randomKey())).toList();
        try {
            new LookupBatch(lookups, store, new LookupMetrics(meters)).answer(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Found awaited(int millis) {
        return new Found(new Awaited(Duration.ofMillis(millis), Optional.empty()), Reason.MISS);
    }

    /** Answers the n-th look-up when the test says so. */
    private static final class PendingStore implements EntryStore {

        private final List<CompletableFuture<Found>> answers =
                Stream.generate(CompletableFuture<Found>::new).limit(8).toList();
        private final AtomicInteger asked = new AtomicInteger();

        CompletableFuture<Found> answer(int index) {
            return answers.get(index);
        }

        void complete(int index, Found found) {
            answers.get(index).complete(found);
        }

        @Override
        public CompletableFuture<Found> find(Lookup lookup) {
            return answers.get(asked.getAndIncrement());
        }

        @Override
        public CompletableFuture<Filled> fill(Fill fill) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Released> release(Release release) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Duration> renew(Renewal renewal) {
            throw new UnsupportedOperationException();
        }
    }

    /** Remembers how much had been written at each flush. */
    private static final class FlushLog extends ByteArrayOutputStream {

        final List<Integer> flushed = new CopyOnWriteArrayList<>();

        @Override
        public void flush() {
            flushed.add(size());
        }

        /** Each as {@code index:lease left in ms}. */
        List<String> frames() {
            List<String> frames = new ArrayList<>();
            try (DataInputStream in =
                    new DataInputStream(new ByteArrayInputStream(toByteArray()))) {
                while (in.available() > 0) {
                    byte[] frame = in.readNBytes(in.readInt());
                    frames.add(text(LookupCodec.decodeFrame(ByteBuffer.wrap(frame))));
                }
            } catch (IOException | MalformedException e) {
                throw new AssertionError(e);
            }
            return frames;
        }

        private static String text(LookupCodec.Frame frame) {
            LookupOutcome outcome = frame.outcome();
            return frame.index()
                    + ":"
                    + switch (outcome) {
                        case Awaited awaited -> awaited.leaseLeft().toMillis();
                        case Unavailable _ -> "unavailable";
                        default -> outcome.toString();
                    };
        }
    }
}
