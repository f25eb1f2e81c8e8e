package dev.tidemark.retrieval.query;

import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Followability;
import dev.tidemark.retrieval.table.Table;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jooq.Field;
import org.jooq.Select;
import org.jooq.impl.DSL;

/**
 * What a statement says of its snapshot: the answer's version and identity, and whether the log
 * tells of all that may change it.
 *
 * <p>All of it is read in the statement that reads the data, so it is true of that very snapshot,
 * however old what this process knows may be.
 */
final class SnapshotSql {

    private static final String LSN =
            "case when pg_is_in_recovery() then pg_last_wal_replay_lsn()"
                    + " else pg_current_wal_insert_lsn() end";

    /** Of a server that is none, a number that no incarnation has. */
    private static final String LINEAGE =
            "coalesce(case when pg_is_in_recovery()"
                    + " then (select l.incarnation from tidemark.lineage as l) end, 0)";

    private static final String XMIN = "pg_snapshot_xmin(pg_current_snapshot())";

    /**
     * As if the transactions announced had ended: their changes will be stamped above this. (Not
     * for a standby, whose list of those in progress is empty.)
     */
    private static final String VERSION =
            "case when cardinality(i.announced) > 0 then"
                    + " coalesce((select x from pg_snapshot_xip(pg_current_snapshot()) as x"
                    + " where x <> all (i.announced) order by x limit 1),"
                    + " pg_snapshot_xmax(pg_current_snapshot())) else "
                    + XMIN
                    + " end";

    /** Whether the log tells of this run of the server. */
    private static final String IS_TOLD =
            "(i.number <> 0 and i.server_started = pg_postmaster_start_time()) is true";

    /** What {@link PrimaryFacts} are read from. */
    static final String FACTS =
            "select "
                    + VERSION
                    + "::text as version, pg_current_wal_insert_lsn()::text as lsn,"
                    + " i.number as incarnation, i.policies as policies from"
                    + " tidemark.incarnation as i where "
                    + IS_TOLD;

    private SnapshotSql() {}

    static List<Field<?>> fields(Catalogue catalogue, Table table, ServerRole server) {
        return server == ServerRole.PRIMARY
                ? ofPrimary(catalogue, table)
                : ofReplica(table.followability());
    }

    /**
     * What a replica cannot know, the primary is asked beside: here is only what was replayed. Its
     * incarnation is that of its lineage.
     */
    private static List<Field<?>> ofReplica(Followability followability) {
        return List.of(
                Sql.castToText(DSL.field(XMIN)).as("version"),
                Sql.castToText(DSL.field("pg_last_wal_replay_lsn()")).as("lsn"),
                DSL.field(LINEAGE, Long.class).as("incarnation"),
                DSL.field("cast(null as bigint)", Long.class).as("policies"),
                DSL.field(
                                followability.isFollowable() ? captured(followability) : "false",
                                Boolean.class)
                        .as("followed"),
                current(followability));
    }

    private static List<Field<?>> ofPrimary(Catalogue catalogue, Table table) {
        boolean following = catalogue.following().isPresent();
        Followability followability = table.followability();
        boolean followable = following && followability.isFollowable();
        return List.of(
                Sql.castToText(DSL.field(following ? VERSION : XMIN)).as("version"),
                Sql.castToText(DSL.field(LSN)).as("lsn"),
                DSL.field(
                                catalogue.hasIncarnation()
                                        ? "coalesce(i.number, 0)"
                                        : "cast(0 as bigint)",
                                Long.class)
                        .as("incarnation"),
                DSL.field(following ? "i.policies" : "cast(null as bigint)", Long.class)
                        .as("policies"),
                DSL.field(
                                followable ? IS_TOLD + " and " + captured(followability) : "false",
                                Boolean.class)
                        .as("followed"),
                followable ? current(followability) : DSL.field("true").as("current"));
    }

    private static Field<?> current(Followability followability) {
        return (followability.isFollowable()
                        ? DSL.field(
                                "({0} = {1})",
                                Boolean.class,
                                DSL.field(followability.mark().sql()),
                                DSL.val(followability.mark().expected()))
                        : DSL.field("true", Boolean.class))
                .as("current");
    }

    /**
     * Whether the changes of all sources are captured, and were so when the oldest transaction that
     * the snapshot does not show began. By the plain xmin: an announced writer may well be older.
     */
    private static String captured(Followability followability) {
        Collection<Long> sources = new TreeSet<>(followability.sources());
        return "(select count(*) from tidemark.followed as f"
                + " where f.relid = any (cast('{%s}' as oid[])) and f.since < %s) = %d"
                        .formatted(
                                sources.stream()
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(",")),
                                XMIN,
                                sources.size());
    }

    /** One row, whether there is an incarnation or not. */
    static Select<?> select(Catalogue catalogue, ServerRole server, List<Field<?>> fields) {
        return server == ServerRole.PRIMARY && catalogue.hasIncarnation()
                ? DSL.select(fields)
                        .from(
                                DSL.sql(
                                        "(select 1) as one"
                                                + " left join tidemark.incarnation as i on true"))
                : DSL.select(fields);
    }
}
