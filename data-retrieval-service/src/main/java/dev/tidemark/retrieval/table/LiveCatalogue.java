package dev.tidemark.retrieval.table;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.ProblemException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The newest catalogue, read again in the background: every so often, and when a reader has seen
 * that it is out of date. Keeps trying until PostgreSQL is there.
 */
public final class LiveCatalogue implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LiveCatalogue.class);

    /** Between two readings, however many readers ask: they may ask for nonsense on purpose. */
    private static final Duration PAUSE_MIN = Duration.ofMillis(500);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Names that are not known cost no more connections than so many. */
    private static final int SEARCHERS_MAX = 2;

    private final DataSource database;
    private final ExposureProperties exposure;
    private final boolean following;
    private final CatalogueProbe probe;
    private final UsesByDefinition uses = new UsesByDefinition();
    private final Duration interval;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Semaphore searchers = new Semaphore(SEARCHERS_MAX);
    private volatile @Nullable Catalogue current;
    private boolean running;
    private boolean wanted;
    private long begun = 1;
    private long ended;
    private @Nullable String lastFailure;
    private List<String> timeOnly = List.of();

    LiveCatalogue(DataSource database, ExposureProperties exposure, FollowProperties follow) {
        this.database = database;
        this.exposure = exposure;
        this.probe = new CatalogueProbe(database, exposure);
        this.following = follow.enabled();
        this.interval = exposure.refreshInterval();
    }

    /** The newest catalogue; empty until the database was reached for the first time. */
    public Optional<Catalogue> current() {
        return Optional.ofNullable(current);
    }

    /**
     * The newest catalogue.
     *
     * @throws ProblemException 503 if the database was never reached
     */
    public Catalogue get() {
        return current()
                .orElseThrow(() ->
                        ProblemException.of(
                                ProblemType.ORIGIN_UNAVAILABLE,
                                "the database has not been reached yet",
                                "try again after a moment"));
    }

    /**
     * The catalogue in which to look once more for what is not in the newest: a table, or one of
     * its columns, that may have been created a moment ago, of which only the reader of the log is
     * told. Waits for a reading that begins after this call if there is something new. Whoever
     * makes up names costs a small question each, of which there are few at a time.
     */
    public Catalogue searched(TableName name, Duration atMost) {
        long begun = System.nanoTime();
        return isBehind(name, atMost)
                ? refreshed(atMost.minusNanos(System.nanoTime() - begun))
                : get();
    }

    /** Or it is not known. */
    private boolean isBehind(TableName name, Duration atMost) {
        boolean admitted = false;
        try {
            admitted = searchers.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return !admitted || probe.isBehind(get(), name);
        } catch (SQLException e) {
            log.debug("It is not known whether {} is new", name, e);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            if (admitted) {
                searchers.release();
            }
        }
    }

    /** Has it read again soon: something is not as it was when it was read. */
    public void refresh() {
        lock.lock();
        try {
            wanted = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has it read again, and waits for a reading that begins after this call; returns the newest
     * when the time is over.
     */
    public Catalogue refreshed(Duration atMost) {
        lock.lock();
        try {
            wanted = true;
            changed.signalAll();
            long nanos = atMost.toNanos();
            long awaited = begun + 1;
            while (ended < awaited && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return get();
    }

    private void readAgainAndAgain() {
        boolean more = true;
        while (more) {
            boolean read = readOnce();
            lock.lock();
            try {
                ended = begun;
                changed.signalAll();
                pause(PAUSE_MIN, false);
                pause(read ? interval.minus(PAUSE_MIN) : RETRY, true);
                wanted = false;
                begun++;
                more = running;
            } catch (InterruptedException e) {
                more = false;
            } finally {
                lock.unlock();
            }
        }
    }

    private void pause(Duration atMost, boolean untilWanted) throws InterruptedException {
        long nanos = atMost.toNanos();
        while (running && !(untilWanted && wanted) && nanos > 0) {
            nanos = changed.awaitNanos(nanos);
        }
    }

    private boolean readOnce() {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            Introspection introspection = new Introspection(exposure, following, uses, connection);
            Catalogue read;
            try {
                read = introspection.read();
            } finally {
                connection.rollback();
            }
            if (current == null) {
                log.info(
                        "Serving {} tables and views of the schemas {}",
                        read.tables().size(),
                        read.schemas());
                if (!introspection.hiddenInVain().isEmpty()) {
                    log.warn(
                            "tidemark.hide names what the role cannot read or what does not exist:"
                                    + " {}",
                            introspection.hiddenInVain());
                }
            } else if (lastFailure != null) {
                log.info("The database is back");
            }
            current = read;
            lastFailure = null;
            sayWhatIsTimeOnly(read);
            return true;
        } catch (SQLException e) {
            String failure = String.valueOf(e.getMessage());
            Throwable cause = e.getCause();
            if (cause != null) {
                failure += ": " + cause.getMessage();
            }
            // Once per outage, not once per attempt.
            if (lastFailure == null) {
                log.warn("The database cannot be read, trying again: {}", failure);
            }
            lastFailure = failure;
            return false;
        } catch (RuntimeException e) {
            log.error("The catalogue cannot be read", e);
            return false;
        }
    }

    /** Once, and again when it changes. */
    private void sayWhatIsTimeOnly(Catalogue read) {
        if (read.following().isEmpty()) {
            return;
        }
        List<String> now =
                read.tables().values().stream()
                        .flatMap(table ->
                                table.followability().obstacle().stream()
                                        .map(obstacle -> table.name() + " (" + obstacle + ")"))
                        .sorted()
                        .toList();
        if (!now.equals(timeOnly)) {
            log.info("Served by time only: {}", now.isEmpty() ? "nothing" : String.join(", ", now));
        }
        timeOnly = now;
    }

    @Override
    public void start() {
        lock.lock();
        try {
            running = true;
            Thread.ofVirtual().name("catalogue").start(this::readAgainAndAgain);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() {
        lock.lock();
        try {
            running = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
