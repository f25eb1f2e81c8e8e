package dev.tidemark.gateway.resilience;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import reactor.netty.channel.AbortedException;

/** What an error of a call says about the instance. */
public final class Failures {

    private Failures() {}

    public static boolean isBreakerOpen(Throwable error) {
        return error instanceof BreakerOpenException;
    }

    public static boolean isOverload(Throwable error) {
        return error instanceof OverloadedException;
    }

    public static boolean isTimeout(Throwable error) {
        return error instanceof TimeoutException;
    }

    /**
     * Refused, reset, closed before the request was sent or the answer came, or a name that does
     * not resolve.
     */
    public static boolean isConnectionFailure(Throwable error) {
        return error instanceof IOException || error instanceof AbortedException;
    }
}
