package dev.tidemark.gateway.aside;

import static java.util.Objects.requireNonNull;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.gateway.near.Found;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts reads, and look-ups by layer and outcome, and what coalescing saves. */
final class AsideMeters {

    /** Where a reader's answer came from. */
    enum Layer {
        NEAR,
        SHARED,
        ORIGIN
    }

    /** More tables than this are counted as one: each costs Prometheus three series a gateway. */
    private static final int TABLES_MAX = 1000;

    private static final String OTHER_TABLES = "other";

    /** Why something is fetched that no reader waits for. */
    enum Refresh {
        /** It will be past its soft TTL. */
        AHEAD,
        /** It is past its soft TTL. */
        BEHIND,
        /** It was overtaken by a change, and is hot. */
        CHANGED
    }

    private static final List<String> SHARED_OUTCOMES =
            List.of("hit", "miss", "stale", "awaited", "uncacheable", "unavailable");

    private final MeterRegistry registry;
    private final Map<String, Map<Layer, Counter>> tables = new ConcurrentHashMap<>();
    private final Counter nearHits;
    private final Counter nearMisses;
    private final Counter nearStale;
    private final Counter nearInvalid;
    private final Counter coalesced;
    private final Counter staleIfError;
    private final Counter staleWhileRevalidate;
    private final Map<Refresh, Counter> refreshes = new EnumMap<>(Refresh.class);
    private final Counter overtaken;
    private final Counter tokensReached;
    private final Counter tokensLeft;

    AsideMeters(MeterRegistry registry) {
        this.registry = registry;
        this.nearHits = lookups("near", "hit");
        this.nearMisses = lookups("near", "miss");
        this.nearStale = lookups("near", "stale");
        this.nearInvalid = lookups("near", "invalid");
        // There from the start: a counter that appears with its first event hides that one from
        // rates.
        SHARED_OUTCOMES.forEach(outcome -> lookups("shared", outcome));
        this.coalesced =
                Counter.builder("tidemark.coalesced")
                        .description("Reads that boarded a fetch of another's")
                        .register(registry);
        this.tokensReached = tokenWaits("reached");
        this.tokensLeft = tokenWaits("origin");
        for (Refresh when : Refresh.values()) {
            refreshes.put(when, refreshes(when.name().toLowerCase(Locale.ROOT)));
        }
        this.overtaken =
                Counter.builder("tidemark.overtaken")
                        .description("Fetches whose answer a change had overtaken on its way")
                        .register(registry);
        this.staleWhileRevalidate =
                Counter.builder("tidemark.stale.while.revalidate")
                        .description("Reads answered with what is stale, while it is fetched again")
                        .register(registry);
        this.staleIfError =
                Counter.builder("tidemark.stale.if.error")
                        .description("Reads answered with what is stale, as the origin fails")
                        .register(registry);
    }

    private Counter refreshes(String when) {
        return Counter.builder("tidemark.refreshes")
                .description(
                        "Fetches that no reader waits for: ahead of the soft TTL, behind it, or"
                                + " after a change of what is hot")
                .tag("when", when)
                .register(registry);
    }

    private Counter tokenWaits(String outcome) {
        return Counter.builder("tidemark.token.waits")
                .description("Reads whose token was ahead of this node's log")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter lookups(String layer, String outcome) {
        return Counter.builder("tidemark.lookups")
                .description("Look-ups in the caches")
                .tag("layer", layer)
                .tag("outcome", outcome)
                .register(registry);
    }

    /** A read was answered from the near cache. */
    void nearHit() {
        nearHits.increment();
    }

    /** A read was not answered from the near cache, which had this. */
    void nearPassed(Found found) {
        switch (found) {
            // Not recent enough for this reader.
            case Found.Fresh fresh -> nearStale.increment();
            case Found.Unfit unfit -> nearStale.increment();
            case Found.Stale stale -> nearStale.increment();
            case Found.Revalidated revalidated -> nearStale.increment();
            case Found.Unvouched unvouched -> nearStale.increment();
            case Found.Invalid invalid -> nearInvalid.increment();
            case Found.Absent absent -> nearMisses.increment();
        }
    }

    void shared(LookupOutcome outcome) {
        String name =
                switch (outcome) {
                    case LookupOutcome.Hit hit -> "hit";
                    case LookupOutcome.Leased leased ->
                            leased.last().isPresent() ? "stale" : "miss";
                    case LookupOutcome.Awaited awaited -> "awaited";
                    case LookupOutcome.Uncacheable uncacheable -> "uncacheable";
                    case LookupOutcome.Unavailable unavailable -> "unavailable";
                };
        lookups("shared", name).increment();
    }

    /** A session was ahead of the log, and the log has reached it in time or not. */
    void tokenAwaited(boolean reached) {
        (reached ? tokensReached : tokensLeft).increment();
    }

    /**
     * A read got an answer of this status. Only a table that there is can have given one that is no
     * error: what clients make up gets no series.
     */
    void answered(CanonicalRequest request, Layer layer, int status) {
        if (status < 400) {
            requireNonNull(ofTable(request).get(layer)).increment();
        }
    }

    private Map<Layer, Counter> ofTable(CanonicalRequest request) {
        String table =
                request.profile().isEmpty()
                        ? request.table()
                        : request.profile().get() + "." + request.table();
        Map<Layer, Counter> known = tables.get(table);
        if (known != null) {
            return known;
        }
        return tables.computeIfAbsent(
                tables.size() < TABLES_MAX ? table : OTHER_TABLES, this::readsOf);
    }

    private Map<Layer, Counter> readsOf(String table) {
        Map<Layer, Counter> reads = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            reads.put(
                    layer,
                    Counter.builder("tidemark.table.reads")
                            .description("Reads that got an answer, by the layer that had it")
                            .tag("table", table)
                            .tag("layer", layer.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        return reads;
    }

    void coalesced() {
        coalesced.increment();
    }

    void staleIfError() {
        staleIfError.increment();
    }

    void staleWhileRevalidate() {
        staleWhileRevalidate.increment();
    }

    void refreshed(Refresh when) {
        requireNonNull(refreshes.get(when)).increment();
    }

    void overtaken() {
        overtaken.increment();
    }
}
