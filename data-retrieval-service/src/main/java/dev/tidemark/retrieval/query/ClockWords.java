package dev.tidemark.retrieval.query;

import dev.tidemark.retrieval.table.SqlType;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells values that mean another moment whenever they are read: {@code today} as a date, for one.
 * An answer that depends on such a value changes without any change in the database.
 */
final class ClockWords {

    /** PostgreSQL takes them in any case, anywhere in a value, several times over. */
    private static final Pattern WORDS =
            Pattern.compile("now|today|tomorrow|yesterday", Pattern.CASE_INSENSITIVE);

    private static final Pattern LETTER = Pattern.compile("\\p{IsAlphabetic}");

    private static final Set<String> TIMES = Set.of("date", "time", "timestamp", "timestamptz");

    /** Those that are made of times only. */
    private static final Set<String> RANGES =
            Set.of(
                    "daterange",
                    "tsrange",
                    "tstzrange",
                    "datemultirange",
                    "tsmultirange",
                    "tstzmultirange");

    /** Those whose input is the same whenever it is read, beside all kinds of text. */
    private static final Set<String> STEADY =
            Set.of(
                    "int2",
                    "int4",
                    "int8",
                    "numeric",
                    "float4",
                    "float8",
                    "money",
                    "oid",
                    "bool",
                    "interval",
                    "uuid",
                    "bytea",
                    "json",
                    "jsonb",
                    "xml",
                    "inet",
                    "cidr",
                    "macaddr",
                    "macaddr8",
                    "bit",
                    "varbit",
                    "char",
                    "tsvector",
                    "tsquery",
                    "point",
                    "line",
                    "lseg",
                    "box",
                    "path",
                    "polygon",
                    "circle",
                    "int4range",
                    "int8range",
                    "numrange",
                    "int4multirange",
                    "int8multirange",
                    "nummultirange",
                    "pg_lsn",
                    "xid8",
                    "jsonpath");

    private ClockWords() {}

    /** Whether this text, read as a value of this type, may depend on when it is read. */
    static boolean dependsOnTime(String text, SqlType type) {
        if (isSteady(type)) {
            return false;
        }
        String name = element(type);
        if (type.isSystem() && (TIMES.contains(name) || RANGES.contains(name))) {
            return WORDS.matcher(text).find();
        }
        // Of other types nothing is known; and a named time zone makes timetz depend on the date.
        return LETTER.matcher(text).find();
    }

    /** Whether a value of a column, cast to a type, may depend on when it is read. */
    static boolean castDependsOnTime(SqlType from, String schema, String name) {
        boolean steady = schema.equals("pg_catalog") && (STEADY.contains(name) || isText(name));
        return !steady && !(from.isSystem() && TIMES.contains(from.name()));
    }

    private static boolean isSteady(SqlType type) {
        return type.isString()
                || type.kind() == 'e'
                || (type.isSystem() && (STEADY.contains(element(type)) || isText(element(type))));
    }

    private static boolean isText(String name) {
        return switch (name) {
            case "text", "varchar", "bpchar", "name" -> true;
            default -> false;
        };
    }

    /** PostgreSQL names an array after its elements. */
    private static String element(SqlType type) {
        return type.isArray() && type.name().startsWith("_")
                ? type.name().substring(1)
                : type.name();
    }
}
