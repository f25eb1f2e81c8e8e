package dev.tidemark.cache.fill;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Released;
import dev.tidemark.cache.http.BoundedBody;
import dev.tidemark.cache.http.ProblemException;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Fills, releases and renewals over HTTP. A fill that was not needed is as good as one that was
 * stored: only what could not be tried is an error.
 */
@RestController
class FillEndpoint {

    /** The key and the partition of a lease, the latter up to 64 KiB. */
    private static final int RELEASE_BYTES_MAX = 66 * 1024;

    /** A frame is an entry, and a lease names the key. */
    private static final int FILL_BYTES_MAX = LookupCodec.FRAME_BYTES_MAX + RELEASE_BYTES_MAX;

    private final EntryStore store;
    private final FillMetrics metrics;

    FillEndpoint(EntryStore store, FillMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
    }

    @PostMapping("/internal/v1/fills")
    void fill(HttpServletRequest request, HttpServletResponse response)
            throws IOException, MalformedException {
        Fill fill = LookupCodec.decodeFill(BoundedBody.read(request, FILL_BYTES_MAX));
        if (fill.age().isNegative()) {
            // It would outlive its hard TTL.
            throw new MalformedException("an age of " + fill.age());
        }
        Filled filled = store.fill(fill).join();
        metrics.record(filled);
        if (filled.fate() == Filled.Fate.FAILED) {
            throw unavailable();
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/internal/v1/releases")
    void release(HttpServletRequest request, HttpServletResponse response)
            throws IOException, MalformedException {
        Release release = LookupCodec.decodeRelease(BoundedBody.read(request, RELEASE_BYTES_MAX));
        Released released = store.release(release).join();
        metrics.record(released);
        if (released == Released.FAILED) {
            throw unavailable();
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/internal/v1/renewals")
    void renew(HttpServletRequest request, HttpServletResponse response)
            throws IOException, MalformedException {
        Renewal renewal = LookupCodec.decodeRenewal(BoundedBody.read(request, RELEASE_BYTES_MAX));
        Duration held = store.renew(renewal).join();
        metrics.renewed(held);
        response.setContentType(LookupCodec.MEDIA_TYPE);
        response.getOutputStream().write(LookupCodec.encodeRenewed(held));
    }

    private static ProblemException unavailable() {
        return new ProblemException(
                Problem.of(ProblemType.OVERLOADED, "The key's shard of Redis cannot be asked"));
    }
}
