package dev.tidemark.gateway.resilience;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Lets so many calls run at once, so many more wait in line, and sheds the rest at once.
 *
 * <p>A bounded line rather than none: a burst of misses after a restart is served within its
 * deadlines instead of being refused. Invariant: {@code running} counts the tickets that were
 * started and have not finished, and each ticket finishes once, however it ends.
 */
public final class ConcurrencyLimit {

    private final int runningMax;
    private final int waitingMax;
    private final Queue<Ticket<?>> line = new ArrayDeque<>();
    private int running;

    /** Places of calls that have ended, which {@link #next} has yet to hand on. */
    private int freed;

    private boolean handing;

    public ConcurrencyLimit(int runningMax, int waitingMax) {
        this.runningMax = runningMax;
        this.waitingMax = waitingMax;
    }

    /** The call within the limit, or {@link OverloadedException}. */
    public <T> Mono<T> limit(Mono<T> call) {
        return Mono.create(sink -> {
            Ticket<T> ticket = new Ticket<>(sink, call);
            sink.onDispose(ticket);
            admit(ticket);
        });
    }

    private void admit(Ticket<?> ticket) {
        boolean start = false;
        boolean shed = false;
        synchronized (this) {
            if (running < runningMax) {
                running++;
                start = true;
            } else if (line.size() < waitingMax) {
                line.add(ticket);
            } else {
                shed = true;
            }
        }
        if (start) {
            ticket.start();
        } else if (shed) {
            ticket.shed();
        }
    }

    /**
     * A call has ended: the next in line takes its place. One that ends while it is started, as
     * with an open breaker, makes place again: for the loop that is already here, since a line of
     * thousands would be as deep a recursion.
     */
    private void next() {
        synchronized (this) {
            freed++;
            if (handing) {
                return;
            }
            handing = true;
        }
        while (true) {
            Ticket<?> next;
            synchronized (this) {
                if (freed == 0) {
                    handing = false;
                    return;
                }
                freed--;
                next = line.poll();
                if (next == null) {
                    running--;
                    continue;
                }
            }
            boolean started = false;
            try {
                next.start();
                started = true;
            } finally {
                if (!started) {
                    stopHanding();
                }
            }
        }
    }

    private synchronized void stopHanding() {
        handing = false;
    }

    private synchronized boolean leaveLine(Ticket<?> ticket) {
        return line.remove(ticket);
    }

    public synchronized int running() {
        return running;
    }

    public synchronized int waiting() {
        return line.size();
    }

    /** One call: in line, running, or over. */
    private final class Ticket<T> implements Disposable {

        private final MonoSink<T> sink;
        private final Mono<T> call;
        private final Disposable.Swap subscription = Disposables.swap();
        private final AtomicBoolean over = new AtomicBoolean();

        Ticket(MonoSink<T> sink, Mono<T> call) {
            this.sink = sink;
            this.call = call;
        }

        void start() {
            subscription.replace(
                    call.doFinally(signal -> finish())
                            .contextWrite(sink.contextView())
                            .subscribe(sink::success, sink::error, sink::success));
        }

        void shed() {
            over.set(true);
            sink.error(new OverloadedException());
        }

        private void finish() {
            if (over.compareAndSet(false, true)) {
                next();
            }
        }

        /** The caller has left, or has got what it wanted. */
        @Override
        public void dispose() {
            if (leaveLine(this)) {
                over.set(true);
            } else {
                subscription.dispose();
            }
        }
    }
}
