package dev.tidemark.retrieval.follow;

import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Table;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Tells the log which tables and views are no longer what they were. What they were is kept in the
 * database, so that a change between two readers is told too. Where event triggers tell at once,
 * this tells once more, and what they cannot see: that a privilege was taken away, or that a
 * partition was truncated by itself.
 */
final class SchemaTeller {

    private final Statements statements;

    SchemaTeller(Statements statements) {
        this.statements = statements;
    }

    void tell(Catalogue catalogue, UUID reader) throws SQLException {
        Map<String, String> storage = new TreeMap<>();
        statements.query(
                FollowSql.STORAGE,
                row -> storage.put(row.getString("name"), row.getString("storage")));
        StringBuilder labels = new StringBuilder();
        statements.query(FollowSql.LABELS, row -> labels.append(row.getString("labels")));
        Map<String, String> now = new TreeMap<>();
        for (Table table : catalogue.tables().values()) {
            String name = table.name().toString();
            now.put(name, mark(table, storage.getOrDefault(name, ""), labels.toString()));
        }
        Map<String, String> told = new TreeMap<>();
        statements.query(
                FollowSql.TOLD, row -> told.put(row.getString("name"), row.getString("mark")));
        if (now.equals(told)) {
            return;
        }
        statements.inTransaction(() -> {
            if (!statements.exists(FollowSql.IS_READER, reader)) {
                return;
            }
            for (Map.Entry<String, String> table : now.entrySet()) {
                if (!table.getValue().equals(told.get(table.getKey()))) {
                    statements.update(FollowSql.TELL, table.getKey(), table.getValue());
                    statements.emitTable(table.getKey());
                }
            }
            for (String name : told.keySet()) {
                if (!now.containsKey(name)) {
                    statements.update(FollowSql.FORGET, name);
                    statements.emitTable(name);
                }
            }
            statements.query(FollowSql.EMIT, _ -> true, "tidemark.schema", "changed");
        });
    }

    /**
     * Of all that shapes a table's answers.
     *
     * @param storage of its partitions; empty if it has none
     * @param labels that any view may print, as {@link FollowSql#LABELS} has them
     */
    private static String mark(Table table, String storage, String labels) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    String.join(
                                                    "\n",
                                                    table.kind().name(),
                                                    table.columns().toString(),
                                                    table.primaryKey().toString(),
                                                    table.rowNames().toString(),
                                                    table.behind().toString(),
                                                    table.followability().mark().expected(),
                                                    storage,
                                                    labels)
                                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
