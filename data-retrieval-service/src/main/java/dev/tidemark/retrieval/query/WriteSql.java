package dev.tidemark.retrieval.query;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalWrite;
import dev.tidemark.common.request.CanonicalWrite.Method;
import dev.tidemark.common.request.CanonicalWrite.Resolution;
import dev.tidemark.common.request.CanonicalWrite.Returned;
import dev.tidemark.common.request.Condition;
import dev.tidemark.common.request.Operator;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.QueryPart;
import org.jooq.SQL;
import org.jooq.impl.DSL;

/**
 * Makes a write's statement.
 *
 * <pre>
 * WITH p AS (SELECT * FROM json_to_recordset(…) AS v (…)),
 *      w AS (INSERT INTO film AS t (…) SELECT … FROM p RETURNING key, row as JSON)
 * SELECT s.xid, s.incarnation, s.total, r.*
 * FROM (SELECT pg_current_xact_id() AS xid, …, (SELECT count(*) FROM w) AS total) s
 * LEFT JOIN (SELECT * FROM w LIMIT …) r ON true
 * </pre>
 *
 * <p>The body is one parameter, which PostgreSQL reads as rows of the columns' types. The LIMIT
 * bounds what is told, never what is written: a WITH query that writes always runs to its end.
 */
public final class WriteSql {

    /** So many keys are told; with more, the table as such is what has changed. */
    public static final int KEYS_MAX = 1000;

    private final Catalogue catalogue;
    private final Table table;
    private final CanonicalWrite write;
    private final Payload payload;
    private final Optional<List<String>> rowHashes;
    private final Filters filters;
    private final Set<Column> bodyColumns = new LinkedHashSet<>();

    /** Stands for nothing in a list of pieces. */
    private static final SQL NOTHING = DSL.sql("");

    private WriteSql(
            Catalogue catalogue,
            Table table,
            CanonicalWrite write,
            Payload payload,
            Optional<List<String>> rowHashes) {
        this.catalogue = catalogue;
        this.table = table;
        this.write = write;
        this.payload = payload;
        this.rowHashes = rowHashes;
        this.filters = new Filters(catalogue, table);
        for (Payload.Group group : payload.groups()) {
            group.names().forEach(name -> bodyColumns.add(Columns.require(table, name)));
        }
    }

    /**
     * The statement of a write to this table.
     *
     * @param rowHashes what the row must be for it to be written: one of these, any if there are
     *     none; empty for no condition
     * @throws ProblemException 400 if it names what is not served or does not fit
     */
    public static WriteStatement of(
            Catalogue catalogue,
            Table table,
            CanonicalWrite write,
            Payload payload,
            Optional<List<String>> rowHashes,
            LimitsProperties limits) {
        return new WriteSql(catalogue, table, write, payload, rowHashes).build(limits);
    }

    private WriteStatement build(LimitsProperties limits) {
        Projection projection = Projection.of(table, catalogue.castTargets(), write.select());
        boolean representation = write.returned() == Returned.REPRESENTATION;
        Condition.Junction where =
                write.isByKey() ? KeyFilter.of(table, write.key()) : write.where();
        if (rowHashes.isPresent() || write.method() == Method.REPLACE) {
            requireOneRow(where);
        }
        boolean movesKeys =
                write.method() == Method.UPDATE
                        && !Collections.disjoint(bodyColumns, table.primaryKey());

        List<QueryPart> with = new ArrayList<>();
        if (!bodyColumns.isEmpty()) {
            with.add(DSL.sql("p as ({0})", body()));
        }
        List<SQL> returning = returning(projection, representation, movesKeys);
        switch (write.method()) {
            case INSERT -> with.addAll(inserts(returning));
            case UPDATE -> with.addAll(update(where, movesKeys, returning));
            case REPLACE -> with.add(replace(where, returning));
            case DELETE ->
                    with.add(
                            DSL.sql(
                                    "w as (delete from {0} where {1} returning {2})",
                                    Sql.target(table), chosen(where), DSL.list(returning)));
        }
        long rowsMax = 1 + (representation ? limits.maxRows() : KEYS_MAX);
        Query query =
                Sql.context()
                        .query(
                                "with {0} select s.*, r.* from (select {1}) as s left join"
                                        + " (select * from w limit {2}) as r on true",
                                DSL.list(with), DSL.list(told(where)), DSL.inline(rowsMax));
        return new WriteStatement(
                Sql.render(query),
                query.getBindValues(),
                rowsMax,
                table.primaryKey().size(),
                movesKeys,
                !mayMoveKeysUnseen(),
                representation,
                projection.hash());
    }

    /** What the statement tells beside the rows, read with the write. */
    private List<SQL> told(Condition.Junction where) {
        List<SQL> told = new ArrayList<>();
        told.add(named(Sql.castToText(DSL.field("pg_current_xact_id()")), "xid"));
        told.add(named(Incarnation.of(catalogue), "incarnation"));
        told.add(DSL.sql("(select count(*) from w) as total"));
        told.add(DSL.sql("(select count(*) from w where inserted) as inserted"));
        told.add(
                write.method() == Method.REPLACE
                        ? DSL.sql(
                                "(select count(*) from p where {0}) as matching", bodyHasKey(where))
                        : DSL.sql("cast(null as bigint) as matching"));
        return told;
    }

    /** The body as rows; a column of no row is not read, whatever the body says of it. */
    private SQL body() {
        List<SQL> columns = new ArrayList<>();
        List<QueryPart> names = new ArrayList<>();
        for (Column column : bodyColumns) {
            names.add(DSL.quotedName(column.name()));
            // As the base type; the assignment checks length and domain.
            columns.add(DSL.sql("{0} {1}", DSL.quotedName(column.name()), Sql.name(column.type())));
        }
        Field<Object> json = DSL.field("cast({0} as json)", Object.class, DSL.val(payload.json()));
        if (payload.groups().size() == 1) {
            return DSL.sql(
                    "select * from json_to_recordset({0}) as v ({1})", json, DSL.list(columns));
        }
        names.add(DSL.quotedName(positionName()));
        return DSL.sql(
                "select * from rows from (json_to_recordset({0}) as ({1})) with ordinality as v"
                        + " ({2})",
                json, DSL.list(columns), DSL.list(names));
    }

    /** Not the name of a column. */
    private String positionName() {
        String name = "n";
        while (table.column(name).isPresent()) {
            name += "n";
        }
        return name;
    }

    private static Field<Object> fromBody(Column column) {
        return DSL.field(DSL.quotedName("p", column.name()));
    }

    /** In a piece of plain SQL, jOOQ writes a field's alias in place of the field. */
    private static SQL named(QueryPart value, String name) {
        return DSL.sql("{0} as {1}", value, DSL.quotedName(name));
    }

    private static QueryPart bare(Column column) {
        return DSL.quotedName(column.name());
    }

    /** One for each group of rows: what a row does not name gets its default. */
    private List<SQL> inserts(List<SQL> returning) {
        List<SQL> inserts = new ArrayList<>();
        List<SQL> all = new ArrayList<>();
        boolean several = payload.groups().size() != 1;
        for (Payload.Group group : payload.groups()) {
            String name = several ? "w" + inserts.size() : "w";
            List<Column> columns = columns(group);
            SQL rows;
            if (columns.isEmpty()) {
                rows = defaults(group.positions().size());
            } else {
                rows =
                        DSL.sql(
                                "({0}) select {1} from p{2}",
                                DSL.list(columns.stream().map(WriteSql::bare).toList()),
                                DSL.list(columns.stream().map(WriteSql::fromBody).toList()),
                                several ? ofGroup(group) : NOTHING);
            }
            inserts.add(
                    DSL.sql(
                            "{0} as (insert into {1} {2} {3} returning {4})",
                            DSL.quotedName(name),
                            Sql.target(table),
                            rows,
                            conflict(columns),
                            DSL.list(returning)));
            all.add(DSL.sql("select * from {0}", DSL.quotedName(name)));
        }
        if (several) {
            inserts.add(union(all, returning));
        }
        return inserts;
    }

    private SQL union(List<SQL> all, List<SQL> returning) {
        if (all.isEmpty()) {
            // An empty array writes nothing, but is still answered like any other.
            return DSL.sql(
                    "w as (select {0} from {1} where false)",
                    DSL.list(returning), Sql.target(table));
        }
        SQL union = all.getFirst();
        for (SQL next : all.subList(1, all.size())) {
            union = DSL.sql("{0} union all {1}", union, next);
        }
        return DSL.sql("w as ({0})", union);
    }

    /** Rows of nothing but defaults. */
    private SQL defaults(int rows) {
        return rows == 1
                ? DSL.sql("default values")
                : DSL.sql(
                        "({0}) values {1}",
                        bare(table.columns().getFirst()),
                        DSL.list(Collections.nCopies(rows, DSL.sql("(default)"))));
    }

    private SQL ofGroup(Payload.Group group) {
        List<String> positions = group.positions().stream().map(String::valueOf).toList();
        return DSL.sql(
                " where {0} = any (cast({1} as pg_catalog.int8[]))",
                DSL.quotedName("p", positionName()), DSL.val(Sql.arrayLiteral(positions, ',')));
    }

    private List<Column> columns(Payload.Group group) {
        return group.names().stream().map(name -> Columns.require(table, name)).toList();
    }

    private SQL conflict(List<Column> columns) {
        if (write.resolution().isEmpty()) {
            return NOTHING;
        }
        List<Column> target = conflictTarget();
        return write.resolution().get() == Resolution.MERGE_DUPLICATES && !columns.isEmpty()
                ? merge(target, columns)
                : DSL.sql("on conflict ({0}) do nothing", list(target));
    }

    private static SQL merge(Collection<Column> target, Collection<Column> columns) {
        List<SQL> assignments = new ArrayList<>();
        for (Column column : columns) {
            assignments.add(
                    DSL.sql("{0} = {1}", bare(column), DSL.quotedName("excluded", column.name())));
        }
        return DSL.sql("on conflict ({0}) do update set {1}", list(target), DSL.list(assignments));
    }

    private static QueryPart list(Collection<Column> columns) {
        return DSL.list(columns.stream().map(WriteSql::bare).toList());
    }

    private List<SQL> update(Condition.Junction where, boolean movesKeys, List<SQL> returning) {
        if (bodyColumns.isEmpty()) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST, "the body names no column to be changed");
        }
        if (!movesKeys) {
            return List.of(
                    DSL.sql(
                            "w as (update {0} set {1} from p where {2} returning {3})",
                            Sql.target(table),
                            DSL.list(assignments()),
                            chosen(where),
                            DSL.list(returning)));
        }
        // The rows are locked first, so that the keys that they lose are known.
        List<SQL> old = new ArrayList<>();
        List<org.jooq.Condition> same = new ArrayList<>();
        for (Column column : table.primaryKey()) {
            String name = "o" + (old.size() + 1);
            old.add(named(Sql.column(column), name));
            same.add(
                    filters.equal(
                            column, Sql.column(column), DSL.field(DSL.quotedName("o", name))));
        }
        return List.of(
                DSL.sql(
                        "o as (select {0} from {1} where {2} for update)",
                        DSL.list(old), Sql.target(table), chosen(where)),
                DSL.sql(
                        "w as (update {0} set {1} from p, o where {2} returning {3})",
                        Sql.target(table),
                        DSL.list(assignments()),
                        DSL.and(same),
                        DSL.list(returning)));
    }

    private List<SQL> assignments() {
        Set<String> defaulted = new LinkedHashSet<>();
        if (write.missingDefault()) {
            write.columns().ifPresent(defaulted::addAll);
            bodyColumns.forEach(column -> defaulted.remove(column.name()));
        }
        List<SQL> assignments = new ArrayList<>();
        for (Column column : bodyColumns) {
            assignments.add(DSL.sql("{0} = {1}", bare(column), fromBody(column)));
        }
        for (String name : defaulted) {
            assignments.add(DSL.sql("{0} = default", bare(Columns.require(table, name))));
        }
        return assignments;
    }

    /** With a condition on the row that is there, it must be there: then it is an update. */
    private SQL replace(Condition.Junction where, List<SQL> returning) {
        if (!bodyColumns.containsAll(table.primaryKey())) {
            throw keyMismatch();
        }
        if (rowHashes.isPresent()) {
            return DSL.sql(
                    "w as (update {0} set {1} from p where {2} and {3} returning {4})",
                    Sql.target(table),
                    DSL.list(assignments()),
                    chosen(where),
                    bodyHasKey(where),
                    DSL.list(returning));
        }
        List<Column> columns = columns(payload.groups().getFirst());
        return DSL.sql(
                "w as (insert into {0} ({1}) select {2} from p where {3} {4} returning {5})",
                Sql.target(table),
                list(columns),
                DSL.list(columns.stream().map(WriteSql::fromBody).toList()),
                bodyHasKey(where),
                merge(table.primaryKey(), columns),
                DSL.list(returning));
    }

    /** Whether a row of the body has the key that the request names. */
    private org.jooq.Condition bodyHasKey(Condition.Junction where) {
        List<org.jooq.Condition> parts = new ArrayList<>();
        for (Condition condition : where.conditions()) {
            if (condition instanceof Condition.Comparison comparison) {
                Column column = Columns.require(table, comparison.column());
                parts.add(
                        filters.equal(
                                column,
                                fromBody(column),
                                Sql.cast(comparison.value(), column.type())));
            }
        }
        return DSL.and(parts);
    }

    /** The problem of a body whose key is not that of the request. */
    public static ProblemException keyMismatch() {
        return new ProblemException(
                Problem.of(
                                ProblemType.BAD_REQUEST,
                                "the key in the body is not the key that the request names")
                        .withCode("PGRST115")
                        .withHint("PUT needs all columns of the primary key in the body too"));
    }

    /** Which rows are written, the condition of {@code If-Match} included. */
    private org.jooq.Condition chosen(Condition.Junction where) {
        org.jooq.Condition chosen = filters.of(where);
        if (rowHashes.isEmpty() || rowHashes.get().isEmpty()) {
            return chosen;
        }
        return DSL.condition(
                "{0} and {1} = any (cast({2} as pg_catalog.text[]))",
                chosen, Sql.rowHash(table), DSL.val(Sql.arrayLiteral(rowHashes.get(), ',')));
    }

    private void requireOneRow(Condition.Junction where) {
        requireKey("name a row by");
        boolean one = Pin.of(table, where).map(Pin::isOneRow).orElse(false);
        boolean keyOnly =
                where.conditions().size() == table.primaryKey().size()
                        && where.conditions().stream().allMatch(WriteSql::isEquality);
        if (!one || (write.method() == Method.REPLACE && !keyOnly)) {
            throw new ProblemException(
                    Problem.of(
                                    ProblemType.BAD_REQUEST,
                                    write.method() == Method.REPLACE
                                            ? "PUT writes one row, and names it by its primary key"
                                                    + " alone"
                                            : "If-Match is a condition on one row, and the request"
                                                    + " does not name one by its primary key")
                            .withCode("PGRST105")
                            .withHint(
                                    "write /rest/v1/{table}/{key}, or an eq filter for each column"
                                            + " of the key"));
        }
    }

    private static boolean isEquality(Condition condition) {
        return condition instanceof Condition.Comparison comparison
                && comparison.operator() == Operator.EQ;
    }

    private List<Column> requireKey(String purpose) {
        if (table.primaryKey().isEmpty()) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST,
                    "'%s' has no primary key to %s".formatted(table.name().name(), purpose));
        }
        return table.primaryKey();
    }

    private List<SQL> returning(Projection projection, boolean representation, boolean movesKeys) {
        List<SQL> returning = new ArrayList<>();
        returning.add(DSL.sql("1 as written"));
        returning.add(named(isNew(), "inserted"));
        int part = 1;
        for (Column column : table.primaryKey()) {
            returning.add(named(Sql.printed(Sql.column(column)), "key" + part));
            if (movesKeys) {
                returning.add(named(Sql.printed(DSL.quotedName("o", "o" + part)), "old" + part));
            }
            part++;
        }
        if (representation) {
            returning.add(named(projection.json(), "json"));
            returning.add(named(Sql.rowHash(table), "hash"));
        }
        return returning;
    }

    /**
     * Whether a row that an upsert returns was not there before: only an update has marked it with
     * its transaction. Where rows show no such mark, the statement's snapshot is asked, which does
     * not know a row that another has inserted since.
     */
    private QueryPart isNew() {
        boolean upsert =
                write.resolution().filter(Resolution.MERGE_DUPLICATES::equals).isPresent()
                        || (write.method() == Method.REPLACE && rowHashes.isEmpty());
        if (!upsert) {
            return DSL.sql(write.method() == Method.INSERT ? "true" : "false");
        }
        if (table.kind() == Table.Kind.TABLE) {
            return DSL.sql("({0} = 0)", DSL.quotedName("t", "xmax"));
        }
        List<org.jooq.Condition> same = new ArrayList<>();
        for (Column column : conflictTarget()) {
            same.add(
                    filters.equal(
                            column,
                            DSL.field(DSL.quotedName("e", column.name())),
                            Sql.column(column)));
        }
        return DSL.sql(
                "(not exists (select 1 from {0} as e where {1}))",
                DSL.quotedName(table.name().schema(), table.name().name()), DSL.and(same));
    }

    private List<Column> conflictTarget() {
        return write.onConflict().isEmpty()
                ? requireKey("recognise a row by")
                : write.onConflict().stream().map(name -> Columns.require(table, name)).toList();
    }

    /** Whether an upsert may give another key to a row that it recognised by other columns. */
    private boolean mayMoveKeysUnseen() {
        return write.resolution().filter(Resolution.MERGE_DUPLICATES::equals).isPresent()
                && !write.onConflict().isEmpty()
                && table.primaryKey().stream()
                        .anyMatch(column ->
                                bodyColumns.contains(column)
                                        && !write.onConflict().contains(column.name()));
    }
}
