package dev.tidemark.gateway.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last answers that were found to be other than the database's. */
final class Traces {

    private static final int KEPT_MAX = 50;

    private final Deque<Trace> last = new ArrayDeque<>();

    synchronized void add(Trace trace) {
        if (last.size() == KEPT_MAX) {
            last.removeLast();
        }
        last.addFirst(trace);
    }

    /** The newest first. */
    synchronized List<Trace> last() {
        return List.copyOf(last);
    }
}
