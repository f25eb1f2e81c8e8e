package dev.tidemark.retrieval.query;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.SelectItem;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.table.CastTargets;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.Table;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** Which columns the answer has, and under which names. */
final class Projection {

    private final List<Output> outputs;

    /** What a whole row is called in SQL. */
    private final String rowName;

    /**
     * A member of the answer's objects.
     *
     * @param name the column's, or the alias of the request
     */
    private record Output(Column column, String name, Optional<CastTargets.Target> cast) {

        boolean isAliased() {
            return !name.equals(column.name());
        }

        Field<Object> value() {
            return cast.map(target ->
                            DSL.field(
                                    target.array() ? "cast({0} as {1}[])" : "cast({0} as {1})",
                                    Object.class,
                                    Sql.column(column),
                                    DSL.quotedName(target.schema(), target.name())))
                    .orElseGet(() -> Sql.column(column));
        }
    }

    private Projection(List<Output> outputs, String rowName) {
        this.outputs = outputs;
        this.rowName = rowName;
    }

    static Projection of(Table table, CastTargets castTargets, List<SelectItem> select) {
        // A set: what is named twice in the same way is meant once.
        Set<Output> outputs = new LinkedHashSet<>();
        for (SelectItem item : select.isEmpty() ? List.of(SelectItem.ALL) : select) {
            if (item.isAll()) {
                for (Column column : table.columns()) {
                    outputs.add(new Output(column, column.name(), Optional.empty()));
                }
            } else {
                Column column = Columns.require(table, item.column());
                outputs.add(
                        new Output(
                                column,
                                item.alias().orElse(column.name()),
                                item.cast().map(type -> target(castTargets, type))));
            }
        }
        Map<String, Output> byName = new HashMap<>();
        for (Output output : outputs) {
            if (byName.put(output.name(), output) != null) {
                throw ProblemException.of(
                        ProblemType.BAD_REQUEST,
                        "select gives two different members the name '" + output.name() + "'",
                        "rename one of them, as in other_name:" + output.column().name());
            }
        }
        return new Projection(List.copyOf(outputs), rowName(table));
    }

    /** Not the name of a column: PostgreSQL would take it for that, not for the row. */
    private static String rowName(Table table) {
        String name = "x";
        while (table.column(name).isPresent()) {
            name += "x";
        }
        return name;
    }

    private static CastTargets.Target target(CastTargets castTargets, String type) {
        return castTargets
                .find(type)
                .orElseThrow(() ->
                        ProblemException.of(
                                ProblemType.BAD_REQUEST,
                                "select casts to '" + type + "', which is no type to cast to",
                                "cast to a built-in scalar type, or to an enum or domain of the"
                                        + " served schemas"));
    }

    /** The columns that are read for it. */
    Set<Column> columns() {
        Set<Column> columns = new LinkedHashSet<>();
        outputs.forEach(output -> columns.add(output.column()));
        return columns;
    }

    /** One row as JSON, rendered by PostgreSQL. */
    Field<Object> json() {
        if (outputs.stream().anyMatch(Output::isAliased)) {
            return jsonInPieces();
        }
        List<Field<Object>> values = new ArrayList<>();
        for (Output output : outputs) {
            values.add(output.value().as(DSL.quotedName(output.column().name())));
        }
        return DSL.field(
                "(select cast(row_to_json({0}) as pg_catalog.text) from ({1}) as {0})",
                Object.class, DSL.quotedName(rowName), DSL.select(values));
    }

    /**
     * As {@code row_to_json} has it, but with names of the request, which are values here and not
     * identifiers (which could not be longer than 63 bytes either).
     */
    private Field<Object> jsonInPieces() {
        List<Field<Object>> pieces = new ArrayList<>();
        String before = "{";
        for (Output output : outputs) {
            pieces.add(Sql.castToText(DSL.val(before + Json.quote(output.name()) + ':')));
            pieces.add(
                    DSL.field(
                            "coalesce(cast(to_json({0}) as pg_catalog.text), 'null')",
                            Object.class, output.value()));
            before = ",";
        }
        pieces.add(DSL.field("'}'", Object.class));
        // An array is flat; a chain of || nests as deep as it is long, here and in PostgreSQL.
        return DSL.field("array_to_string(array[{0}], '')", Object.class, DSL.list(pieces));
    }

    /** Whether all of it gives the same whenever it is read. */
    boolean isSteady() {
        return outputs.stream()
                .noneMatch(output ->
                        output.cast()
                                .map(target ->
                                        ClockWords.castDependsOnTime(
                                                output.column().type(),
                                                target.schema(),
                                                target.name()))
                                .orElse(false));
    }

    /** 16 hexadecimal digits that differ where two projections do, table definitions included. */
    String hash() {
        StringBuilder text = new StringBuilder();
        for (Output output : outputs) {
            text.append(Json.quote(output.column().name()))
                    .append(' ')
                    .append(Json.quote(output.column().declaredType()))
                    .append(' ')
                    .append(Json.quote(output.name()))
                    .append(output.cast())
                    .append('\n');
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
