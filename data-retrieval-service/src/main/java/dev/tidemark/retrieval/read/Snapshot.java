package dev.tidemark.retrieval.read;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import dev.tidemark.retrieval.query.PrimaryFacts;
import dev.tidemark.retrieval.query.TableQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a statement says of the moment that it read.
 *
 * @param incarnation of the database; 0 where there is none
 * @param policies the generation of cache policies; empty where they are not counted
 * @param followed whether the log tells of all that can change the answer
 * @param current whether the catalogue that the statement was made from still holds
 * @param total how many rows pass the filter, if that was asked
 * @param asked for each column of the primary key the values asked for, as PostgreSQL prints them;
 *     empty unless the query is {@link TableQuery.Keyed#ASKED}
 */
record Snapshot(
        Version version,
        Lsn lsn,
        long incarnation,
        OptionalLong policies,
        boolean followed,
        boolean current,
        OptionalLong total,
        List<List<String>> asked) {

    /** Reads the first row, which every statement has. */
    static Snapshot of(ResultSet row, TableQuery query) throws SQLException {
        List<List<String>> asked = new ArrayList<>();
        if (query.keyed() == TableQuery.Keyed.ASKED) {
            for (int i = 1; i <= query.table().primaryKey().size(); i++) {
                asked.add(List.of((String[]) row.getArray("asked" + i).getArray()));
            }
        }
        return of(row, query.isSteady(), number(row, "total"), asked);
    }

    /**
     * Reads one row of a statement that has one for each key.
     *
     * @param steady whether the answer changes only if the row does
     */
    static Snapshot ofKey(ResultSet row, int keyColumns, boolean steady) throws SQLException {
        List<List<String>> asked = new ArrayList<>();
        for (int i = 1; i <= keyColumns; i++) {
            asked.add(List.of(row.getString("asked" + i)));
        }
        return of(row, steady, OptionalLong.empty(), asked);
    }

    private static Snapshot of(
            ResultSet row, boolean steady, OptionalLong total, List<List<String>> asked)
            throws SQLException {
        String lsn = row.getString("lsn");
        boolean current = row.getBoolean("current");
        return new Snapshot(
                new Version(Long.parseLong(row.getString("version"))),
                lsn == null ? Lsn.UNKNOWN : Lsn.parse(lsn),
                row.getLong("incarnation"),
                number(row, "policies"),
                row.getBoolean("followed") && current && steady,
                current,
                total,
                asked);
    }

    /**
     * The same of a replica's answer, of which the primary has said the rest before: it claims the
     * lower of both versions.
     */
    Snapshot with(PrimaryFacts facts) {
        return new Snapshot(
                version.compareTo(facts.version()) < 0 ? version : facts.version(),
                lsn,
                facts.incarnation(),
                OptionalLong.of(facts.policies()),
                followed,
                current,
                total,
                asked);
    }

    private static OptionalLong number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
    }
}
