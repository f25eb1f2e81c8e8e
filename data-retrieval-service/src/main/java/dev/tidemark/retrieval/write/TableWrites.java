package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalWrite;
import dev.tidemark.common.request.CanonicalWrite.Method;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.WrittenHeaders;
import dev.tidemark.retrieval.database.Deadline;
import dev.tidemark.retrieval.database.Lane;
import dev.tidemark.retrieval.policy.LivePolicies;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.query.Payload;
import dev.tidemark.retrieval.query.WriteSql;
import dev.tidemark.retrieval.query.WriteStatement;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.ExposureProperties;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.retrieval.table.Table;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** How a table is written to, from the parsed request and its body to the answer. */
final class TableWrites {

    /** How long a writer waits for a newer catalogue when its own lacks what is named. */
    private static final Duration CATALOGUE_WAIT = Duration.ofSeconds(2);

    private final LiveCatalogue liveCatalogue;
    private final LivePolicies policies;
    private final WritableProperties writable;
    private final WriteProperties properties;
    private final WriteProblems.Details details;
    private final LimitsProperties limits;
    private final DataSource database;
    private final Lane lane;
    private final IdempotencyKeys keys;
    private final MeterRegistry meters;

    TableWrites(
            LiveCatalogue liveCatalogue,
            LivePolicies policies,
            WritableProperties writable,
            WriteProperties properties,
            ExposureProperties exposure,
            LimitsProperties limits,
            DataSource database,
            Lane lane,
            MeterRegistry meters) {
        this.liveCatalogue = liveCatalogue;
        this.policies = policies;
        this.writable = writable;
        this.properties = properties;
        if (!properties.errorDetails()) {
            details = WriteProblems.Details.NONE;
        } else if (exposure.hide().isEmpty()) {
            details = WriteProblems.Details.ALL;
        } else {
            details = WriteProblems.Details.KEYS;
        }
        this.limits = limits;
        this.database = database;
        this.lane = lane;
        this.keys = new IdempotencyKeys(properties.idempotencyTtl());
        this.meters = meters;
    }

    /**
     * Writes what is asked for, once.
     *
     * @throws ProblemException if it was not written; or, of the type {@link
     *     ProblemType#OUTCOME_UNKNOWN}, if nobody can say whether it was
     */
    Written write(WriteRequest request, byte[] body) {
        Deadline deadline =
                Deadline.after(request.timeout().orElse(Duration.ofHours(1))); // then the lane's
        Prepared prepared;
        Catalogue newest = liveCatalogue.get();
        try {
            prepared = prepare(request, body, newest);
        } catch (ProblemException e) {
            ProblemType type = e.problem().type();
            if (type != ProblemType.UNKNOWN_TABLE && type != ProblemType.UNKNOWN_COLUMN) {
                throw e;
            }
            Catalogue newer =
                    liveCatalogue.searched(
                            newest.named(
                                    request.canonical().profile(), request.canonical().table()),
                            deadline.within(CATALOGUE_WAIT).left());
            prepared = prepare(request, body, newer);
        }
        Table table = prepared.table();
        try {
            Written written = transact(request, body, prepared, deadline);
            count(table, written.internal().stamp() == 0 ? "repeated" : "written");
            return written;
        } catch (SQLException e) {
            if (SqlProblems.isOutdated(e)) {
                liveCatalogue.refresh();
            }
            Problem problem = WriteProblems.of(e, details);
            count(table, problem.status() < 500 ? "refused" : "failed");
            throw new ProblemException(problem);
        } catch (ProblemException e) {
            boolean unknown = e.problem().type() == ProblemType.OUTCOME_UNKNOWN;
            count(table, unknown ? "unknown" : e.problem().status() < 500 ? "refused" : "failed");
            throw e;
        }
    }

    /** What a request is by one catalogue. */
    private record Prepared(Catalogue catalogue, Table table, WriteStatement statement) {}

    private Prepared prepare(WriteRequest request, byte[] body, Catalogue catalogue) {
        CanonicalWrite write = request.canonical();
        Table table = catalogue.table(write.profile(), write.table());
        requireAllowed(table, write);
        Payload payload =
                write.method().hasBody() ? WriteBody.parse(body).payload(write) : Payload.NONE;
        Optional<List<String>> rowHashes = RowCondition.rowHashes(request.ifMatch());
        return new Prepared(
                catalogue, table, WriteSql.of(catalogue, table, write, payload, rowHashes, limits));
    }

    private void requireAllowed(Table table, CanonicalWrite write) {
        if (!writable.allows(table)) {
            throw ProblemException.of(
                    ProblemType.METHOD_NOT_ALLOWED,
                    "'%s' cannot be written to".formatted(table.name().name()),
                    "writes are off until they are allowed, table by table: tidemark.writable, or"
                            + " --writable");
        }
        boolean changes = write.method() == Method.UPDATE || write.method() == Method.DELETE;
        if (changes && write.isUnfiltered() && !policies.of(table).unfilteredWrites()) {
            throw new ProblemException(
                    Problem.of(
                                    ProblemType.BAD_REQUEST,
                                    "%s without a filter would reach every row of '%s'"
                                            .formatted(write.method().http(), table.name().name()))
                            .withCode("21000")
                            .withHint(
                                    "add a filter; where every row is meant, one that all fulfil,"
                                            + " or the table's policy unfiltered_writes"));
        }
    }

    private Written transact(
            WriteRequest request, byte[] body, Prepared prepared, Deadline readerDeadline)
            throws SQLException {
        Catalogue catalogue = prepared.catalogue();
        WriteStatement statement = prepared.statement();
        Optional<String> key = request.idempotencyKey();
        byte[] fingerprint =
                key.isPresent() ? IdempotencyKeys.fingerprint(request, body) : new byte[0];
        try (Lane.Permit permit = lane.enter(readerDeadline);
                WriteTransaction transaction =
                        WriteTransaction.begin(database, readerDeadline.within(lane.timeout()))) {
            if (key.isPresent()) {
                Optional<Written> first =
                        keys.claim(transaction, key.get(), fingerprint, catalogue.identity());
                if (first.isPresent()) {
                    return first.get();
                }
            }
            WrittenRows rows = WrittenRows.run(transaction, statement, properties.answerBytesMax());
            WriteAnswers.Content answer =
                    new WriteAnswers(request.canonical(), !request.ifMatch().isEmpty())
                            .of(statement, rows);
            if (key.isPresent()) {
                keys.record(transaction, key.get(), fingerprint, answer);
            }
            transaction.commit();
            return new Written(
                    answer.status(),
                    answer.head(),
                    answer.body(),
                    new WrittenHeaders(
                            identity(catalogue, rows),
                            rows.xid(),
                            transaction.position(),
                            WrittenTags.of(prepared.table(), statement, rows)));
        }
    }

    private static DatabaseIdentity identity(Catalogue catalogue, WrittenRows rows) {
        DatabaseIdentity known = catalogue.identity();
        return new DatabaseIdentity(
                known.systemIdentifier(),
                known.timeline(),
                known.databaseOid(),
                rows.incarnation());
    }

    private void count(Table table, String outcome) {
        meters.counter(
                        "tidemark.origin.writes",
                        "table",
                        table.name().toString(),
                        "outcome",
                        outcome)
                .increment();
    }
}
