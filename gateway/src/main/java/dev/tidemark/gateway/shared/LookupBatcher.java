package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Lets look-ups travel together while others are on their way, and at once when few are.
 *
 * <p>Nobody waits for a batch to fill: one leaves as soon as there is anything to ask, and at most
 * one before it has not been heard of yet. So a lone look-up is not delayed, and under load the
 * batches grow by themselves, which saves everyone on the way most of the work. A batch of which a
 * part is answered holds up nobody, however long the rest takes, as long as there are not too many
 * such; nor does one that is not heard of in time, whose shards may all be slow.
 *
 * <p>Invariants: {@code leaving} counts the batches that were sent, and not been heard of or given
 * up waiting for; {@code flying} those that have not ended.
 */
final class LookupBatcher {

    /** Sends a batch, and answers its frames in whatever order they come. */
    @FunctionalInterface
    interface Batches extends Function<List<Lookup>, Flux<LookupCodec.Frame>> {}

    /** With two, one is on its way out while the answers of the other are on theirs back. */
    private static final int LEAVING_MAX = 2;

    /** Several times what a sound shard takes to answer. */
    static final Duration PATIENCE = Duration.ofMillis(10);

    /** What deadlines are told in. */
    private static final Duration WORTH_TELLING = Duration.ofMillis(1);

    private final Batches batches;
    private final int flyingMax;
    private final Scheduler scheduler;
    private final Queue<Asking> queue = new ArrayDeque<>();
    private int leaving;
    private int flying;

    /**
     * @param flyingMax so many batches at once, slow ones included
     */
    LookupBatcher(Batches batches, int flyingMax, Scheduler scheduler) {
        this.batches = batches;
        this.flyingMax = flyingMax;
        this.scheduler = scheduler;
    }

    Mono<LookupOutcome> find(Lookup lookup) {
        return Mono.create(sink -> {
            Asking asking = new Asking(lookup, System.nanoTime(), sink);
            sink.onCancel(() -> leave(asking));
            synchronized (this) {
                queue.add(asking);
            }
            send();
        });
    }

    private synchronized void leave(Asking asking) {
        queue.remove(asking);
    }

    private void send() {
        for (List<Asking> batch = next(); !batch.isEmpty(); batch = next()) {
            new Flight(batch).begin();
        }
    }

    private synchronized List<Asking> next() {
        List<Asking> batch = new ArrayList<>();
        if (leaving < LEAVING_MAX && flying < flyingMax) {
            while (batch.size() < LookupCodec.BATCH_MAX && !queue.isEmpty()) {
                batch.add(queue.remove());
            }
            if (!batch.isEmpty()) {
                leaving++;
                flying++;
            }
        }
        return batch;
    }

    /** A batch on its way. Its frames come one at a time. */
    private final class Flight {

        private final List<Asking> batch;
        private final BitSet answered;
        private final AtomicBoolean left = new AtomicBoolean();
        private final AtomicBoolean landed = new AtomicBoolean();

        Flight(List<Asking> batch) {
            this.batch = batch;
            this.answered = new BitSet(batch.size());
        }

        void begin() {
            Disposable patience =
                    scheduler.schedule(this::leave, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            long now = System.nanoTime();
            batches.apply(batch.stream().map(asking -> asking.lookup(now)).toList())
                    .doFinally(signal -> {
                        patience.dispose();
                        leave();
                        land();
                    })
                    // A batch belongs to several traces: it goes on with the first.
                    .contextWrite(batch.getFirst().sink().contextView())
                    .subscribe(this::answer, this::fail, this::complete);
        }

        private void leave() {
            if (left.compareAndSet(false, true)) {
                synchronized (LookupBatcher.this) {
                    leaving--;
                }
                send();
            }
        }

        private void land() {
            if (landed.compareAndSet(false, true)) {
                synchronized (LookupBatcher.this) {
                    flying--;
                }
                send();
            }
        }

        private void answer(LookupCodec.Frame frame) {
            leave();
            if (frame.index() < batch.size()) {
                answered.set(frame.index());
                batch.get(frame.index()).sink().success(frame.outcome());
            }
        }

        private void complete() {
            if (answered.cardinality() < batch.size()) {
                fail(new MissingFrame());
            }
        }

        private void fail(Throwable error) {
            for (int i = answered.nextClearBit(0);
                    i < batch.size();
                    i = answered.nextClearBit(i + 1)) {
                batch.get(i).sink().error(error);
            }
        }
    }

    /** A look-up on its way. A sink takes the first signal that it gets and ignores the rest. */
    private record Asking(Lookup lookup, long askedNanos, MonoSink<LookupOutcome> sink) {

        /**
         * As it is sent, with what is left of its time: nobody is to hold a lease for who has left.
         */
        Lookup lookup(long nowNanos) {
            Duration waited = Duration.ofNanos(nowNanos - askedNanos);
            return waited.compareTo(WORTH_TELLING) < 0
                    ? lookup
                    : new Lookup(
                            lookup.key(),
                            lookup.partition(),
                            lookup.logPosition(),
                            lookup.tokens(),
                            lookup.notVersion(),
                            max(lookup.deadline().minus(waited), WORTH_TELLING));
        }

        private static Duration max(Duration a, Duration b) {
            return a.compareTo(b) < 0 ? b : a;
        }
    }

    /** The response ended without an outcome for a look-up. */
    static final class MissingFrame extends java.io.IOException {

        private static final long serialVersionUID = 1;

        MissingFrame() {
            super("the shared cache did not answer every look-up of the batch");
        }
    }
}
