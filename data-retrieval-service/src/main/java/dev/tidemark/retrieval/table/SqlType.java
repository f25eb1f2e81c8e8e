package dev.tidemark.retrieval.table;

import java.util.Set;

/**
 * A type of PostgreSQL that is not a domain.
 *
 * @param schema {@code pg_catalog}, or where an extension or a user made it
 * @param display as PostgreSQL's messages have it: {@code integer}, not {@code int4}
 * @param kind {@code pg_type.typtype}: b(ase), c(omposite), e(num), r(ange), m(ultirange)
 * @param category {@code pg_type.typcategory}: A(rray), S(tring), B(oolean) and others
 * @param hasArray whether there is an array type of it
 * @param delimiter what separates elements of that array
 */
public record SqlType(
        String schema,
        String name,
        String display,
        char kind,
        char category,
        boolean hasArray,
        char delimiter) {

    static final String SYSTEM = "pg_catalog";

    /**
     * Types of which two equal values are always printed alike. Not among them, for instance:
     * numeric (1.0 = 1.00), float (0 = -0), char(n) (trailing spaces), interval (24 hours = 1 day).
     */
    private static final Set<String> PRINTED_ALIKE =
            Set.of(
                    "int2",
                    "int4",
                    "int8",
                    "oid",
                    "text",
                    "varchar",
                    "name",
                    "char",
                    "uuid",
                    "bool",
                    "bytea",
                    "date",
                    "time",
                    "timestamp",
                    "timestamptz",
                    "inet",
                    "cidr",
                    "macaddr",
                    "macaddr8",
                    "bit",
                    "varbit",
                    "xid8",
                    "pg_lsn");

    public boolean isSystem() {
        return schema.equals(SYSTEM);
    }

    public boolean isArray() {
        return category == 'A';
    }

    public boolean isBoolean() {
        return category == 'B';
    }

    /** Text in any form: text, varchar, char(n), name, citext. */
    public boolean isString() {
        return category == 'S';
    }

    public boolean is(String systemType) {
        return isSystem() && name.equals(systemType);
    }

    /**
     * Whether equality of values is equality of their texts, given a deterministic collation. Only
     * then does the text of a value that was not found name the row that might appear later.
     */
    public boolean equalsByText() {
        return kind == 'e' || (isSystem() && PRINTED_ALIKE.contains(name));
    }
}
