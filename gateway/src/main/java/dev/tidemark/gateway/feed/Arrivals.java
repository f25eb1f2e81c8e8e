package dev.tidemark.gateway.feed;

import dev.tidemark.common.tag.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Those who wait for the log to get somewhere. */
final class Arrivals {

    private final Scheduler scheduler;
    private final PriorityQueue<Awaiting> waiting =
            new PriorityQueue<>(Comparator.comparing(Awaiting::lsn));

    /** Spares the one who feeds the lock while nobody waits, which is nearly always. */
    private volatile boolean any;

    Arrivals(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    private record Awaiting(Lsn lsn, BooleanSupplier there, Sinks.Empty<Void> sink) {}

    /**
     * True as soon as it is there, false if it is not in time.
     *
     * @param lsn before which it cannot be there
     */
    Mono<Boolean> await(Lsn lsn, Duration wait, BooleanSupplier there) {
        return Mono.defer(() -> {
            Awaiting awaiting = new Awaiting(lsn, there, Sinks.empty());
            add(awaiting);
            // It may have come before anybody knew that somebody waits.
            return there.getAsBoolean()
                    ? Mono.just(true).doFinally(signal -> remove(awaiting))
                    : awaiting.sink()
                            .asMono()
                            .publishOn(scheduler)
                            .then(Mono.fromSupplier(there::getAsBoolean))
                            .timeout(wait, Mono.just(false), scheduler)
                            .doFinally(signal -> remove(awaiting));
        });
    }

    private synchronized void add(Awaiting awaiting) {
        waiting.add(awaiting);
        any = true;
    }

    private synchronized void remove(Awaiting awaiting) {
        waiting.remove(awaiting);
        any = !waiting.isEmpty();
    }

    /** The log has got there. */
    void arrived(Lsn reached) {
        if (!any) {
            return;
        }
        List<Awaiting> served = new ArrayList<>();
        synchronized (this) {
            while (!waiting.isEmpty() && waiting.element().lsn().compareTo(reached) <= 0) {
                served.add(waiting.remove());
            }
            any = !waiting.isEmpty();
        }
        served.forEach(awaiting -> awaiting.sink().tryEmitEmpty());
    }
}
