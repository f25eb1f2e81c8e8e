package dev.tidemark.retrieval.query;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.Condition;
import dev.tidemark.common.request.OrderTerm;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Query;
import org.jooq.Select;
import org.jooq.SortField;
import org.jooq.impl.DSL;

/**
 * Makes a request's statement.
 *
 * <pre>
 * SELECT s.version, s.lsn, s.incarnation, s.followed, s.current, s.total, r.json
 * FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS version, …) s
 * LEFT JOIN LATERAL (SELECT row_to_json(…) AS json
 *                    FROM (SELECT … FROM film WHERE … ORDER BY … LIMIT …) t) r ON true
 * </pre>
 *
 * <p>The join makes an answer without rows have its version too, and a nested loop over one outer
 * row keeps the inner order. JSON is rendered outside of the LIMIT, or PostgreSQL might render
 * every row before it sorts.
 */
public final class ReadSql {

    private final Catalogue catalogue;
    private final Table table;
    private final CanonicalRequest request;
    private final LimitsProperties limits;
    private final ServerRole server;

    private ReadSql(
            Catalogue catalogue,
            Table table,
            CanonicalRequest request,
            LimitsProperties limits,
            ServerRole server) {
        this.catalogue = catalogue;
        this.table = table;
        this.request = request;
        this.limits = limits;
        this.server = server;
    }

    /**
     * The statement of a request for this table.
     *
     * @param server who is asked
     * @throws ProblemException 400 if it names what is not served or does not fit
     */
    public static TableQuery of(
            Catalogue catalogue,
            Table table,
            CanonicalRequest request,
            LimitsProperties limits,
            ServerRole server) {
        return new ReadSql(catalogue, table, request, limits, server).build();
    }

    /**
     * The statement of all requests that differ from this in their keys only; empty where a row is
     * not asked for by its key alone, or keys do not go into arrays.
     *
     * @throws ProblemException as {@link #of}
     */
    static Optional<RowsQuery> ofRows(
            Catalogue catalogue,
            Table table,
            CanonicalRequest request,
            LimitsProperties limits,
            ServerRole server) {
        boolean fits =
                request.isByKey()
                        && table.primaryKey().stream().allMatch(ReadSql::isUnnestable)
                        && table.primaryKey().size() == request.key().size();
        return fits
                ? Optional.of(new ReadSql(catalogue, table, request, limits, server).buildRows())
                : Optional.empty();
    }

    /** And what is printed of it names the row. */
    private static boolean isUnnestable(Column column) {
        return column.equalsByText() && column.type().hasArray() && !column.type().isArray();
    }

    private RowsQuery buildRows() {
        List<Column> key = table.primaryKey();
        Projection projection = Projection.of(table, catalogue.castTargets(), request.select());
        Filters filters = new Filters(catalogue, table);
        List<Field<?>> arrays = new ArrayList<>();
        List<Name> names = new ArrayList<>();
        List<Field<?>> selected = new ArrayList<>(List.of(DSL.field("s.*"), DSL.field("k.number")));
        List<org.jooq.Condition> conditions = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            Field<Object> value = DSL.field(DSL.quotedName("k", "v" + i));
            arrays.add(Sql.castToArray(DSL.val(RowsQuery.mark(i)), key.get(i).type()));
            names.add(DSL.quotedName("v" + i));
            selected.add(Sql.printed(value).as("asked" + (i + 1)));
            conditions.add(filters.equal(key.get(i), Sql.column(key.get(i)), value));
        }
        selected.add(DSL.field("r.*"));
        Select<?> row =
                DSL.select(columns(table.columns()))
                        .from(Sql.table(table))
                        .where(conditions)
                        .limit(1);
        Query query =
                Sql.context()
                        .select(selected)
                        .from(
                                DSL.sql(
                                        "({0}) as s cross join unnest({1}) with ordinality"
                                                + " as k ({2}, number)"
                                                + " left join lateral ({3}) as r on true",
                                        SnapshotSql.select(
                                                catalogue,
                                                server,
                                                SnapshotSql.fields(catalogue, table, server)),
                                        DSL.list(arrays),
                                        DSL.list(names),
                                        DSL.select(
                                                        projection.json().as("json"),
                                                        Sql.rowHash(table).as("hash"))
                                                .from(row.asTable(DSL.quotedName("t")))));
        return new RowsQuery(Sql.render(query), query.getBindValues(), key);
    }

    private TableQuery build() {
        Projection projection = Projection.of(table, catalogue.castTargets(), request.select());
        Filters filters = new Filters(catalogue, table);
        Condition.Junction where =
                request.isByKey() ? KeyFilter.of(table, request.key()) : request.where();
        org.jooq.Condition condition = filters.of(where);
        Optional<Pin> pin = Pin.of(table, where);
        boolean oneRow = pin.map(Pin::isOneRow).orElse(false);
        TableQuery.Keyed keyed =
                pin.map(found ->
                                found.equalsByText()
                                        ? TableQuery.Keyed.ASKED
                                        : found.isOneRow()
                                                ? TableQuery.Keyed.FOUND
                                                : TableQuery.Keyed.NO)
                        .orElse(TableQuery.Keyed.NO);

        List<Field<?>> head = new ArrayList<>(SnapshotSql.fields(catalogue, table, server));
        head.add(
                request.counted()
                        ? DSL.field(
                                        "({0})",
                                        Long.class,
                                        DSL.selectCount().from(Sql.table(table)).where(condition))
                                .as("total")
                        : DSL.field("cast(null as bigint)", Long.class).as("total"));
        if (keyed == TableQuery.Keyed.ASKED) {
            pin.ifPresent(found -> head.addAll(asked(found)));
        }
        List<Field<?>> rows = new ArrayList<>();
        rows.add(projection.json().as("json"));
        if (oneRow) {
            rows.add(Sql.rowHash(table).as("hash"));
            if (keyed == TableQuery.Keyed.FOUND) {
                rows.addAll(keyTexts());
            }
        }
        long limit = limit();
        Select<?> page =
                DSL.select(columns(oneRow ? table.columns() : projection.columns()))
                        .from(Sql.table(table))
                        .where(condition)
                        .orderBy(order(oneRow))
                        .limit(limit)
                        .offset(request.offset());
        Query query =
                Sql.context()
                        .select(DSL.field("s.*"), DSL.field("r.*"))
                        .from(
                                DSL.sql(
                                        "({0}) as s left join lateral ({1}) as r on true",
                                        SnapshotSql.select(catalogue, server, head),
                                        DSL.select(rows).from(page.asTable(DSL.quotedName("t")))));
        return new TableQuery(
                table,
                Sql.render(query),
                query.getBindValues(),
                filters.given(),
                request.offset(),
                limit,
                oneRow,
                oneRow || isTotal(request.order()),
                keyed,
                projection.hash(),
                projection.isSteady());
    }

    /**
     * Counts the rows of a query's page: for an answer that is too large to be counted in memory.
     */
    public static TableQuery pageCount(
            Catalogue catalogue, Table table, CanonicalRequest request, LimitsProperties limits) {
        ReadSql sql = new ReadSql(catalogue, table, request, limits, ServerRole.PRIMARY);
        Filters filters = new Filters(catalogue, table);
        Query query =
                Sql.context()
                        .select(DSL.count())
                        .from(
                                DSL.select(DSL.inline(1))
                                        .from(Sql.table(table))
                                        .where(filters.of(request.where()))
                                        .limit(sql.limit())
                                        .offset(request.offset())
                                        .asTable("page"));
        return new TableQuery(
                table,
                Sql.render(query),
                query.getBindValues(),
                List.of(),
                request.offset(),
                sql.limit(),
                false,
                false,
                TableQuery.Keyed.NO,
                "",
                true);
    }

    private static List<Field<?>> asked(Pin pin) {
        List<Field<?>> asked = new ArrayList<>();
        for (int i = 0; i < pin.columns().size(); i++) {
            asked.add(
                    DSL.field(
                                    "array(select distinct concat(v)"
                                            + " from unnest({0}) as u (v))",
                                    Object.class,
                                    Sql.castToArray(
                                            pin.values().get(i), pin.columns().get(i).type()))
                            .as("asked" + (i + 1)));
        }
        return asked;
    }

    private List<Field<?>> keyTexts() {
        List<Field<?>> keys = new ArrayList<>();
        for (Column column : table.primaryKey()) {
            keys.add(Sql.printed(Sql.column(column)).as("key" + (keys.size() + 1)));
        }
        return keys;
    }

    private static List<Field<Object>> columns(Collection<Column> columns) {
        return columns.stream().map(Sql::column).toList();
    }

    private List<SortField<?>> order(boolean oneRow) {
        List<SortField<?>> order = new ArrayList<>();
        for (OrderTerm term : request.order()) {
            Column column = Columns.require(table, term.column());
            if (catalogue.operators().find("<", column.type()).isEmpty()) {
                throw ProblemException.of(
                        ProblemType.BAD_REQUEST,
                        "rows cannot be ordered by the column '%s', which is of type %s"
                                .formatted(column.name(), column.declaredType()));
            }
            Field<Object> field = Sql.column(column);
            SortField<?> sorted = term.descending() ? field.desc() : field.asc();
            order.add(
                    term.nullsFirst()
                            .<SortField<?>>map(
                                    first -> first ? sorted.nullsFirst() : sorted.nullsLast())
                            .orElse(sorted));
        }
        if (request.order().isEmpty() && !oneRow) {
            table.primaryKey().forEach(column -> order.add(Sql.column(column).asc()));
        }
        return order;
    }

    /** Of heirs, each may have a row with the same key. */
    private boolean isTotal(List<OrderTerm> order) {
        Set<String> ordered =
                order.stream().map(OrderTerm::column).collect(Collectors.toUnmodifiableSet());
        return !table.primaryKey().isEmpty()
                && (table.rowNames().size() == 1 || table.kind() == Table.Kind.PARTITIONED)
                && (order.isEmpty()
                        || table.primaryKey().stream()
                                .allMatch(column -> ordered.contains(column.name())));
    }

    private long limit() {
        if (request.isByKey()) {
            return 1;
        }
        long asked = Math.min(request.limit().orElse(limits.defaultRows()), limits.maxRows());
        // The second row only tells that there is more than one.
        return request.object() ? Math.min(asked, 2) : asked;
    }
}
