package dev.tidemark.retrieval.read;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.MediaTypes;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.retrieval.database.Deadline;
import dev.tidemark.retrieval.database.Lanes;
import dev.tidemark.retrieval.policy.LivePolicies;
import dev.tidemark.retrieval.policy.TablePolicy;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.query.ReadSql;
import dev.tidemark.retrieval.query.TableQuery;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.retrieval.table.RowKey;
import dev.tidemark.retrieval.table.Table;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

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
            Catalogue newer = liveCatalogue.refreshed(deadline.within(CATALOGUE_WAIT).left());
            try {
                return read(request.canonical(), newer, deadline);
            } catch (OutdatedException again) {
                throw new ProblemException(SqlProblems.of(again.failure()));
            }
        }
    }

    /** PostgreSQL knows the database other than the catalogue does. */
    private static final class OutdatedException extends Exception {

        private final SQLException failure;

        OutdatedException(SQLException failure) {
            super(failure);
            this.failure = failure;
        }

        SQLException failure() {
            return failure;
        }
    }

    private Reading read(CanonicalRequest request, Catalogue catalogue, Deadline deadline)
            throws OutdatedException {
        Table table;
        TableQuery query;
        try {
            table = catalogue.table(request.profile(), request.table());
            query = ReadSql.of(catalogue, table, request, limits);
        } catch (ProblemException e) {
            ProblemType type = e.problem().type();
            if (type == ProblemType.UNKNOWN_TABLE || type == ProblemType.UNKNOWN_COLUMN) {
                liveCatalogue.refresh(); // it may just have been created
            }
            throw e;
        }
        meters.counter("tidemark.origin.queries", "table", table.name().toString()).increment();
        try {
            return new OneRead(request, catalogue, table, policies.of(table)).from(query, deadline);
        } catch (SQLException e) {
            if (SqlProblems.isOutdated(e)) {
                throw new OutdatedException(e);
            }
            throw new ProblemException(
                    SqlProblems.isBadValue(e)
                            ? badValues.problem(query, e, deadline)
                            : SqlProblems.of(e));
        }
    }

    /** One read of one table. */
    private final class OneRead {

        private final CanonicalRequest request;
        private final Catalogue catalogue;
        private final Table table;
        private final TablePolicy policy;

        OneRead(CanonicalRequest request, Catalogue catalogue, Table table, TablePolicy policy) {
            this.request = request;
            this.catalogue = catalogue;
            this.table = table;
            this.policy = policy;
        }

        Reading from(TableQuery query, Deadline deadline) throws SQLException {
            Cursor cursor =
                    Cursor.open(
                            database,
                            query.oneRow() ? lanes.rows() : lanes.lists(),
                            query,
                            deadline);
            boolean handedOn = false;
            try {
                if (request.isByKey()) {
                    return byKey(cursor);
                }
                if (request.object()) {
                    return object(cursor);
                }
                Reading list = list(cursor);
                handedOn = list instanceof Reading.Streaming;
                return list;
            } finally {
                if (!handedOn) {
                    cursor.close();
                }
            }
        }

        private Reading byKey(Cursor cursor) throws SQLException {
            byte[] row = cursor.next();
            Set<Tag> tags = tags(cursor, row != null);
            if (row != null) {
                return complete(
                        200,
                        head(MediaTypes.JSON, null, rowTag(cursor)),
                        row,
                        cursor.snapshot(),
                        tags);
            }
            Problem notFound =
                    Problem.of(
                            ProblemType.ROW_NOT_FOUND,
                            "'%s' has no row with the key %s"
                                    .formatted(table.name().name(), RowKey.text(request.key())));
            return complete(
                    404,
                    List.of(new HeaderField("Content-Type", Problem.MEDIA_TYPE)),
                    notFound.json(),
                    cursor.snapshot(),
                    tags);
        }

        private Reading object(Cursor cursor) throws SQLException {
            byte[] row = cursor.next();
            if (row == null) {
                throw notOne("0 rows");
            }
            Set<Tag> tags = tags(cursor, true);
            String rowTag = cursor.query().oneRow() ? rowTag(cursor) : null;
            if (cursor.next() != null) {
                throw notOne("more than 1 row");
            }
            String range =
                    new ContentRange(cursor.query().offset(), 1, cursor.snapshot().total())
                            .toString();
            return complete(
                    200,
                    head(
                            MediaTypes.OBJECT,
                            range,
                            rowTag == null ? EntityTags.ofBody(row, range) : rowTag),
                    row,
                    cursor.snapshot(),
                    tags);
        }

        private static ProblemException notOne(String rows) {
            return new ProblemException(
                    Problem.of(
                                    ProblemType.NOT_ONE_ROW,
                                    "Cannot coerce the result to a single JSON object")
                            .withDetails("The result contains " + rows));
        }

        private Reading list(Cursor cursor) throws SQLException {
            JsonArray array = new JsonArray();
            byte[] row = cursor.next();
            Set<Tag> tags = tags(cursor, row != null);
            for (; row != null; row = cursor.next()) {
                array.add(row);
                if (array.isTooLarge() && !cursor.query().oneRow()) {
                    return streaming(cursor, array, tags);
                }
            }
            Snapshot snapshot = cursor.snapshot();
            ContentRange range =
                    new ContentRange(cursor.query().offset(), array.rows(), snapshot.total());
            byte[] body = array.complete();
            return complete(
                    range.status(),
                    head(
                            MediaTypes.JSON,
                            range.toString(),
                            EntityTags.ofBody(body, range.toString())),
                    body,
                    snapshot,
                    tags);
        }

        private Reading streaming(Cursor cursor, JsonArray begun, Set<Tag> tags)
                throws SQLException {
            cursor.moveTo(lanes.streams());
            Snapshot snapshot = cursor.snapshot();
            TableQuery query = cursor.query();
            OptionalLong total = snapshot.total();
            // The head comes before the rows, so they are counted beforehand.
            long rows =
                    total.isPresent()
                            ? Math.min(query.limit(), total.getAsLong() - query.offset())
                            : cursor.number(ReadSql.pageCount(catalogue, table, request, limits));
            ContentRange range = new ContentRange(query.offset(), rows, total);
            return new Reading.Streaming(
                    range.status(),
                    head(MediaTypes.JSON, range.toString(), null),
                    internal(snapshot, tags, false),
                    begun,
                    cursor);
        }

        private Reading.Complete complete(
                int status, List<HeaderField> head, byte[] body, Snapshot snapshot, Set<Tag> tags) {
            boolean cacheable = policy.cacheable() && body.length <= Answer.BODY_BYTES_MAX;
            return new Reading.Complete(
                    new Answer(
                            status,
                            head,
                            body,
                            snapshot.version(),
                            snapshot.lsn(),
                            Tags.of(tags),
                            policy.policy(),
                            identity(snapshot)),
                    cacheable);
        }

        private AnswerHeaders internal(Snapshot snapshot, Set<Tag> tags, boolean cacheable) {
            return new AnswerHeaders(
                    snapshot.version(),
                    snapshot.lsn(),
                    Tags.of(tags),
                    policy.policy(),
                    identity(snapshot),
                    cacheable);
        }

        private DatabaseIdentity identity(Snapshot snapshot) {
            DatabaseIdentity known = catalogue.identity();
            return new DatabaseIdentity(
                    known.systemIdentifier(),
                    known.timeline(),
                    known.databaseOid(),
                    snapshot.incarnation());
        }

        private List<HeaderField> head(
                String mediaType, @Nullable String contentRange, @Nullable String entityTag) {
            List<HeaderField> head = new ArrayList<>();
            head.add(new HeaderField("Content-Type", mediaType + "; charset=utf-8"));
            if (contentRange != null) {
                head.add(new HeaderField("Content-Range", contentRange));
            }
            request.profile()
                    .ifPresent(profile -> head.add(new HeaderField("Content-Profile", profile)));
            if (entityTag != null) {
                head.add(new HeaderField("ETag", entityTag));
            }
            return head;
        }

        private String rowTag(Cursor cursor) throws SQLException {
            return EntityTags.ofRow(cursor.rowHash(), cursor.query().projectionHash());
        }

        /**
         * What the answer depends on.
         *
         * @param atRow whether the cursor stands at the one row
         */
        private Set<Tag> tags(Cursor cursor, boolean atRow) throws SQLException {
            return switch (cursor.query().keyed()) {
                case NO -> AnswerTags.ofAnyRow(table);
                case ASKED -> AnswerTags.ofRows(table, AnswerTags.keys(cursor.snapshot().asked()));
                case FOUND ->
                        atRow
                                ? AnswerTags.ofRows(table, List.of(RowKey.text(cursor.rowKey())))
                                : AnswerTags.ofAnyRow(table);
            };
        }
    }
}
