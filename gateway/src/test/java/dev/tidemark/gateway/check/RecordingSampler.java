package dev.tidemark.gateway.check;

import dev.tidemark.common.wire.CacheKey;
import java.util.ArrayList;
import java.util.List;

/** A sampler whose test says when it wants one, and sees what it got. */
public final class RecordingSampler {

    /** Of all samples so far. */
    public final List<CacheKey> keys = new ArrayList<>();

    public final Sampler sampler = new Sampler(sample -> keys.add(sample.key()), () -> 0);

    public void want() {
        sampler.want();
    }
}
