package dev.tidemark.retrieval.read;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.retrieval.database.Deadline;
import dev.tidemark.retrieval.database.Lanes;
import dev.tidemark.retrieval.policy.LivePolicies;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.query.RenderedStatements;
import dev.tidemark.retrieval.query.TableQuery;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.retrieval.table.Table;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** How a table is read, from the parsed request to the answer. */
final class TableReads {

    /** How long a reader waits for a newer catalogue when its own has proved to be out of date. */
    private static final Duration CATALOGUE_WAIT = Duration.ofSeconds(2);

    private final LiveCatalogue liveCatalogue;
    private final LivePolicies policies;
    private final LimitsProperties limits;
    private final DataSource database;
    private final Lanes lanes;
    private final BadValues badValues;
    private final RenderedStatements statements = new RenderedStatements();
    private final MeterRegistry meters;

    TableReads(
            LiveCatalogue liveCatalogue,
            LivePolicies policies,
            LimitsProperties limits,
            DataSource database,
            Lanes lanes,
            MeterRegistry meters) {
        this.liveCatalogue = liveCatalogue;
        this.policies = policies;
        this.limits = limits;
        this.database = database;
        this.lanes = lanes;
        this.badValues = new BadValues(database, lanes.rows());
        this.meters = meters;
    }

    /**
     * Reads what is asked for.
     *
     * @throws ProblemException if there is no answer
     */
    Reading read(ReadRequest request) {
        Deadline deadline =
                Deadline.after(request.timeout().orElse(Duration.ofHours(1))); // then the lane's
        Catalogue catalogue = liveCatalogue.get();
        try {
            return read(request.canonical(), catalogue, deadline);
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
                return read(request.canonical(), newer, deadline);
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

    private Reading read(CanonicalRequest request, Catalogue catalogue, Deadline deadline)
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
            Cursor cursor =
                    Cursor.open(
                            database,
                            query.oneRow() ? lanes.rows() : lanes.lists(),
                            query,
                            deadline,
                            meters.counter(
                                    "tidemark.origin.queries", "table", table.name().toString()));
            boolean handedOn = false;
            try {
                Snapshot snapshot = cursor.snapshot();
                if (!snapshot.current()) {
                    liveCatalogue.refresh(); // this answer is served by time only
                }
                RowAnswers answers =
                        new RowAnswers(
                                request,
                                catalogue,
                                table,
                                policies.of(table, snapshot.policies()),
                                limits,
                                lanes.streams());
                Reading reading = answers.from(cursor);
                handedOn = reading instanceof Reading.Streaming;
                return reading;
            } finally {
                if (!handedOn) {
                    cursor.close();
                }
            }
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
}
