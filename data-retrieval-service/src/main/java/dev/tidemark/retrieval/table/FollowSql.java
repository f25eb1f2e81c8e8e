package dev.tidemark.retrieval.table;

/** The statements behind {@link FollowFacts}, for PostgreSQL 14 to 18. */
final class FollowSql {

    static final String RELATIONS =
            """
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relnamespace,
                   c.relpersistence = 'p' AS logged, c.relreplident, c.relrowsecurity,
                   c.relhassubclass, %s AS text, %s AS schema_text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
              AND c.relpersistence <> 't'
            """
                    .formatted(CatalogueMark.RELATION, CatalogueMark.SCHEMA);

    static final String INDEXES =
            """
            SELECT i.indrelid, i.indexrelid, i.indisprimary, i.indisreplident, i.indimmediate,
                   i.indisvalid,
                   array_agg(a.attname::text ORDER BY k.position) AS columns,
                   bool_or(a.attgenerated <> '') AS generated
            FROM pg_index i
            CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE (i.indisprimary OR i.indisreplident) AND k.position <= i.indnkeyatts
            GROUP BY i.indexrelid
            ORDER BY i.indexrelid
            """;

    static final String GENERATED =
            "SELECT DISTINCT attrelid FROM pg_attribute WHERE attgenerated <> ''"
                    + " AND NOT attisdropped";

    static final String DEFINITIONS =
            """
            SELECT 'r' AS kind, r.oid, r.ev_class AS relation, r.xmin::text AS xmin
            FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
            WHERE r.ev_type = '1' AND c.relkind = 'v'
              AND c.relnamespace NOT IN
                  (SELECT oid FROM pg_namespace
                   WHERE nspname IN ('pg_catalog', 'information_schema'))
            UNION ALL
            SELECT 'p', oid, polrelid, xmin::text FROM pg_policy WHERE polcmd IN ('r', '*')
            ORDER BY 1, 2
            """;

    /**
     * What the trees of rules and policies mention. Read from their text because {@code pg_depend}
     * has nothing that is PostgreSQL's own. Names are escaped in it and constants are bytes, so
     * nothing that a user writes looks like a field.
     */
    static final String USES =
            """
            WITH tree AS (
              SELECT 'r' AS kind, oid, ev_action::text AS text FROM pg_rewrite WHERE oid = ANY(?)
              UNION ALL
              SELECT 'p', oid, polqual::text FROM pg_policy WHERE oid = ANY(?)
            )
            SELECT DISTINCT t.kind, t.oid, m[1] AS field, m[2]::oid AS used,
                   CASE m[1] WHEN 'relid' THEN m[2]::oid::regclass::text
                             WHEN 'resulttype' THEN m[2]::oid::regtype::text ELSE '' END AS name
            FROM tree t CROSS JOIN LATERAL
              regexp_matches(t.text,
                ':(funcid|opno|aggfnoid|winfnoid|relid|resulttype) ([0-9]+)', 'g') m
            WHERE m[2] <> '0'
              AND (m[1] <> 'resulttype' OR position('{COERCEVIAIO ' IN t.text) > 0)
            UNION
            SELECT DISTINCT t.kind, t.oid, '', 0::oid, m[1]
            FROM tree t CROSS JOIN LATERAL
              regexp_matches(t.text,
                '\\{(SQLVALUEFUNCTION|TABLESAMPLECLAUSE|JSONEXPR|TABLEFUNC|CURRENTOFEXPR) ', 'g') m
            """;

    /** Whatever of these is not immutable, and whatever users made. */
    static final String FUNCTIONS =
            """
            SELECT used.kind, used.oid AS used, p.oid, p.oid::regprocedure::text AS display,
                   p.proname, p.prosrc, p.provolatile = 'i' AS immutable,
                   p.pronamespace = 'pg_catalog'::regnamespace AS system, p.xmin::text AS xmin
            FROM (
              SELECT 'FUNCTION' AS kind, oid, oid AS function FROM pg_proc WHERE oid = ANY(?)
              UNION ALL
              SELECT 'OPERATOR', oid, oprcode FROM pg_operator WHERE oid = ANY(?)
              UNION ALL
              SELECT 'AGGREGATE', oid, oid FROM pg_proc WHERE oid = ANY(?)
              UNION ALL
              SELECT 'AGGREGATE', a.aggfnoid, f.oid
              FROM pg_aggregate a CROSS JOIN LATERAL
                unnest(ARRAY[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn,
                             a.aggminvtransfn, a.aggmfinalfn]::oid[]) AS f (oid)
              WHERE a.aggfnoid = ANY(?)
              UNION ALL
              SELECT 'INPUT', oid, typinput FROM pg_type WHERE oid = ANY(?)
            ) used
            JOIN pg_proc p ON p.oid = used.function
            WHERE p.provolatile <> 'i' OR p.pronamespace <> 'pg_catalog'::regnamespace
            """;

    /** The tables whose changes are captured. */
    static final String FOLLOWED = "SELECT relid FROM tidemark.followed";

    private FollowSql() {}
}
