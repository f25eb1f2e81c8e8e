package dev.tidemark.gateway.shared;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.trace.TraceContext;
import java.time.Duration;
import java.util.List;
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

    private static final CacheKey KEY = new CacheKey(1, 2);

    private static final Lease LEASE = new Lease(KEY, "", 3);

    private static final Renewal RENEWAL = new Renewal(LEASE, Duration.ofSeconds(1));

    private static final Release RELEASE = new Release(LEASE, Release.Why.UNUSED);

    private static final Lookup LOOKUP =
            new Lookup(KEY, "", Lsn.UNKNOWN, List.of(), Version.UNKNOWN, Duration.ofSeconds(5));

    @Test
    void answer_ofAnUnfitInstance_isReleased() {
        DisposableServer server =
                HttpServer.create()
                        .port(0)
                        .handle((request, response) ->
                                response.status(503).sendString(Mono.just("{\"status\":503}")))
                        .bindNow();
        try {
            SharedCache cache = cache(server);
            for (int i = 0; i < 100; i++) {
                assertThatThrownBy(() -> cache.renew(RENEWAL).block()).hasMessageContaining("503");
                assertThatThrownBy(() -> cache.release(RELEASE).block())
                        .hasMessageContaining("503");
                assertThatThrownBy(() -> cache.find(LOOKUP).block()).hasMessageContaining("503");
            }
        } finally {
            server.disposeNow();
        }
    }

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
            SharedCache cache = cache(server);
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

    private static SharedCache cache(DisposableServer server) {
        return new HttpSharedCache(
                HttpClient.create().remoteAddress(server::address),
                4,
                Duration.ofSeconds(5),
                Schedulers.parallel(),
                TraceContext.none(),
                key -> {});
    }
}
