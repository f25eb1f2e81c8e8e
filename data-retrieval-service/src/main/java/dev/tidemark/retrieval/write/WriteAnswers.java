package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.CanonicalWrite;
import dev.tidemark.common.request.CanonicalWrite.Method;
import dev.tidemark.common.request.CanonicalWrite.Resolution;
import dev.tidemark.common.request.CanonicalWrite.Returned;
import dev.tidemark.common.request.Condition;
import dev.tidemark.common.request.MediaTypes;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.query.WriteSql;
import dev.tidemark.retrieval.query.WriteStatement;
import dev.tidemark.retrieval.read.EntityTags;
import dev.tidemark.retrieval.table.RowKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What is answered to what was written, as PostgREST has it; and what is rolled back for it. */
final class WriteAnswers {

    private final CanonicalWrite write;
    private final boolean conditional;

    /**
     * @param conditional whether {@code If-Match} was given
     */
    WriteAnswers(CanonicalWrite write, boolean conditional) {
        this.write = write;
        this.conditional = conditional;
    }

    /** Status, head and body. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never changed
    record Content(int status, List<HeaderField> head, byte[] body) {}

    /**
     * The answer, if this is to be committed.
     *
     * @throws ProblemException if not
     */
    Content of(WriteStatement statement, WrittenRows rows) {
        requireWanted(rows);
        boolean representation = write.returned() == Returned.REPRESENTATION;
        List<HeaderField> head = new ArrayList<>();
        boolean one = write.isByKey() || write.object();
        if (representation) {
            head.add(
                    new HeaderField(
                            "Content-Type",
                            (write.object() ? MediaTypes.OBJECT : MediaTypes.JSON)
                                    + "; charset=utf-8"));
            // A row that is gone has no tag that anything could be compared with.
            boolean stays = write.method() != Method.DELETE;
            if (one && stays && rows.firstHash() != null && statement.keyParts() > 0) {
                head.add(
                        new HeaderField(
                                "ETag",
                                EntityTags.ofRow(rows.firstHash(), statement.projectionHash())));
            }
        }
        contentRange(rows).ifPresent(range -> head.add(new HeaderField("Content-Range", range)));
        write.profile().ifPresent(name -> head.add(new HeaderField("Content-Profile", name)));
        location(rows).ifPresent(path -> head.add(new HeaderField("Location", path)));
        return new Content(
                status(rows, representation),
                head,
                representation ? body(rows.json(), one) : new byte[0]);
    }

    private void requireWanted(WrittenRows rows) {
        if (rows.matching().isPresent() && rows.matching().getAsLong() == 0) {
            throw WriteSql.keyMismatch();
        }
        if (conditional && rows.total() == 0) {
            throw RowCondition.failed();
        }
        if (write.isByKey() && rows.total() == 0) {
            throw new ProblemException(
                    Problem.of(
                            ProblemType.ROW_NOT_FOUND,
                            "'%s' has no row with the key %s"
                                    .formatted(write.table(), RowKey.text(write.key()))));
        }
        if (write.object() && rows.total() != 1) {
            throw new ProblemException(
                    Problem.of(
                                    ProblemType.NOT_ONE_ROW,
                                    "Cannot coerce the result to a single JSON object")
                            .withDetails(
                                    "The result contains %d rows; nothing was written"
                                            .formatted(rows.total())));
        }
    }

    private int status(WrittenRows rows, boolean representation) {
        return switch (write.method()) {
            case INSERT -> {
                boolean merge =
                        write.resolution().filter(Resolution.MERGE_DUPLICATES::equals).isPresent();
                yield merge && rows.inserted() == 0 ? 200 : 201;
            }
            case REPLACE -> rows.inserted() > 0 ? 201 : representation ? 200 : 204;
            case UPDATE, DELETE -> representation ? 200 : 204;
        };
    }

    /** Of updates the rows, of the others their number, and that only if it was asked for. */
    private Optional<String> contentRange(WrittenRows rows) {
        if (write.isByKey() || write.method() == Method.REPLACE) {
            return Optional.empty();
        }
        OptionalLong counted =
                write.counted() ? OptionalLong.of(rows.total()) : OptionalLong.empty();
        String range =
                write.method() == Method.UPDATE && rows.total() > 0
                        ? "0-" + (rows.total() - 1)
                        : "*";
        return Optional.of(
                range + '/' + (counted.isPresent() ? Long.toString(counted.getAsLong()) : "*"));
    }

    /** Where the one new row is; relative, since the gateway's address is not known here. */
    private Optional<String> location(WrittenRows rows) {
        boolean creates = write.method() == Method.INSERT || write.method() == Method.REPLACE;
        // A key with an empty part has no place in a path.
        if (!creates
                || rows.total() != 1
                || rows.inserted() != 1
                || rows.firstKey().isEmpty()
                || rows.firstKey().contains("")) {
            return Optional.empty();
        }
        return Optional.of(
                new CanonicalRequest(
                                write.profile(),
                                write.table(),
                                rows.firstKey(),
                                List.of(),
                                Condition.Junction.NONE,
                                List.of(),
                                OptionalLong.empty(),
                                0,
                                false,
                                false)
                        .target());
    }

    private static byte[] body(byte[] rows, boolean one) {
        if (one) {
            return rows;
        }
        byte[] array = new byte[rows.length + 2];
        byte[] brackets = "[]".getBytes(StandardCharsets.US_ASCII);
        array[0] = brackets[0];
        System.arraycopy(rows, 0, array, 1, rows.length);
        array[array.length - 1] = brackets[1];
        return array;
    }
}
