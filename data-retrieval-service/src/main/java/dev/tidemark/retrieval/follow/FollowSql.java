package dev.tidemark.retrieval.follow;

/** The statements that look after the publication, for PostgreSQL 14 to 18. */
final class FollowSql {

    static final String IS_READER = "SELECT FROM tidemark.incarnation WHERE reader = ?";

    /** As JSON, so that a column that this version of PostgreSQL does not have is only absent. */
    static final String PUBLICATION =
            """
            SELECT p.puballtables, p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate
                     AS all_operations,
                   p.pubviaroot,
                   (SELECT string_agg(r.prrelid::regclass::text, ', ')
                    FROM pg_publication_rel r
                    WHERE r.prpubid = p.oid
                      AND (to_jsonb(r) -> 'prqual' <> 'null' OR to_jsonb(r) -> 'prattrs' <> 'null'))
                     AS partly
            FROM pg_publication p WHERE p.pubname = ?
            """;

    /** Since PostgreSQL 15. */
    static final String PUBLISHED_SCHEMAS =
            """
            SELECT FROM pg_publication_namespace s JOIN pg_publication p ON p.oid = s.pnpubid
            WHERE p.pubname = ?
            """;

    /**
     * Differs whenever there may be something to do: a number over all rows of the catalogues that
     * matter. First the schema alone, then with what is ours.
     *
     * <p>Columns are looked at only where no event trigger tells of them: there are many.
     */
    static final String FINGERPRINT =
            """
            SELECT concat_ws(' ',
              (SELECT sum(hashtextextended(concat_ws(' ', c.oid, c.relnamespace, c.relname,
                        c.relowner, c.relkind, c.relpersistence, c.relnatts, c.relrowsecurity,
                        c.relforcerowsecurity, c.relhassubclass, c.relispartition,
                        c.relreplident, c.relacl,
                        CASE WHEN c.relispartition THEN c.relfilenode END), 0))
               FROM pg_class c
               WHERE c.oid >= 16384 AND c.relpersistence <> 't'
                 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')),
              (SELECT sum(hashtextextended(concat_ws(' ', oid, nspname, nspacl), 0))
               FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'),
              (SELECT sum(hashtextextended(concat_ws(' ', i.indexrelid, i.indisprimary,
                        i.indisreplident, i.indimmediate, i.indisvalid), 0))
               FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
               WHERE i.indrelid >= 16384 AND (i.indisprimary OR i.indisreplident)
                 AND c.relpersistence <> 't'),
              (SELECT sum(hashtextextended(concat_ws(' ', inhparent, inhrelid), 0))
               FROM pg_inherits),
              (SELECT sum(hashtextextended(concat_ws(' ', oid, xmin), 0))
               FROM pg_rewrite WHERE ev_class >= 16384),
              (SELECT sum(hashtextextended(concat_ws(' ', oid, xmin), 0)) FROM pg_policy),
              (SELECT sum(hashtextextended(concat_ws(' ', oid, xmin), 0))
               FROM pg_proc WHERE oid >= 16384),
              (SELECT sum(hashtextextended(concat_ws(' ', a.attrelid, a.attnum, a.attname,
                        a.atttypid, a.atttypmod, a.attcollation, a.attisdropped, a.attacl), 0))
               FROM pg_attribute a
               WHERE a.attrelid >= 16384 AND a.attnum > 0
                 AND NOT EXISTS (SELECT FROM pg_event_trigger
                                 WHERE evtname = 'tidemark_ddl' AND evtenabled <> 'D')),
              (SELECT sum(hashtextextended(concat_ws(' ', oid, xmin), 0)) FROM pg_enum)
            ) AS schema,
            concat_ws(' ',
              (SELECT xmin FROM pg_publication WHERE pubname = ?),
              (SELECT sum(hashtextextended(concat_ws(' ', r.oid, r.prrelid, r.xmin), 0))
               FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
               WHERE p.pubname = ?),
              (SELECT sum(hashtextextended(concat_ws(' ', relid, since, name), 0))
               FROM tidemark.followed)
            ) AS ours
            """;

    /** Of all tables that are wanted, published or followed. */
    static final String STATUS =
            """
            WITH published AS (
              SELECT r.prrelid AS relid
              FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
              WHERE p.pubname = ?
            ), wanted AS (
              SELECT unnest(CAST(? AS oid[])) AS relid
            )
            SELECT s.relid, c.oid IS NOT NULL AS there, n.nspname, c.relname,
                   f.name AS known_as,
                   f.relid IS NOT NULL AS followed,
                   coalesce(f.since < pg_snapshot_xmax(pg_current_snapshot()), false) AS plausible,
                   EXISTS (SELECT FROM wanted w WHERE w.relid = s.relid) AS wanted,
                   EXISTS (SELECT FROM published p WHERE p.relid = s.relid) AS published,
                   coalesce(pg_has_role(c.relowner, 'USAGE'), false) AS owned,
                   tidemark.capture_obstacle(s.relid) AS obstacle
            FROM (SELECT relid FROM published UNION SELECT relid FROM wanted
                  UNION SELECT relid FROM tidemark.followed) s
            LEFT JOIN pg_class c ON c.oid = s.relid
            LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN tidemark.followed f ON f.relid = s.relid
            ORDER BY s.relid
            """;

    /**
     * A number for each partitioned table that differs after TRUNCATE of one of its partitions: of
     * that pgoutput is silent when partitions are published as their root. VACUUM FULL changes it
     * too, which costs misses.
     */
    static final String STORAGE =
            """
            SELECT n.nspname || '.' || root.relname AS name,
                   sum(hashtextextended(concat_ws(' ', leaf.oid, leaf.relfilenode), 0))::text
                     AS storage
            FROM pg_class root
            JOIN pg_namespace n ON n.oid = root.relnamespace
            CROSS JOIN LATERAL pg_partition_tree(root.oid) AS tree
            JOIN pg_class leaf ON leaf.oid = tree.relid
            WHERE root.relkind = 'p' AND tree.isleaf
            GROUP BY 1
            """;

    static final String OBSTACLE = "SELECT tidemark.capture_obstacle(CAST(? AS oid))";

    static final String FOLLOW =
            """
            INSERT INTO tidemark.followed (relid, since, name, publication)
            SELECT CAST(? AS oid), pg_current_xact_id(), ?, ?
            WHERE EXISTS (SELECT FROM tidemark.incarnation WHERE reader = ?)
            ON CONFLICT (relid) DO NOTHING
            """;

    static final String UNFOLLOW =
            """
            DELETE FROM tidemark.followed WHERE relid = CAST(? AS oid)
            """;

    static final String RENAME =
            """
            UPDATE tidemark.followed SET since = pg_current_xact_id(), name = ?, publication = ?
            WHERE relid = CAST(? AS oid)
            """;

    /**
     * Numbers over what is printed of values that are not changed with it: labels of enums and
     * names of the attributes of rows within rows. The same for ever where an event trigger tells
     * of them.
     */
    static final String LABELS =
            """
            SELECT concat_ws(' ',
              (SELECT sum(hashtextextended(concat_ws(' ', oid, xmin), 0)) FROM pg_enum),
              (SELECT sum(hashtextextended(
                        concat_ws(' ', a.attrelid, a.attnum, a.attname, a.attisdropped), 0))
               FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
               WHERE a.attnum > 0 AND c.oid >= 16384
                 AND (c.relkind = 'c'
                      OR EXISTS (SELECT FROM pg_attribute u JOIN pg_type t ON t.oid = u.atttypid
                                 WHERE u.attrelid >= 16384 AND u.attnum > 0
                                   AND c.reltype IN (t.oid, t.typelem, t.typbasetype))))
            ) AS labels
            WHERE NOT EXISTS (SELECT FROM pg_event_trigger
                              WHERE evtname = 'tidemark_ddl' AND evtenabled <> 'D')
            """;

    static final String TOLD = "SELECT name, mark FROM tidemark.told";

    static final String TELL =
            """
            INSERT INTO tidemark.told (name, mark) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET mark = excluded.mark
            """;

    static final String FORGET = "DELETE FROM tidemark.told WHERE name = ?";

    static final String EMIT = "SELECT pg_logical_emit_message(true, ?, ?)";

    private FollowSql() {}
}
