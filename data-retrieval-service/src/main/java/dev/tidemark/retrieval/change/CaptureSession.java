package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.retrieval.pgoutput.CommittedTransaction;
import dev.tidemark.retrieval.pgoutput.MalformedPgOutputException;
import dev.tidemark.retrieval.pgoutput.PgOutputDecoder;
import dev.tidemark.retrieval.pgoutput.TransactionAssembler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reader of the replication slot, from waiting for it to whatever ends it. Nothing is mended:
 * after any failure the session is over, and another one begins with all connections anew.
 *
 * <p>States: waiting while another instance has the slot; then holding. A session that holds the
 * slot first makes itself the one that counts (opens the log, takes the incarnation over), then
 * decides whether the log goes on ({@link Continuity}), then copies: stream, {@link
 * TransactionAssembler}, {@link LogRecorder}, {@link LogAppender}. Meanwhile one thread sends
 * heartbeats, one looks for long writers, and one brings the followed tables up to date.
 *
 * <p>The thread that runs it is the only one that touches the stream, and never waits for anything
 * longer than {@link ReplicationSlot#STATUS_INTERVAL} without telling PostgreSQL that it is alive.
 */
final class CaptureSession {

    private static final Logger log = LoggerFactory.getLogger(CaptureSession.class);

    private static final Duration OBSERVE_INTERVAL = Duration.ofMillis(500);
    private static final Duration TABLES_INTERVAL = Duration.ofSeconds(1);

    /** While more is to come; doubled each time. */
    private static final Duration TABLES_INTERVAL_MIN = Duration.ofMillis(50);

    private static final Duration CONFIRM_INTERVAL = Duration.ofMillis(200);
    private static final Duration STEP_INTERVAL = Duration.ofMillis(50);

    /** More than adding all tables to a publication takes. */
    private static final Duration TABLES_SILENCE_MAX = Duration.ofSeconds(30);

    private final ChangeProperties properties;
    private final DirectConnections connections;
    private final ReplicationSlot slot;
    private final Preflight preflight;
    private final LogClient client;
    private final FollowedTables tables;
    private final CaptureMetrics metrics;

    private final UUID reader = UUID.randomUUID();
    private final SessionThreads threads = new SessionThreads();
    private final Heartbeats heartbeats = new Heartbeats(reader, threads);
    private final Confirmation confirmation;
    private final Semaphore tablesWanted = new Semaphore(0);

    private volatile boolean holding;
    private volatile @Nullable LongWriters writers;
    private volatile Optional<LogProgress> progress = Optional.empty();
    private volatile long walBytes;
    private long confirmedNanos = System.nanoTime() - CONFIRM_INTERVAL.toNanos();
    private long steppedNanos = System.nanoTime() - STEP_INTERVAL.toNanos();

    CaptureSession(
            ChangeProperties properties,
            DirectConnections connections,
            ReplicationSlot slot,
            LogClient client,
            FollowedTables tables,
            CaptureMetrics metrics) {
        this.properties = properties;
        this.connections = connections;
        this.slot = slot;
        this.preflight = new Preflight(properties.publication());
        this.client = client;
        this.tables = tables;
        this.metrics = metrics;
        this.confirmation = new Confirmation(properties.confirmDelay());
    }

    /** Runs until something fails or {@link #stop} is called. */
    void run()
            throws SQLException,
                    MalformedPgOutputException,
                    UnavailableException,
                    SessionEndedException,
                    InterruptedException {
        try (threads) {
            Connection control =
                    threads.own(connections.open("tidemark change", CaptureDatabase.SILENCE_MAX));
            CaptureDatabase.prepare(control);
            preflight.pass(control);
            Connection replication = null;
            Optional<PGReplicationStream> stream = Optional.empty();
            while (stream.isEmpty()) {
                awaitFree(control);
                if (replication == null) {
                    replication = threads.own(slot.connect(connections));
                }
                stream = slot.start(control, replication);
            }
            hold(stream.get(), new CaptureDatabase(control, reader));
        } catch (SQLException e) {
            // Where another thread's failure has closed the connections, that is the reason.
            threads.check();
            throw e;
        } finally {
            holding = false;
        }
    }

    private void awaitFree(Connection control)
            throws SQLException, UnavailableException, InterruptedException, SessionEndedException {
        boolean told = false;
        while (!slot.isFree(control)) {
            if (!told) {
                log.info("Another instance captures changes; waiting to take over");
                told = true;
            }
            threads.pause(properties.takeoverPoll());
        }
    }

    private void hold(PGReplicationStream stream, CaptureDatabase database)
            throws SQLException,
                    MalformedPgOutputException,
                    SessionEndedException,
                    InterruptedException {
        holding = true;
        Taken taken = take(stream, database);
        log.info(
                "Capturing changes from {}; the log {}",
                taken.decodedFrom(),
                switch (taken.continuity()) {
                    case PROVEN -> "goes on";
                    case TO_BE_PROVEN -> "goes on if its last record is found again";
                    case BROKEN -> "begins a new generation";
                });
        LongWriters observed =
                new LongWriters(
                        taken.row().announced(), taken.row().xmax(), properties.longWriter());
        writers = observed;
        LogProgress appended = new LogProgress(heartbeats, confirmation, metrics);
        progress = Optional.of(appended);
        LogAppender appender = new LogAppender(client, appended, threads);
        threads.start("tidemark-log", appender::run);
        LogRecorder recorder =
                new LogRecorder(
                        reader,
                        taken.opened().term(),
                        taken.opened().tail(),
                        taken.row().xmax(),
                        database,
                        observed,
                        heartbeats::next,
                        record -> append(record, appender, stream));
        recorder.begin(taken.continuity());
        threads.start("tidemark-heartbeats", this::beat);
        threads.start("tidemark-writers", () -> observe(database, observed));
        threads.start("tidemark-tables", this::bringTables);
        copy(stream, new TransactionAssembler(database), recorder);
    }

    /**
     * @param row what was found in the database
     * @param decodedFrom commits from here on will be read
     */
    private record Taken(
            LogOpened opened, CaptureDatabase.Taken row, Lsn decodedFrom, Continuity continuity) {}

    /** Becomes the reader that counts; meanwhile PostgreSQL hears that it is alive. */
    private Taken take(PGReplicationStream stream, CaptureDatabase database)
            throws SQLException, SessionEndedException, InterruptedException {
        SessionThreads.Task<Taken> taking =
                threads.start(
                        "tidemark-takeover",
                        () -> {
                            LogOpened opened = open();
                            CaptureDatabase.Taken row = database.takeOver();
                            try (Connection connection = threads.own(openForTables())) {
                                tables.bring(connection, reader);
                            }
                            Lsn decodedFrom =
                                    database.with(slot::find)
                                            .map(ReplicationSlot.State::confirmed)
                                            .orElse(Lsn.UNKNOWN);
                            return new Taken(
                                    opened,
                                    row,
                                    decodedFrom,
                                    Continuity.of(
                                            opened.tail(),
                                            row.identity(),
                                            row.generation(),
                                            decodedFrom,
                                            database.written()));
                        });
        Optional<Taken> taken = taking.await(ReplicationSlot.STATUS_INTERVAL);
        while (taken.isEmpty()) {
            stream.forceUpdateStatus();
            taken = taking.await(ReplicationSlot.STATUS_INTERVAL);
        }
        return taken.get();
    }

    private LogOpened open() throws SessionEndedException, InterruptedException {
        try {
            return client.open();
        } catch (IOException e) {
            throw new SessionEndedException("the log cannot be opened: " + e.getMessage(), e);
        }
    }

    private Connection openForTables() throws SQLException {
        Connection connection = connections.open("tidemark tables", TABLES_SILENCE_MAX);
        try (var statement = connection.createStatement()) {
            // Whoever waits for our lock waits as long as we wait for it.
            statement.execute("SET lock_timeout = '1s'");
        }
        return connection;
    }

    private void copy(
            PGReplicationStream stream, TransactionAssembler assembler, LogRecorder recorder)
            throws SQLException,
                    MalformedPgOutputException,
                    SessionEndedException,
                    InterruptedException {
        PgOutputDecoder decoder = new PgOutputDecoder();
        while (true) {
            threads.check();
            confirm(stream);
            ByteBuffer bytes = stream.read();
            if (bytes != null) {
                Optional<CommittedTransaction> committed = assembler.accept(decoder.decode(bytes));
                if (committed.isPresent()) {
                    recorder.committed(committed.get());
                    if (committed.get().schemaChanged()) {
                        tablesWanted.release();
                    }
                }
            }
        }
    }

    private void confirm(PGReplicationStream stream) {
        long now = System.nanoTime();
        if (now - confirmedNanos < CONFIRM_INTERVAL.toNanos()) {
            return;
        }
        confirmedNanos = now;
        Lsn confirmable = confirmation.confirmable(now);
        if (!confirmable.equals(Lsn.UNKNOWN)) {
            LogSequenceNumber lsn = LogSequenceNumber.valueOf(confirmable.position());
            stream.setFlushedLSN(lsn);
            stream.setAppliedLSN(lsn);
        }
    }

    private void append(LogRecord record, LogAppender appender, PGReplicationStream stream)
            throws SQLException, SessionEndedException, InterruptedException {
        long now = System.nanoTime();
        // However many heartbeats are demanded: the steps that are kept are to last.
        if (record.content() instanceof Content.Heartbeat
                && now - steppedNanos >= STEP_INTERVAL.toNanos()) {
            steppedNanos = now;
            confirmation.step(record.position());
        }
        while (!appender.offer(record, ReplicationSlot.STATUS_INTERVAL.dividedBy(2))) {
            threads.check();
            confirm(stream);
            stream.forceUpdateStatus();
        }
    }

    private void beat() throws SQLException, InterruptedException, SessionEndedException {
        Connection connection =
                threads.own(connections.open("tidemark heartbeat", CaptureDatabase.SILENCE_MAX));
        Heartbeats.prepare(connection);
        while (true) {
            heartbeats.beat(connection);
            if (heartbeats.awaitNext(properties.heartbeatInterval())) {
                metrics.demanded();
            }
        }
    }

    private void observe(CaptureDatabase database, LongWriters observed)
            throws SQLException, InterruptedException, SessionEndedException {
        boolean vouched = false;
        while (true) {
            if (!vouched && completeness().isPresent()) {
                database.vouch();
                vouched = true;
            }
            database.observe(observed, heartbeats::next);
            if (!database.isMine()) {
                throw new SessionEndedException("the database has another incarnation");
            }
            walBytes = database.with(slot::find).map(ReplicationSlot.State::walBytes).orElse(0L);
            threads.pause(OBSERVE_INTERVAL);
        }
    }

    private void bringTables() throws SQLException, InterruptedException {
        Connection connection = threads.own(openForTables());
        Duration interval = TABLES_INTERVAL_MIN;
        while (true) {
            if (tablesWanted.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                tablesWanted.drainPermits();
                interval = TABLES_INTERVAL_MIN;
            }
            Duration longer = interval.multipliedBy(2);
            interval =
                    tables.bring(connection, reader) || longer.compareTo(TABLES_INTERVAL) > 0
                            ? TABLES_INTERVAL
                            : longer;
        }
    }

    /** Ends it, from another thread. */
    void stop() {
        threads.fail(new SessionEndedException("stopped"));
    }

    boolean isHolding() {
        return holding;
    }

    /** Has a heartbeat sent at once, if this session holds the slot; returns whether it does. */
    boolean demandHeartbeat() {
        if (holding) {
            heartbeats.demand();
        }
        return holding;
    }

    /** Empty until this session's first heartbeat is in the log. */
    Optional<Completeness> completeness() {
        return holding ? progress.flatMap(LogProgress::completeness) : Optional.empty();
    }

    Optional<Duration> heartbeatAge() {
        return completeness().map(Completeness::staleness);
    }

    Duration oldestWriter() {
        LongWriters observed = writers;
        return observed == null ? Duration.ZERO : observed.oldest();
    }

    long walBytes() {
        return walBytes;
    }
}
