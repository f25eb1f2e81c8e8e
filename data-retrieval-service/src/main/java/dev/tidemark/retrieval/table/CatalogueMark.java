package dev.tidemark.retrieval.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All of PostgreSQL's catalogues that decides what an answer depends on, as a text to compare: an
 * expression that yields it as of a statement's snapshot, and what it was when the catalogue was
 * read.
 *
 * <p>Why it is needed: this process may know an older schema than the statement that it runs. A
 * view that was since redefined to read another table would be answered with tags that lack that
 * table, and the answer would be taken for valid for ever after. So no answer is called followed
 * unless the text is still the same. It has, of all relations that are reached from the one that is
 * named: names and schemas (two tables may have swapped theirs), kinds, owners, columns' number,
 * row security and replica identity; the rows of a view's rule, of policies and of user-defined
 * functions by their {@code xmin}; the primary keys' indexes, which row tags are made of; and the
 * children of those that have any. (A first child, a first policy show in {@code pg_class}.) The
 * facts rather than {@code pg_class}'s own {@code xmin}, because TRUNCATE changes that too.
 *
 * <p>What is left: a statement's snapshot is taken a moment before PostgreSQL resolves its names. A
 * change of schema that commits in between is seen by the one and not by the other. Such an answer
 * has a version at or below the number of the transaction that made the change, so the message
 * about it makes the answer invalid: at once where there are event triggers, after the next look at
 * the catalogues where there are none.
 *
 * @param sql made of numbers and constants only, and the relation's own name
 */
public record CatalogueMark(String sql, String expected) {

    /** Of a relation that nothing is known of. */
    static final CatalogueMark NONE = new CatalogueMark("''", "?");

    /** Of {@code pg_class c}. */
    static final String RELATION =
            "concat_ws(' ', c.oid, c.relnamespace, c.relname, c.relowner, c.relkind,"
                    + " c.relpersistence, c.relnatts, c.relrowsecurity, c.relforcerowsecurity,"
                    + " c.relhassubclass, c.relispartition, c.relreplident,"
                    + " case when c.relkind = 'v' then array_to_string(c.reloptions, ' ') end)";

    /** Of {@code pg_namespace n}. */
    static final String SCHEMA = "concat_ws(' ', n.oid, n.nspname)";

    /** Puts the parts together, in the same order on both sides. */
    static final class Builder {

        private final List<String> sql = new ArrayList<>();
        private final List<String> expected = new ArrayList<>();

        /**
         * Adds the rows of a catalogue.
         *
         * @param text of a row, an expression
         * @param from the catalogue and its alias
         * @param by the column that selects the rows
         * @param order what orders them; numbers
         * @param among the numbers to select; without any, nothing is added
         * @param rows their texts in that order
         */
        @SuppressWarnings("TooManyParameters")
        Builder rows(
                String text,
                String from,
                String by,
                String order,
                Collection<Long> among,
                Collection<String> rows) {
            if (!among.isEmpty()) {
                String numbers =
                        new TreeSet<>(among)
                                .stream().map(String::valueOf).collect(Collectors.joining(","));
                // An array is much cheaper than an aggregate.
                sql.add(
                        "array_to_string(array(select %s from pg_catalog.%s where"
                                        .formatted(text, from)
                                + " %s = any (cast('{%s}' as oid[])) order by %s), ',')"
                                        .formatted(by, numbers, order));
                expected.add(String.join(",", rows));
            }
            return this;
        }

        /**
         * Adds what a name stands for; nobody may ask for a name in a schema that they may not use.
         */
        Builder name(TableName name, long oid) {
            sql.add("coalesce(cast(%s as oid), 0)".formatted(resolved(name)));
            expected.add(Long.toString(oid));
            return this;
        }

        /**
         * Adds the index of a table's replica identity, without reading a catalogue's rows.
         *
         * @param index empty if it has none
         */
        Builder identity(TableName name, long oid, Optional<Long> index) {
            // The function fails for a table that is gone.
            sql.add(
                    "coalesce(case when cast(%s as oid) = %d then".formatted(resolved(name), oid)
                            + " cast(pg_get_replica_identity_index(%d) as oid) end, 0)"
                                    .formatted(oid));
            expected.add(index.map(String::valueOf).orElse("0"));
            return this;
        }

        private static String resolved(TableName name) {
            String quoted =
                    '"'
                            + name.schema().replace("\"", "\"\"")
                            + "\".\""
                            + name.name().replace("\"", "\"\"")
                            + '"';
            return "to_regclass('" + quoted.replace("'", "''") + "')";
        }

        CatalogueMark build() {
            return new CatalogueMark(
                    "concat_ws('/', " + String.join(", ", sql) + ")", String.join("/", expected));
        }
    }
}
