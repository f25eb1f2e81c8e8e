package dev.tidemark.cache.lookup;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.http.BoundedBody;
import dev.tidemark.common.hot.HotKeys;
import dev.tidemark.common.wire.HotMarks;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.MalformedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Batches of look-ups over HTTP; the formats are {@link LookupCodec}'s. */
@RestController
class LookupEndpoint {

    /** Room for 4 KiB each: a look-up is about 50 bytes, with all tokens 2 KiB more. */
    private static final int BATCH_BYTES_MAX = LookupCodec.BATCH_MAX * 4096;

    /** Frames of small entries leave in one piece. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private final EntryStore store;
    private final HotKeys hotKeys;
    private final LookupMetrics metrics;

    LookupEndpoint(EntryStore store, HotKeys hotKeys, LookupMetrics metrics) {
        this.store = store;
        this.hotKeys = hotKeys;
        this.metrics = metrics;
    }

    @PostMapping("/internal/v1/lookups")
    void find(HttpServletRequest request, HttpServletResponse response)
            throws IOException, MalformedException {
        List<Lookup> lookups = LookupCodec.decodeBatch(BoundedBody.read(request, BATCH_BYTES_MAX));
        metrics.batch(lookups.size());
        response.setContentType(LookupCodec.MEDIA_TYPE);
        response.setBufferSize(BUFFER_BYTES);
        HotMarks marks = marks(lookups);
        if (!marks.indices().isEmpty()) {
            response.setHeader(HotMarks.NAME, marks.value());
        }
        new LookupBatch(lookups, store, metrics).answer(response.getOutputStream());
    }

    private HotMarks marks(List<Lookup> lookups) {
        return new HotMarks(
                IntStream.range(0, lookups.size())
                        .filter(index -> hotKeys.isHot(lookups.get(index).key()))
                        .boxed()
                        .toList());
    }
}
