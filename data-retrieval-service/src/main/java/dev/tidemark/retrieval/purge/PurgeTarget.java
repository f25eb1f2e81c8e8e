package dev.tidemark.retrieval.purge;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Table;
import dev.tidemark.retrieval.table.TableName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What is to go: {@code TABLE} or {@code TABLE/KEY}, as in a read's path.
 *
 * @param table as it was written, with its schema ahead or not
 * @param key its parts; none for the table as a whole
 */
public record PurgeTarget(String table, List<String> key) {

    public PurgeTarget {
        key = List.copyOf(key);
    }

    /**
     * Reads it by the grammar of requests. People type what clients must encode: blanks, question
     * marks and letters beyond ASCII stand for themselves here.
     *
     * @throws ProblemException 400 if it is none
     */
    public static PurgeTarget parse(String text) {
        if (text.isBlank() || text.chars().filter(c -> c == '/').count() > 1) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST,
                    "'" + text + "' names neither a table nor a row",
                    "write TABLE or TABLE/KEY, a slash inside of a key as %2F");
        }
        StringBuilder target = new StringBuilder(CanonicalRequest.ROOT);
        text.strip()
                .codePoints()
                .forEach(c -> {
                    if (c > ' ' && c < 0x7f && c != '?' && c != '#') {
                        target.append((char) c);
                    } else {
                        target.append(
                                URLEncoder.encode(Character.toString(c), StandardCharsets.UTF_8)
                                        .replace("+", "%20"));
                    }
                });
        return switch (ReadRequest.parse("GET", target.toString(), _ -> List.of())) {
            case ReadRequest.Parsed.Read(ReadRequest read) ->
                    new PurgeTarget(read.canonical().table(), read.canonical().key());
            case ReadRequest.Parsed.Refused(Problem problem) -> throw new ProblemException(problem);
            case ReadRequest.Parsed.NotOurs _ -> throw new AssertionError(target);
        };
    }

    /** Whether its table is served, as far as this catalogue goes. */
    boolean isIn(Catalogue catalogue) {
        try {
            in(catalogue);
            return true;
        } catch (ProblemException e) {
            return false;
        }
    }

    /**
     * The table that is meant: one of the default schema, or one that is named with its schema.
     *
     * @throws ProblemException 404 if it is not served
     */
    Table in(Catalogue catalogue) {
        int dot = table.indexOf('.');
        if (dot > 0) {
            TableName qualified = new TableName(table.substring(0, dot), table.substring(dot + 1));
            if (catalogue.tables().containsKey(qualified)) {
                return catalogue.table(Optional.of(qualified.schema()), qualified.name());
            }
        }
        return catalogue.table(Optional.empty(), table);
    }
}
