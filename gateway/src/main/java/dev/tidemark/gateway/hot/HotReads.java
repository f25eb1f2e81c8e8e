package dev.tidemark.gateway.hot;

import dev.tidemark.common.hot.HotKey;
import dev.tidemark.common.hot.HotKeys;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The keys that this gateway's readers want most, and those that cache-service says are wanted most
 * of it, with what they stand for.
 *
 * <p>Reads are counted by sample, since nearly all are hits, which cost less than a microsecond.
 */
public final class HotReads {

    private final HotKeys keys;

    /** Of hot keys alone: never more than those. */
    private final ConcurrentMap<CacheKey, CanonicalRequest> requests = new ConcurrentHashMap<>();

    public HotReads(HotKeys keys) {
        this.keys = keys;
    }

    /** Somebody reads this. */
    public void read(ReadRequest request, CacheKey key) {
        // Who wants nothing kept has nothing kept ready for others either.
        if (!request.directives().noStore() && keys.count(key) && keys.isHot(key)) {
            requests.putIfAbsent(key, request.canonical());
        }
    }

    /** A cache-service says that it is asked for this key a lot. */
    public void hear(CacheKey key) {
        keys.hear(key);
    }

    public boolean isHot(CacheKey key) {
        return keys.isHot(key);
    }

    /** Those of which it is known what they stand for; a hot key's next few reads tell. */
    public List<HotRead> known() {
        return requests.entrySet().stream()
                .map(known -> new HotRead(known.getKey(), known.getValue()))
                .toList();
    }

    /** The most wanted first. */
    List<HotKey> top() {
        return keys.top();
    }

    Optional<CanonicalRequest> request(CacheKey key) {
        return Optional.ofNullable(requests.get(key));
    }

    /** Ends a window in which reads are counted: to be called once in each. */
    public void turn() {
        keys.turn();
        requests.keySet().removeIf(key -> !keys.isHot(key));
    }
}
