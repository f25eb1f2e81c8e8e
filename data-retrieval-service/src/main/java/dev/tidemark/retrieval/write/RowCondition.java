package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code If-Match}: a row is compared by its hash, whatever of it the client was shown. */
final class RowCondition {

    private static final Pattern ROW_TAG =
            Pattern.compile("\"([0-9a-f]{32})-[0-9a-f]{16}(?:-gzip)?\"");

    private RowCondition() {}

    /**
     * The hashes of which the row must have one; none for any row that exists; empty for no
     * condition.
     *
     * @throws ProblemException 412 if no row can fulfil it: it names no entity tag of a row, or
     *     only weak ones (RFC 9110, section 13.1.1, asks for a strong comparison)
     */
    static Optional<List<String>> rowHashes(List<String> ifMatch) {
        if (ifMatch.isEmpty()) {
            return Optional.empty();
        }
        List<String> hashes = new ArrayList<>();
        for (String tag : ifMatch) {
            if (tag.equals("*")) {
                return Optional.of(List.of());
            }
            Matcher matcher = ROW_TAG.matcher(tag);
            if (matcher.matches()) {
                hashes.add(matcher.group(1));
            }
        }
        if (hashes.isEmpty()) {
            throw failed();
        }
        return Optional.of(hashes);
    }

    static ProblemException failed() {
        return ProblemException.of(
                ProblemType.PRECONDITION_FAILED,
                "the row is not, or no more, the one that If-Match names",
                "read it again, and decide again");
    }
}
