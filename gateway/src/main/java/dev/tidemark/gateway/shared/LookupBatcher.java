package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Lets look-ups travel together while others are in flight, and at once when few are.
 *
 * <p>Nobody ever waits for a batch to fill: one leaves as soon as there is anything to ask and a
 * place among those in flight. So a lone look-up is not delayed, and under load the batches grow by
 * themselves. Invariant: {@code flying} counts the batches that were sent and have not ended.
 */
final class LookupBatcher {

    /** Sends a batch, and answers its frames in whatever order they come. */
    @FunctionalInterface
    interface Batches extends Function<List<Lookup>, Flux<LookupCodec.Frame>> {}

    private final Batches batches;
    private final int flyingMax;
    private final Queue<Asking> queue = new ArrayDeque<>();
    private int flying;

    /**
     * @param flyingMax so many batches at once: more than one, or a slow shard would hold up all
     */
    LookupBatcher(Batches batches, int flyingMax) {
        this.batches = batches;
        this.flyingMax = flyingMax;
    }

    Mono<LookupOutcome> find(Lookup lookup) {
        return Mono.create(sink -> {
            Asking asking = new Asking(lookup, sink);
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
            fly(batch);
        }
    }

    private synchronized List<Asking> next() {
        List<Asking> batch = new ArrayList<>();
        if (flying < flyingMax) {
            while (batch.size() < LookupCodec.BATCH_MAX && !queue.isEmpty()) {
                batch.add(queue.remove());
            }
            if (!batch.isEmpty()) {
                flying++;
            }
        }
        return batch;
    }

    private void fly(List<Asking> batch) {
        AtomicBoolean landed = new AtomicBoolean();
        BitSet answered = new BitSet(batch.size());
        batches.apply(batch.stream().map(Asking::lookup).toList())
                .doFinally(signal -> {
                    if (landed.compareAndSet(false, true)) {
                        synchronized (this) {
                            flying--;
                        }
                        send();
                    }
                })
                // A batch belongs to several traces: it goes on with the first.
                .contextWrite(batch.getFirst().sink().contextView())
                .subscribe(
                        frame -> {
                            if (frame.index() < batch.size()) {
                                answered.set(frame.index());
                                batch.get(frame.index()).sink().success(frame.outcome());
                            }
                        },
                        error -> fail(batch, answered, error),
                        () -> {
                            if (answered.cardinality() < batch.size()) {
                                fail(batch, answered, new MissingFrame());
                            }
                        });
    }

    private static void fail(List<Asking> batch, BitSet answered, Throwable error) {
        for (int i = answered.nextClearBit(0); i < batch.size(); i = answered.nextClearBit(i + 1)) {
            batch.get(i).sink().error(error);
        }
    }

    /** A look-up on its way. A sink takes the first signal that it gets and ignores the rest. */
    private record Asking(Lookup lookup, MonoSink<LookupOutcome> sink) {}

    /** The response ended without an outcome for a look-up. */
    static final class MissingFrame extends java.io.IOException {

        private static final long serialVersionUID = 1;

        MissingFrame() {
            super("the shared cache did not answer every look-up of the batch");
        }
    }
}
