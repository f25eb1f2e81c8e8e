package dev.tidemark.retrieval.table;

/** The statements that PostgreSQL's catalogues (versions 14 to 18) are read with. */
final class CatalogueSql {

    /** What a view's rule or a row-level-security policy reads. */
    static final String READS =
            """
            SELECT DISTINCT r.ev_class AS reader, d.refobjid AS source
            FROM pg_rewrite r
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            WHERE r.ev_type = '1' AND d.refclassid = 'pg_class'::regclass
              AND d.refobjid <> r.ev_class
            UNION
            SELECT p.polrelid, d.refobjid
            FROM pg_policy p
            JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
            WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> p.polrelid
            """;

    static final String USABLE_SCHEMAS =
            """
            SELECT nspname FROM pg_namespace
            WHERE nspname = ANY(?) AND has_schema_privilege(oid, 'USAGE')
            """;

    static final String CHILDREN = "SELECT inhparent, inhrelid FROM pg_inherits";

    /** A domain's base type is found by descending: a domain may be made of another. */
    static final String COLUMNS =
            """
            WITH RECURSIVE served AS (
              SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ANY(?) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                AND a.attnum > 0 AND NOT a.attisdropped
                AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
            ), base AS (
              SELECT DISTINCT atttypid AS declared, atttypid AS type FROM served
              UNION
              SELECT base.declared, t.typbasetype
              FROM base JOIN pg_type t ON t.oid = base.type WHERE t.typtype = 'd'
            )
            SELECT s.attrelid, s.attnum, s.attname,
                   format_type(s.atttypid, s.atttypmod) AS declared,
                   coalesce(l.collisdeterministic, true) AS deterministic,
                   tn.nspname AS type_schema, t.typname, format_type(t.oid, NULL) AS display,
                   t.typtype, t.typcategory, t.typarray <> 0 AS has_array, t.typdelim
            FROM served s
            JOIN base b ON b.declared = s.atttypid
            JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
            JOIN pg_namespace tn ON tn.oid = t.typnamespace
            LEFT JOIN pg_collation l ON l.oid = s.attcollation
            ORDER BY s.attrelid, s.attnum
            """;

    /** Of one table, as {@link #COLUMNS} has them of all. */
    static final String COLUMN_NAMES =
            """
            SELECT a.attname
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND a.attnum > 0 AND NOT a.attisdropped
              AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
            """;

    static final String PRIMARY_KEYS =
            """
            SELECT i.indrelid, k.attnum
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
            WHERE i.indisprimary AND k.position <= i.indnkeyatts AND n.nspname = ANY(?)
            ORDER BY i.indrelid, k.position
            """;

    static final String OPERATORS =
            """
            SELECT o.oprname, n.nspname, ln.nspname || '.' || l.typname AS lhs,
                   rn.nspname || '.' || r.typname AS rhs
            FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
            JOIN pg_type l ON l.oid = o.oprleft JOIN pg_namespace ln ON ln.oid = l.typnamespace
            JOIN pg_type r ON r.oid = o.oprright JOIN pg_namespace rn ON rn.oid = r.typnamespace
            WHERE o.oprname = ANY(?)
            """;

    static final String CAST_TARGETS =
            """
            SELECT n.nspname, t.typname
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE (n.nspname = 'pg_catalog' AND t.typname = ANY(?))
               OR (n.nspname = ANY(?) AND t.typtype IN ('e', 'd')
                   AND has_type_privilege(t.oid, 'USAGE'))
            ORDER BY n.nspname = 'pg_catalog', array_position(?, n.nspname::text) DESC
            """;

    static final String TEXT_SEARCH_CONFIGURATIONS =
            "SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace";

    static final String DATABASE =
            """
            SELECT (SELECT oid FROM pg_database WHERE datname = current_database()) AS oid,
                   NOT pg_is_in_recovery()
                   AND coalesce(
                     (SELECT has_schema_privilege(n.oid, 'USAGE')
                             AND has_table_privilege(c.oid, 'SELECT')
                      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = ? AND c.relname = 'incarnation'),
                     false) AS has_incarnation,
                   -- A schema that is older than this program may lack columns.
                   (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
                    WHERE n.nspname = ? AND has_table_privilege(c.oid, 'SELECT')
                      AND (c.relname, a.attname) IN
                          (('followed', 'relid'), ('followed', 'since'),
                           ('incarnation', 'announced'), ('incarnation', 'policies'),
                           ('incarnation', 'server_started'))) = 5
                     AS has_followed,
                   has_function_privilege('pg_control_system()', 'EXECUTE')
                   AND has_function_privilege('pg_control_checkpoint()', 'EXECUTE') AS has_control
            """;

    static final String CONTROL =
            """
            -- After a promotion the control file has the old timeline until the first checkpoint.
            SELECT s.system_identifier,
                   CASE WHEN pg_is_in_recovery() THEN c.timeline_id
                        ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))
                             ::bit(32)::int
                   END AS timeline_id
            FROM pg_control_system() s, pg_control_checkpoint() c
            """;

    private CatalogueSql() {}
}
