package dev.tidemark.retrieval.query;

import dev.tidemark.retrieval.table.Table;
import java.util.List;

/**
 * One statement that reads a snapshot's numbers and rows. Its columns: {@code version}, {@code
 * lsn}, {@code incarnation}, {@code policies} (null where they are not counted), {@code followed},
 * {@code current}, {@code total} (null if not counted), the {@code asked} ones, {@code json} (null
 * in the only row if there is none), and for one row {@code hash} and the {@code key} ones.
 *
 * @param parameters in their order, all text or numbers
 * @param given the values among them
 * @param offset how many rows are skipped
 * @param limit how many rows it returns at most
 * @param oneRow whether the filter pins one primary key
 * @param totalOrder whether no two rows are alike in what they are ordered by
 * @param keyed how the rows' keys can be known
 * @param projectionHash differs where two projections do
 * @param steadyProjection whether the columns' casts give the same whenever they are made
 */
public record TableQuery(
        Table table,
        String sql,
        List<Object> parameters,
        List<Given> given,
        long offset,
        long limit,
        boolean oneRow,
        boolean totalOrder,
        Keyed keyed,
        String projectionHash,
        boolean steadyProjection) {

    /** Whether and how a statement tells the keys of the rows that its answer depends on. */
    public enum Keyed {
        /** Not: any row may matter. */
        NO,
        /**
         * Column {@code asked1} and so on, one for each column of the key: the values asked for, as
         * PostgreSQL prints them; all combinations are keys, found or not.
         */
        ASKED,
        /** Columns {@code key1} and so on: the parts of the key of the one row, if it is found. */
        FOUND
    }

    public TableQuery {
        parameters = List.copyOf(parameters);
        given = List.copyOf(given);
    }

    /** The same statement with other values. */
    TableQuery with(List<Object> otherParameters, List<Given> otherGiven) {
        return new TableQuery(
                table,
                sql,
                otherParameters,
                otherGiven,
                offset,
                limit,
                oneRow,
                totalOrder,
                keyed,
                projectionHash,
                steadyProjection);
    }

    /** Whether the answer can change only if what is read changes, not by the passing of time. */
    public boolean isSteady() {
        return steadyProjection
                && given.stream()
                        .noneMatch(value -> ClockWords.dependsOnTime(value.text(), value.type()));
    }
}
