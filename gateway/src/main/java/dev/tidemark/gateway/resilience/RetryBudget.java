package dev.tidemark.gateway.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many second attempts there may be: one for every ten calls, with some in hand. So whatever
 * fails gets little more load than it had, where one attempt after each failure would double it.
 */
final class RetryBudget {

    /** In tenths of an attempt. */
    private static final int ATTEMPT = 10;

    private final int most;
    private final AtomicInteger left;

    /**
     * @param inHand so many attempts at once after a quiet time, and at first
     */
    RetryBudget(int inHand) {
        most = inHand * ATTEMPT;
        left = new AtomicInteger(most);
    }

    /** A call has been made. */
    void called() {
        left.getAndUpdate(now -> Math.min(most, now + 1));
    }

    /** Takes one attempt, if there is one. */
    boolean take() {
        return left.getAndUpdate(now -> now >= ATTEMPT ? now - ATTEMPT : now) >= ATTEMPT;
    }

    /** Attempts that may be made now. */
    double attempts() {
        return left.get() / (double) ATTEMPT;
    }
}
