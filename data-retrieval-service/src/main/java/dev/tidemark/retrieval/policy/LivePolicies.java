package dev.tidemark.retrieval.policy;

import dev.tidemark.retrieval.table.ExposureProperties;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.retrieval.table.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
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

    private static final String UNDEFINED_COLUMN = "42703";

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Between two readings, however many readers ask. */
    private static final Duration PAUSE_MIN = Duration.ofMillis(50);

    private final Migration migration;
    private final CachePolicyRepository repository;
    private final LiveCatalogue catalogue;
    private final TablePolicy defaults;
    private final String defaultSchema;
    private final Duration interval;

    /**
     * What holds.
     *
     * @param generation of the database's policies that these include; empty where they are not
     *     counted
     */
    private record Current(Policies policies, OptionalLong generation) {}

    private volatile Current current;
    private volatile boolean known;
    private volatile boolean failed;
    private final Semaphore wanted = new Semaphore(0);
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
        current =
                new Current(Policies.of(defaults, defaultSchema, List.of()), OptionalLong.empty());
    }

    /** Whether it is known by now what the database says, if it says anything. */
    boolean isKnown() {
        return known;
    }

    /** What is known of this table by now: for what is not an answer. */
    public TablePolicy of(Table table) {
        return of(table, OptionalLong.empty());
    }

    /**
     * How long an answer from this table may be served.
     *
     * @param generation of the policies, as the statement that read the answer saw it; empty where
     *     it saw none
     */
    public TablePolicy of(Table table, OptionalLong generation) {
        Current now = current;
        TablePolicy policy = now.policies().of(table);
        boolean replaced =
                generation.isPresent()
                        && now.generation().isPresent()
                        && !generation.equals(now.generation());
        if (replaced) {
            wanted.release();
        }
        // Nothing is cached that the database may be about to forbid, or has just forbidden.
        return known && !replaced ? policy : policy.uncacheable();
    }

    private void readAgainAndAgain() {
        try {
            Migration.Outcome outcome = migration.attempt();
            while (outcome == Migration.Outcome.NOT_YET && !isOver(RETRY)) {
                outcome = migration.attempt();
            }
            // There may be an incarnation to read now.
            catalogue.refresh();
            do {
                read();
            } while (!isOver(PAUSE_MIN) && !isOverUnlessWanted(known ? interval : RETRY));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOver(Duration pause) throws InterruptedException {
        return stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private boolean isOverUnlessWanted(Duration pause) throws InterruptedException {
        if (wanted.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
            wanted.drainPermits();
        }
        return isOver(Duration.ZERO);
    }

    private void read() {
        try {
            // Before the policies, which are then at least as new.
            OptionalLong generation = generation();
            current = new Current(Policies.of(defaults, defaultSchema, policies()), generation);
            known = true;
            failed = false;
        } catch (RuntimeException e) {
            // Of any kind: persistence, transactions, a row with impossible values.
            if (isAbsent(e)) {
                current =
                        new Current(
                                Policies.of(defaults, defaultSchema, List.of()),
                                OptionalLong.empty());
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

    private List<CachePolicy> policies() {
        try {
            return repository.findAll();
        } catch (RuntimeException e) {
            // Of any kind; what an older schema forbids to cache is forbidden all the same.
            if (state(e).filter(UNDEFINED_COLUMN::equals).isPresent()) {
                return repository.findAllOfTheFirstVersion();
            }
            throw e;
        }
    }

    private OptionalLong generation() {
        try {
            return repository.findGenerations().stream().mapToLong(Long::longValue).findFirst();
        } catch (RuntimeException e) {
            // Of any kind; on a standby the table cannot be read.
            return OptionalLong.empty();
        }
    }

    /** Whether there is no such table, or none that the role may read. */
    private static boolean isAbsent(Throwable thrown) {
        return state(thrown).filter(ABSENT::contains).isPresent();
    }

    private static Optional<String> state(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException found) {
                return Optional.ofNullable(found.getSQLState());
            }
        }
        return Optional.empty();
    }

    @Override
    public void start() {
        stopped = new CountDownLatch(1);
        Thread.ofVirtual().name("policies").start(this::readAgainAndAgain);
    }

    @Override
    public void stop() {
        stopped.countDown();
        wanted.release();
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }
}
