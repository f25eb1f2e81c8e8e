package dev.tidemark.gateway.aside;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.http.Demand;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.session.Session;

/**
 * Who may get which answer. In one place, for every seat and every layer:
 *
 * <ul>
 *   <li><b>From a cache</b> a reader takes what is valid by this node's clock, recent enough for
 *       what the request demands, and known to have seen what its session has: that only the log
 *       can tell, so it must be followed, and the log known up to the session's tokens. Past its
 *       soft TTL it is the same, for as long as policy or request allow, and it is fetched again.
 *   <li><b>From a fetch</b> a reader takes what would be right from a cache, valid on arrival; or
 *       what was fetched from the primary after the reader asked, whatever has happened since: it
 *       is right for all who asked before its snapshot was taken. What a read replica answers is as
 *       good as a cached entry and no better. Else the reader fetches once more, from the primary.
 * </ul>
 */
public final class ServingRule {

    private final NearCache near;
    private final Follower follower;

    ServingRule(NearCache near, Follower follower) {
        this.near = near;
        this.follower = follower;
    }

    /**
     * What the near cache has for this request: {@link Found.Fresh} and {@link Found.Revalidated}
     * are what it may have.
     */
    public Found find(ReadRequest request, Session session, CacheKey key) {
        // First: what comes between makes the entry invalid.
        boolean known = follower.knows(session);
        return fit(request, session, near.find(key), known);
    }

    /** What an entry is worth to a reader that did not come from the near cache just now. */
    Found judge(Reader reader, Entry entry) {
        boolean known = follower.knows(reader.session());
        return fit(reader.request(), reader.session(), near.judge(entry), known);
    }

    private Found fit(ReadRequest request, Session session, Found found, boolean known) {
        return switch (found) {
            case Found.Fresh(Entry entry, long staleness)
                    when !suits(request, session, entry, staleness, known) ->
                    new Found.Unfit(entry);
            case Found.Stale(Entry entry, long staleness)
                    when Demand.allowsStale(request, entry.answer().policy(), near.ageNanos(entry))
                            && suits(request, session, entry, staleness, known) ->
                    new Found.Revalidated(entry, staleness);
            default -> found;
        };
    }

    private boolean suits(
            ReadRequest request, Session session, Entry entry, long staleness, boolean known) {
        return Demand.isMet(request, entry.answer(), staleness) && hasSeen(session, entry, known);
    }

    private boolean hasSeen(Session session, Entry entry, boolean known) {
        return session.isEmpty()
                || (known
                        && entry.answer().followed()
                        // Again: a snapshot may have come between that knows less.
                        && follower.knows(session));
    }

    /** Whether a reader may have what was fetched, as it saw all that was there when it asked. */
    static boolean isSince(Reader reader, long beganNanos) {
        return beganNanos - reader.askedNanos() >= 0;
    }
}
