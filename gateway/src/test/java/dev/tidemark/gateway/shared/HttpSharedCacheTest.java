package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.trace.TraceContext;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

/** Buffers are watched around every test class. */
class HttpSharedCacheTest {

    /** Before it was mended, one in 2,000 left a buffer behind. */
    private static final int READERS = 10_000;

    private static final Renewal RENEWAL =
            new Renewal(new Lease(new CacheKey(1, 2), "", 3), Duration.ofSeconds(1));

    @Test
    void answer_thatComesAsItsReaderLeaves_isReleased() {
        byte[] body = LookupCodec.encodeRenewed(Duration.ofSeconds(1));
        DisposableServer server =
                HttpServer.create()
                        .port(0)
                        .handle((request, response) ->
                                response.header("Content-Length", Integer.toString(body.length))
                                        .sendByteArray(Mono.just(body)))
                        .bindNow();
        try {
            SharedCache cache =
                    new HttpSharedCache(
                            HttpClient.create().remoteAddress(server::address),
                            4,
                            Duration.ofSeconds(5),
                            Schedulers.parallel(),
                            TraceContext.none(),
                            key -> {});
            Random random = new Random(1);
            for (int i = 0; i < READERS; i++) {
                Disposable reader = cache.renew(RENEWAL).subscribe();
                long leaves = System.nanoTime() + random.nextInt(600_000);
                while (System.nanoTime() < leaves) {
                    Thread.onSpinWait();
                }
                reader.dispose();
            }
        } finally {
            server.disposeNow();
        }
    }
}
