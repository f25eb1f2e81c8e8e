package dev.tidemark.benchmarks.propagation;

import java.util.Optional;

/**
 * Looks at whether an entry is still served. A look that finds it is answered from memory; one that
 * does not makes the gateway ask the shared cache before it answers, which is no part of what is
 * measured. So that answer's time of arrival says little; the gateway had looked into its memory by
 * the time that the slowest look that found the entry took altogether.
 */
final class Looks {

    private long servedNanos;
    private long slowestNanos;
    private boolean found;

    /**
     * Between which two moments an entry ceased to be served.
     *
     * @param servedNanos when the last look was sent that still found it
     * @param goneNanos when the first look that did not must have looked
     */
    record Sighting(long servedNanos, long goneNanos) {}

    void found(long sentNanos, long receivedNanos) {
        found = true;
        servedNanos = sentNanos;
        slowestNanos = Math.max(slowestNanos, receivedNanos - sentNanos);
    }

    /** Empty if it was never there. */
    Optional<Sighting> missed(long sentNanos, long receivedNanos) {
        long gone = sentNanos + Math.min(slowestNanos, receivedNanos - sentNanos);
        return found ? Optional.of(new Sighting(servedNanos, gone)) : Optional.empty();
    }
}
