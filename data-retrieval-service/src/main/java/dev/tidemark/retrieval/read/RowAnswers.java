package dev.tidemark.retrieval.read;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.MediaTypes;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.retrieval.database.Lane;
import dev.tidemark.retrieval.policy.TablePolicy;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.query.ReadSql;
import dev.tidemark.retrieval.query.TableQuery;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.RowKey;
import dev.tidemark.retrieval.table.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the answer to one request of one table's rows. */
final class RowAnswers {

    private final CanonicalRequest request;
    private final Catalogue catalogue;
    private final Table table;
    private final TablePolicy policy;
    private final LimitsProperties limits;
    private final Snapshot snapshot;
    private final Optional<Lane> streams;

    /**
     * @param snapshot that the rows are read in
     * @param streams for what is too large to aggregate; empty where that is not read
     */
    RowAnswers(
            CanonicalRequest request,
            Catalogue catalogue,
            Table table,
            TablePolicy policy,
            LimitsProperties limits,
            Snapshot snapshot,
            Optional<Lane> streams) {
        this.request = request;
        this.catalogue = catalogue;
        this.table = table;
        this.policy = policy;
        this.limits = limits;
        this.snapshot = snapshot;
        this.streams = streams;
    }

    /**
     * Reads the rows; a stream takes the cursor with it, else the caller closes it.
     *
     * @throws TooLargeException if streams are not read here, and it is one
     */
    Reading from(Cursor cursor) throws SQLException, TooLargeException {
        if (request.isByKey()) {
            return byKey(cursor.query(), KeyedRow.of(cursor));
        }
        return request.object() ? object(cursor) : list(cursor);
    }

    /** The answer to a request of one row by its key, which has been looked for. */
    Reading.Complete byKey(TableQuery query, KeyedRow row) {
        if (row.found() instanceof KeyedRow.Found(byte[] json, String hash, List<String> key)) {
            return complete(
                    200,
                    head(MediaTypes.JSON, null, EntityTags.ofRow(hash, query.projectionHash())),
                    json,
                    tags(query, key),
                    Repeatability.SAME);
        }
        return negative(
                Problem.of(
                        ProblemType.ROW_NOT_FOUND,
                        "'%s' has no row with the key %s"
                                .formatted(table.name().name(), RowKey.text(request.key()))),
                tags(query, List.of()));
    }

    /** What is not there is an answer like any other: seen in a snapshot, and void by a change. */
    private Reading.Complete negative(Problem problem, Set<Tag> tags) {
        return complete(
                problem.status(),
                List.of(new HeaderField("Content-Type", Problem.MEDIA_TYPE)),
                problem.json(),
                tags,
                Repeatability.SAME);
    }

    private Reading object(Cursor cursor) throws SQLException {
        byte[] row = cursor.next();
        Set<Tag> tags = tags(cursor.query(), row == null ? List.of() : cursor.rowKey());
        if (row == null) {
            return negative(notOne("0 rows"), tags);
        }
        String rowTag = cursor.query().oneRow() ? rowTag(cursor) : null;
        if (cursor.next() != null) {
            return negative(notOne("more than 1 row"), tags);
        }
        String range = new ContentRange(cursor.query().offset(), 1, snapshot.total()).toString();
        return complete(
                200,
                head(
                        MediaTypes.OBJECT,
                        range,
                        rowTag == null ? EntityTags.ofBody(row, range) : rowTag),
                row,
                tags,
                repeatability(cursor.query(), 1));
    }

    private static Problem notOne(String rows) {
        return Problem.of(
                        ProblemType.NOT_ONE_ROW, "Cannot coerce the result to a single JSON object")
                .withDetails("The result contains " + rows);
    }

    private Reading list(Cursor cursor) throws SQLException, TooLargeException {
        JsonArray array = new JsonArray();
        byte[] row = cursor.next();
        Set<Tag> tags = tags(cursor.query(), row == null ? List.of() : cursor.rowKey());
        for (; row != null; row = cursor.next()) {
            array.add(row);
            if (array.isTooLarge() && !cursor.query().oneRow()) {
                return streaming(cursor, array, tags);
            }
        }
        ContentRange range =
                new ContentRange(cursor.query().offset(), array.rows(), snapshot.total());
        byte[] body = array.complete();
        return complete(
                range.status(),
                head(MediaTypes.JSON, range.toString(), EntityTags.ofBody(body, range.toString())),
                body,
                tags,
                repeatability(cursor.query(), array.rows()));
    }

    private static Repeatability repeatability(TableQuery query, long rows) {
        if (query.totalOrder()) {
            return Repeatability.SAME;
        }
        boolean all = query.offset() == 0 && rows < query.limit();
        return all ? Repeatability.ANY_ORDER : Repeatability.ANY_ROWS;
    }

    private Reading streaming(Cursor cursor, JsonArray begun, Set<Tag> tags)
            throws SQLException, TooLargeException {
        cursor.moveTo(streams.orElseThrow(TooLargeException::new));
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
                internal(tags, false),
                begun,
                cursor);
    }

    private Reading.Complete complete(
            int status,
            List<HeaderField> head,
            byte[] body,
            Set<Tag> tags,
            Repeatability repeatability) {
        boolean cacheable = policy.cacheable() && body.length <= Answer.BODY_BYTES_MAX;
        return new Reading.Complete(
                new Answer(
                        status,
                        head,
                        body,
                        snapshot.version(),
                        snapshot.lsn(),
                        Tags.of(tags),
                        policy.policy(snapshot.followed()),
                        identity(),
                        snapshot.followed()),
                cacheable,
                repeatability,
                Optional.empty());
    }

    private AnswerHeaders internal(Set<Tag> tags, boolean cacheable) {
        return new AnswerHeaders(
                snapshot.version(),
                snapshot.lsn(),
                Tags.of(tags),
                policy.policy(snapshot.followed()),
                identity(),
                snapshot.followed(),
                cacheable);
    }

    private DatabaseIdentity identity() {
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
     * @param key of the one row that was found; empty if it is not known or there is none
     */
    private Set<Tag> tags(TableQuery query, List<String> key) {
        return switch (query.keyed()) {
            case NO -> AnswerTags.ofAnyRow(table);
            case ASKED -> AnswerTags.ofRows(table, AnswerTags.keys(snapshot.asked()));
            case FOUND ->
                    key.isEmpty()
                            ? AnswerTags.ofAnyRow(table)
                            : AnswerTags.ofRows(table, List.of(RowKey.text(key)));
        };
    }
}
