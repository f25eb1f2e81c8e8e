package dev.tidemark.retrieval.policy;

import dev.tidemark.retrieval.table.ExposureProperties;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.retrieval.table.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The newest policies. In the background, Tidemark's schema is made where the role may do so, and
 * the policies are read again every so often; where there is no such schema, what is configured
 * holds.
 */
public final class LivePolicies implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LivePolicies.class);

    private static final Set<String> ABSENT = Set.of("42P01", "3F000", "42501");

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Migration migration;
    private final CachePolicyRepository repository;
    private final LiveCatalogue catalogue;
    private final TablePolicy defaults;
    private final String defaultSchema;
    private final Duration interval;

    private volatile Policies current;
    private volatile boolean known;
    private volatile boolean failed;
    private volatile CountDownLatch stopped = new CountDownLatch(0);

    LivePolicies(
            Migration migration,
            CachePolicyRepository repository,
            LiveCatalogue catalogue,
            FreshnessProperties freshness,
            ExposureProperties exposure) {
        this.migration = migration;
        this.repository = repository;
        this.catalogue = catalogue;
        this.defaults = freshness.policy();
        this.defaultSchema = exposure.schemas().getFirst();
        this.interval = freshness.refreshInterval();
        current = Policies.of(defaults, defaultSchema, List.of());
    }

    /** Whether it is known by now what the database says, if it says anything. */
    boolean isKnown() {
        return known;
    }

    /** How long answers from this table may be served. */
    public TablePolicy of(Table table) {
        TablePolicy policy = current.of(table);
        // Nothing is cached that the database may be about to forbid.
        return known ? policy : new TablePolicy(policy.policy(), false, policy.unfilteredWrites());
    }

    private void readAgainAndAgain() {
        try {
            Migration.Outcome outcome = migration.attempt();
            while (outcome == Migration.Outcome.UNREACHABLE && !isOver(RETRY)) {
                outcome = migration.attempt();
            }
            // There may be an incarnation to read now.
            catalogue.refresh();
            do {
                read();
            } while (!isOver(known ? interval : RETRY));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOver(Duration pause) throws InterruptedException {
        return stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void read() {
        try {
            current = Policies.of(defaults, defaultSchema, repository.findAll());
            known = true;
            failed = false;
        } catch (RuntimeException e) {
            // Of any kind: persistence, transactions, a row with impossible values.
            if (isAbsent(e)) {
                current = Policies.of(defaults, defaultSchema, List.of());
                known = true;
            }
            // Else what was known stays: a database that is away is no reason to cache what must
            // not be cached.
            if (!failed) {
                log.info(
                        "No cache policies can be read from {}.cache_policy ({}); going on with"
                                + " those known and configured",
                        ExposureProperties.OWN_SCHEMA,
                        e.getClass().getSimpleName());
            }
            failed = true;
        }
    }

    /** Whether there is no such table, or none that the role may read. */
    private static boolean isAbsent(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException found) {
                return ABSENT.contains(String.valueOf(found.getSQLState()));
            }
        }
        return false;
    }

    @Override
    public void start() {
        stopped = new CountDownLatch(1);
        Thread.ofVirtual().name("policies").start(this::readAgainAndAgain);
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }
}
