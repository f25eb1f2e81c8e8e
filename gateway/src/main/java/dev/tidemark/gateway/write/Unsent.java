package dev.tidemark.gateway.write;

import dev.tidemark.gateway.resilience.Failures;
import java.net.ConnectException;
import java.net.UnknownHostException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/** Tells errors after which a write cannot have been done from those after which it may. */
final class Unsent {

    private Unsent() {}

    /** Whether not a byte of the request can have left. */
    static boolean is(Throwable error) {
        return Failures.isBreakerOpen(error)
                || Failures.isOverload(error)
                || isConnectionRefused(error)
                || error instanceof PoolAcquireTimeoutException
                || error instanceof PoolAcquirePendingLimitException;
    }

    /** Whether no connection could be opened. */
    static boolean isConnectionRefused(Throwable error) {
        return error instanceof ConnectException || error instanceof UnknownHostException;
    }
}
