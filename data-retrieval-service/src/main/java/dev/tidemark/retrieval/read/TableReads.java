package dev.tidemark.retrieval.read;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.Purpose;
import dev.tidemark.retrieval.database.Deadline;
import dev.tidemark.retrieval.database.Lanes;
import dev.tidemark.retrieval.policy.LivePolicies;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.query.RenderedStatements;
import dev.tidemark.retrieval.query.ServerRole;
import dev.tidemark.retrieval.query.TableQuery;
import dev.tidemark.retrieval.replica.Replica;
import dev.tidemark.retrieval.replica.Replicas;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.retrieval.table.Table;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a table is read, from the parsed request to the answer. */
final class TableReads {

    private static final Logger log = LoggerFactory.getLogger(TableReads.class);

    /** How long a reader waits for a newer catalogue when its own has proved to be out of date. */
    private static final Duration CATALOGUE_WAIT = Duration.ofSeconds(2);

    private final LiveCatalogue liveCatalogue;
    private final LivePolicies policies;
    private final LimitsProperties limits;
    private final DataSource database;
    private final Lanes lanes;
    private final KeyedRows keyedRows;
    private final BadValues badValues;
    private final Replicas replicas;
    private final RenderedStatements statements = new RenderedStatements(ServerRole.PRIMARY);
    private final RenderedStatements replicaStatements = new RenderedStatements(ServerRole.REPLICA);
    private final MeterRegistry meters;

    TableReads(
            LiveCatalogue liveCatalogue,
            LivePolicies policies,
            LimitsProperties limits,
            DataSource database,
            Lanes lanes,
            Replicas replicas,
            MeterRegistry meters) {
        this.liveCatalogue = liveCatalogue;
        this.policies = policies;
        this.limits = limits;
        this.database = database;
        this.lanes = lanes;
        this.replicas = replicas;
        this.keyedRows = new KeyedRows(database, lanes.rows(), meters);
        this.badValues = new BadValues(database, lanes.rows());
        this.meters = meters;
    }

    /**
     * Reads what is asked for.
     *
     * @param replicaFrom a replica will do that has replayed the log up to there; empty if only the
     *     primary will do
     * @throws ProblemException if there is no answer
     */
    Reading read(ReadRequest request, Optional<Lsn> replicaFrom, Purpose purpose) {
        Deadline deadline =
                Deadline.after(request.timeout().orElse(Duration.ofHours(1))); // then the lane's
        Catalogue catalogue = liveCatalogue.get();
        Optional<Reading> replicas =
                replicaFrom.flatMap(
                        from -> ofReplica(request.canonical(), catalogue, from, deadline));
        if (replicas.isPresent()) {
            return replicas.get();
        }
        try {
            return read(request.canonical(), catalogue, deadline, purpose);
        } catch (OutdatedException outdated) {
            Duration wait = deadline.within(CATALOGUE_WAIT).left();
            Catalogue newer =
                    outdated.isProven()
                            ? liveCatalogue.refreshed(wait)
                            : liveCatalogue.searched(
                                    catalogue.named(
                                            request.canonical().profile(),
                                            request.canonical().table()),
                                    wait);
            try {
                return read(request.canonical(), newer, deadline, purpose);
            } catch (OutdatedException again) {
                throw again.problem();
            }
        }
    }

    /** The catalogue may be older than what the request is about. */
    private static final class OutdatedException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient ProblemException problem;
        private final boolean proven;

        /**
         * @param problem the request's, if the catalogue is not
         * @param proven whether PostgreSQL says so, rather than what was not found
         */
        OutdatedException(ProblemException problem, boolean proven) {
            super(problem);
            this.problem = problem;
            this.proven = proven;
        }

        ProblemException problem() {
            return problem;
        }

        boolean isProven() {
            return proven;
        }
    }

    /**
     * A replica's answer, if one can give it. Whatever stands in the way, the primary is asked
     * next: it knows better, and can say what is wrong.
     */
    private Optional<Reading> ofReplica(
            CanonicalRequest request, Catalogue catalogue, Lsn from, Deadline deadline) {
        Optional<Replica> next = replicas.next();
        Optional<Replicas.Placed> placed = next.flatMap(replicas::place);
        if (next.isEmpty() || placed.isEmpty()) {
            return Optional.empty();
        }
        Replica replica = next.get();
        Optional<Reading> reading = Optional.empty();
        try {
            reading = ofReplica(replica, placed.get(), request, catalogue, from, deadline);
        } catch (SQLException e) {
            if (SqlProblems.isUnreachable(e)) {
                replica.failed();
            }
            log.debug("A read replica could not answer", e);
        } catch (ProblemException | TooLargeException e) {
            log.debug("A read replica did not answer", e);
        }
        Counter.builder("tidemark.replica.reads")
                .description("Reads that a replica was asked, and whether the primary was after it")
                .tag("replica", replica.name())
                .tag("outcome", reading.isPresent() ? "answered" : "passed")
                .register(meters)
                .increment();
        return reading;
    }

    private Optional<Reading> ofReplica(
            Replica replica,
            Replicas.Placed placed,
            CanonicalRequest request,
            Catalogue catalogue,
            Lsn from,
            Deadline deadline)
            throws SQLException, TooLargeException {
        Table table = catalogue.table(request.profile(), request.table());
        TableQuery query = replicaStatements.of(catalogue, table, request, limits);
        try (Cursor cursor =
                Cursor.open(
                        replica.database(),
                        replica.lane(query.oneRow()),
                        query,
                        deadline,
                        Counter.builder("tidemark.replica.queries")
                                .description("Statements that reached a replica")
                                .tag("table", table.name().toString())
                                .tag("replica", replica.name())
                                .register(meters))) {
            Snapshot seen = cursor.snapshot();
            if (!seen.current()
                    || seen.incarnation() != placed.facts().incarnation()
                    || seen.lsn().compareTo(from) < 0) {
                return Optional.empty();
            }
            Snapshot snapshot = seen.with(placed.facts());
            RowAnswers answers =
                    new RowAnswers(
                            request,
                            catalogue,
                            table,
                            policies.of(table, snapshot.policies()),
                            limits,
                            snapshot,
                            Optional.empty());
            return Optional.of(answers.from(cursor))
                    .filter(Reading.Complete.class::isInstance)
                    .map(complete -> ((Reading.Complete) complete).ofReplica(placed.behind()));
        }
    }

    private Reading read(
            CanonicalRequest request, Catalogue catalogue, Deadline deadline, Purpose purpose)
            throws OutdatedException {
        Table table;
        TableQuery query;
        try {
            table = catalogue.table(request.profile(), request.table());
            query = statements.of(catalogue, table, request, limits);
        } catch (ProblemException e) {
            ProblemType type = e.problem().type();
            if (type == ProblemType.UNKNOWN_TABLE || type == ProblemType.UNKNOWN_COLUMN) {
                throw new OutdatedException(e, false);
            }
            throw e;
        }
        try {
            if (request.isByKey() && purpose == Purpose.READ) {
                KeyedRow row =
                        keyedRows.read(
                                query,
                                () -> statements.ofRows(catalogue, table, request, limits),
                                request.key(),
                                deadline);
                return answers(request, catalogue, table, row.snapshot()).byKey(query, row);
            }
            return read(request, catalogue, table, query, deadline, purpose);
        } catch (TooLargeException e) {
            throw new AssertionError("streams are read here", e);
        } catch (SQLException e) {
            if (SqlProblems.isOutdated(e)) {
                throw new OutdatedException(new ProblemException(SqlProblems.of(e)), true);
            }
            throw new ProblemException(
                    SqlProblems.isBadValue(e)
                            ? badValues.problem(query, e, deadline)
                            : SqlProblems.of(e));
        }
    }

    private Reading read(
            CanonicalRequest request,
            Catalogue catalogue,
            Table table,
            TableQuery query,
            Deadline deadline,
            Purpose purpose)
            throws SQLException, TooLargeException {
        Cursor cursor =
                Cursor.open(
                        database,
                        lanes.of(purpose, query.oneRow()),
                        query,
                        deadline,
                        meters.counter(
                                "tidemark.origin.queries", "table", table.name().toString()));
        boolean handedOn = false;
        try {
            Reading reading = answers(request, catalogue, table, cursor.snapshot()).from(cursor);
            handedOn = reading instanceof Reading.Streaming;
            return reading;
        } finally {
            if (!handedOn) {
                cursor.close();
            }
        }
    }

    private RowAnswers answers(
            CanonicalRequest request, Catalogue catalogue, Table table, Snapshot snapshot) {
        if (!snapshot.current()) {
            liveCatalogue.refresh(); // this answer is served by time only
        }
        return new RowAnswers(
                request,
                catalogue,
                table,
                policies.of(table, snapshot.policies()),
                limits,
                snapshot,
                Optional.of(lanes.streams()));
    }
}
