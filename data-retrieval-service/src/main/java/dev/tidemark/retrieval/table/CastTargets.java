package dev.tidemark.retrieval.table;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The types that {@code select=column::type} may name: an allow-list, resolved beforehand. */
public final class CastTargets {

    /**
     * Harmless types of PostgreSQL's own. Left out are those whose input looks things up, such as
     * regclass: they would tell what exists.
     */
    static final Set<String> SYSTEM_TYPES =
            Set.of(
                    "int2",
                    "int4",
                    "int8",
                    "numeric",
                    "float4",
                    "float8",
                    "money",
                    "text",
                    "varchar",
                    "bpchar",
                    "name",
                    "bool",
                    "date",
                    "time",
                    "timetz",
                    "timestamp",
                    "timestamptz",
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
                    "tsvector",
                    "point",
                    "oid");

    /** The names of the SQL standard and their like, which are grammar and not in any catalogue. */
    private static final Map<String, String> ALIASES =
            Map.ofEntries(
                    Map.entry("smallint", "int2"),
                    Map.entry("int", "int4"),
                    Map.entry("integer", "int4"),
                    Map.entry("bigint", "int8"),
                    Map.entry("decimal", "numeric"),
                    Map.entry("real", "float4"),
                    Map.entry("float", "float8"),
                    Map.entry("double precision", "float8"),
                    Map.entry("character varying", "varchar"),
                    // char alone would cut to one character, which nobody who asks for it means.
                    Map.entry("character", "bpchar"),
                    Map.entry("char", "bpchar"),
                    Map.entry("boolean", "bool"),
                    Map.entry("timestamp with time zone", "timestamptz"),
                    Map.entry("timestamp without time zone", "timestamp"),
                    Map.entry("time with time zone", "timetz"),
                    Map.entry("time without time zone", "time"),
                    Map.entry("bit varying", "varbit"));

    private final Map<String, Target> targets;

    /**
     * A type to cast to.
     *
     * @param array whether an array of it is meant
     */
    public record Target(String schema, String name, boolean array) {}

    /**
     * @param targets by name: the system's own and enums and domains of the served schemas
     */
    CastTargets(Map<String, Target> targets) {
        this.targets = Map.copyOf(targets);
    }

    /** What a client's word for a type means; empty if it is none that may be cast to. */
    public Optional<Target> find(String text) {
        boolean array = text.endsWith("[]");
        String name = array ? text.substring(0, text.length() - 2) : text;
        String lower = name.toLowerCase(Locale.ROOT);
        Target target = targets.get(name);
        if (target == null) {
            target = targets.get(ALIASES.getOrDefault(lower, lower));
        }
        return Optional.ofNullable(target)
                .map(found -> new Target(found.schema(), found.name(), array));
    }
}
