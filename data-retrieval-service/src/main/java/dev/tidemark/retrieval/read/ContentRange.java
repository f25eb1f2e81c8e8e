package dev.tidemark.retrieval.read;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.ProblemException;
import java.util.OptionalLong;

/**
 * Which rows of the result a page has, as PostgREST says it.
 *
 * @param offset how many rows were skipped
 * @param rows how many the page has
 * @param total how many there are, if they were counted
 */
record ContentRange(long offset, long rows, OptionalLong total) {

    /**
     * The status of an answer with this page.
     *
     * @throws ProblemException 416 if the page begins beyond the end
     */
    int status() {
        if (total.isEmpty()) {
            return 200;
        }
        long all = total.getAsLong();
        if (offset > all) {
            throw new ProblemException(
                    Problem.of(ProblemType.RANGE_NOT_SATISFIABLE, "Requested range not satisfiable")
                            .withDetails(
                                    "An offset of %d was requested, but there are only %d rows."
                                            .formatted(offset, all)));
        }
        return rows < all ? 206 : 200;
    }

    @Override
    public String toString() {
        String range = rows == 0 ? "*" : offset + "-" + (offset + rows - 1);
        return range + '/' + (total.isPresent() ? Long.toString(total.getAsLong()) : "*");
    }
}
