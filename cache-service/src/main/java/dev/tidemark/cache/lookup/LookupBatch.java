package dev.tidemark.cache.lookup;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.Found;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupCodec.Frame;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Look-ups that came together, asked all at once and answered each as it is ready: one that waits
 * for a slow shard holds up none of the others.
 */
final class LookupBatch {

    private final List<Lookup> lookups;
    private final EntryStore store;
    private final LookupMetrics metrics;

    /** Filled by the store's threads; the request's own thread encodes and writes. */
    private final BlockingQueue<Frame> ready = new LinkedBlockingQueue<>();

    LookupBatch(List<Lookup> lookups, EntryStore store, LookupMetrics metrics) {
        this.lookups = lookups;
        this.store = store;
        this.metrics = metrics;
    }

    /** Returns when all frames are written; those that are ready together leave in one write. */
    void answer(OutputStream out) throws IOException {
        for (int i = 0; i < lookups.size(); i++) {
            int index = i;
            var _ =
                    store.find(lookups.get(i))
                            .exceptionally(_ -> Found.UNAVAILABLE)
                            .thenAccept(found -> add(index, found));
        }
        List<Frame> frames = new ArrayList<>();
        for (int left = lookups.size(); left > 0; left -= frames.size()) {
            frames.clear();
            frames.add(next(out, left < lookups.size()));
            ready.drainTo(frames);
            for (Frame frame : frames) {
                out.write(LookupCodec.encodeFrame(frame));
            }
        }
    }

    private void add(int index, Found found) {
        metrics.found(found);
        ready.add(new Frame(index, found.outcome()));
    }

    /**
     * Whatever is written leaves before anything is waited for; the end of the response flushes.
     */
    private Frame next(OutputStream out, boolean written) throws IOException {
        Frame frame = ready.poll();
        if (frame != null) {
            return frame;
        }
        if (written) {
            out.flush();
        }
        try {
            return ready.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while look-ups were waited for");
        }
    }
}
