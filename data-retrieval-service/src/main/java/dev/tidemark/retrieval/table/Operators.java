package dev.tidemark.retrieval.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which operator PostgreSQL would take for two values of a type. Asked of its catalogue beforehand,
 * for two reasons: a client is told which column does not fit, and since no schema is searched,
 * operators of an extension's types (citext) have to be named.
 */
public final class Operators {

    /** Those that requests can ask for. */
    static final List<String> SYMBOLS =
            List.of(
                    "=", "<>", "<", "<=", ">", ">=", "~~", "~~*", "~", "~*", "@>", "<@", "&&",
                    "@@");

    private final Set<Signature> signatures;

    /**
     * A binary operator.
     *
     * @param schema where it is defined
     * @param left the type of its left operand, qualified
     * @param right the type of its right operand, qualified
     */
    record Signature(String symbol, String schema, String left, String right) {}

    /**
     * How to write an operator.
     *
     * @param symbol one of {@link #SYMBOLS}
     * @param schema where it is defined; empty for PostgreSQL's own
     * @param asText whether it takes text on its right, whatever the column is
     */
    public record Found(String symbol, Optional<String> schema, boolean asText) {}

    Operators(Set<Signature> signatures) {
        this.signatures = Set.copyOf(signatures);
    }

    /** The operator for a column of this type and a value; empty if there is none. */
    public Optional<Found> find(String symbol, SqlType type) {
        String own = type.schema() + '.' + type.name();
        // The type's own schema comes first, and no other is asked: anyone who may create in some
        // schema could plant an operator there.
        for (String schema : schemas(type)) {
            if (has(symbol, schema, own, own)) {
                return Optional.of(found(symbol, schema, false));
            }
            if (type.isString() && has(symbol, schema, own, "pg_catalog.text")) {
                return Optional.of(found(symbol, schema, true));
            }
        }
        for (String general : general(type)) {
            if (has(symbol, SqlType.SYSTEM, general, general)) {
                return Optional.of(
                        found(symbol, SqlType.SYSTEM, general.equals("pg_catalog.text")));
            }
        }
        return Optional.empty();
    }

    private static List<String> schemas(SqlType type) {
        return type.isSystem() ? List.of(SqlType.SYSTEM) : List.of(type.schema(), SqlType.SYSTEM);
    }

    private static List<String> general(SqlType type) {
        List<String> general = new ArrayList<>();
        switch (type.kind()) {
            case 'e' -> general.add("pg_catalog.anyenum");
            case 'r' -> general.add("pg_catalog.anyrange");
            case 'm' -> general.add("pg_catalog.anymultirange");
            case 'c' -> general.add("pg_catalog.record");
            default -> {
                if (type.isArray()) {
                    general.add("pg_catalog.anyarray");
                } else if (type.isString()) {
                    general.add("pg_catalog.text");
                } else if (type.is("cidr")) {
                    general.add("pg_catalog.inet");
                }
            }
        }
        return general;
    }

    private boolean has(String symbol, String schema, String left, String right) {
        return signatures.contains(new Signature(symbol, schema, left, right));
    }

    private static Found found(String symbol, String schema, boolean asText) {
        return new Found(
                symbol,
                schema.equals(SqlType.SYSTEM) ? Optional.empty() : Optional.of(schema),
                asText);
    }
}
