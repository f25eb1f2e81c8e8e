package dev.tidemark.retrieval.follow;

import dev.tidemark.retrieval.change.FollowedTables;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.retrieval.table.Source;
import dev.tidemark.retrieval.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the publication and {@code tidemark.followed} as the schema wants them: what can be
 * followed is in both, what cannot in neither.
 *
 * <p>A table is followed only from a second transaction on, which begins after the one that put it
 * into the publication has committed. Whoever began to write before the second has ended when an
 * answer is called followed, since its snapshot's xmin is above that transaction's number; whoever
 * began later writes to a published table. Removing is one transaction, with a message that makes
 * all answers of the table invalid.
 *
 * <p>A table whose users' own UPDATE would fail is never published: under the lock that ALTER
 * PUBLICATION takes on the table, which keeps its keys as they are, it is looked at once more.
 */
public final class PublicationUpkeep implements FollowedTables {

    private static final Logger log = LoggerFactory.getLogger(PublicationUpkeep.class);

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** So many looks at the catalogue, soon a second apart. */
    private static final int UNREADABLE_MAX = 10;

    private final LiveCatalogue liveCatalogue;
    private final Publication publication;
    private volatile Map<String, String> obstacles = Map.of();
    private int unreadable;

    private @Nullable Seen seen;

    /**
     * What everything was last brought up to.
     *
     * @param outdated whether the catalogue is being read again
     */
    private record Seen(
            Catalogue catalogue, UUID reader, Fingerprint fingerprint, boolean outdated) {

        @SuppressWarnings("ReferenceEquality") // another reading, even of the same
        boolean is(Catalogue otherCatalogue, UUID otherReader, Fingerprint otherFingerprint) {
            return catalogue == otherCatalogue
                    && reader.equals(otherReader)
                    && fingerprint.equals(otherFingerprint);
        }
    }

    private record Fingerprint(String schema, String ours) {}

    /** A row of {@link FollowSql#STATUS}. */
    private record Status(
            long oid,
            Optional<TableName> name,
            Optional<String> knownAs,
            boolean followed,
            boolean plausible,
            boolean wanted,
            boolean published,
            boolean owned,
            Optional<String> obstacle) {

        TableName there() {
            return name.orElseThrow();
        }

        boolean mayBeFollowed() {
            return name.isPresent() && obstacle.isEmpty();
        }
    }

    PublicationUpkeep(LiveCatalogue liveCatalogue, String publication) {
        this.liveCatalogue = liveCatalogue;
        this.publication = new Publication(publication);
    }

    /** Why tables that could be followed are not: it is not this role's to publish them. */
    public Map<String, String> obstacles() {
        return obstacles;
    }

    /**
     * Adds what can be followed and is not yet, takes out what no longer can, and tells the log of
     * every table and view that is no longer what it was when it was last told. Cheap when there is
     * nothing to do. Never called twice at a time.
     *
     * @param connection in autocommit mode, and left so
     * @param reader who must be the one that Tidemark's incarnation belongs to, or nothing is done
     * @throws UnusablePublicationException if there is a publication that leaves changes out
     */
    @Override
    public boolean bring(Connection connection, UUID reader) throws SQLException {
        Optional<Catalogue> current = liveCatalogue.current();
        if (current.flatMap(Catalogue::following).isEmpty()) {
            liveCatalogue.refresh(); // Tidemark's schema may have been made since
            tellThatNothingIsReadable();
            return false;
        }
        Catalogue catalogue = current.get();
        Statements statements = new Statements(connection);
        Fingerprint now = fingerprint(statements);
        Seen before = seen;
        if (before != null && before.is(catalogue, reader, now)) {
            return !before.outdated();
        }
        if (!statements.exists(FollowSql.IS_READER, reader)) {
            return true;
        }
        publication.require(connection);
        reconcile(statements, catalogue.following().get(), reader);
        new SchemaTeller(statements).tell(catalogue, reader);
        Fingerprint after = fingerprint(statements);
        boolean outdated =
                (before != null && !before.fingerprint().schema().equals(now.schema()))
                        || !after.ours().equals(now.ours()); // it says what is followed, too
        if (outdated) {
            liveCatalogue.refresh();
        }
        // The schema as it was before: what changed meanwhile is looked at next time.
        seen = new Seen(catalogue, reader, new Fingerprint(now.schema(), after.ours()), outdated);
        return !outdated;
    }

    /** At the start the schema may be in the making, so not at once; and once. */
    private void tellThatNothingIsReadable() {
        if (++unreadable == UNREADABLE_MAX) {
            log.warn(
                    "Changes are captured, but nothing is followed: the role that reads"
                            + " (tidemark.database.url) may not read Tidemark's tables. GRANT USAGE"
                            + " ON SCHEMA tidemark and SELECT ON ALL TABLES IN SCHEMA tidemark to"
                            + " it; ./tidemark doctor shows what else is missing");
        }
    }

    private Fingerprint fingerprint(Statements statements) throws SQLException {
        return statements
                .query(
                        FollowSql.FINGERPRINT,
                        row -> new Fingerprint(row.getString("schema"), row.getString("ours")),
                        publication.name(),
                        publication.name())
                .getFirst();
    }

    private void reconcile(Statements statements, Catalogue.Following following, UUID reader)
            throws SQLException {
        Map<String, String> found = new TreeMap<>();
        List<Status> captured = new ArrayList<>();
        for (Status table : status(statements, following)) {
            if (!table.mayBeFollowed()) {
                if (table.followed() || (table.published() && table.name().isPresent())) {
                    attempt(table, found, () -> remove(statements, table));
                }
            } else if (table.followed() && !(table.published() && table.plausible())) {
                attempt(table, found, () -> remove(statements, table));
            } else if (table.followed()) {
                rename(statements, table);
            } else if (table.published()) {
                captured.add(table);
            } else if (table.wanted() && !table.owned()) {
                found.put(
                        table.there().toString(),
                        "is not this role's own, so only its owner can add it to the publication");
            } else if (table.wanted() && attempt(table, found, () -> publish(statements, table))) {
                captured.add(table);
            }
        }
        if (!captured.isEmpty()) {
            follow(statements, captured, reader);
        }
        obstacles = Map.copyOf(found);
    }

    private List<Status> status(Statements statements, Catalogue.Following following)
            throws SQLException {
        Object[] wanted =
                following.sources().stream()
                        .filter(source -> source.obstacle().isEmpty())
                        .map(Source::oid)
                        .toArray();
        return statements.query(
                FollowSql.STATUS,
                row ->
                        new Status(
                                row.getLong("relid"),
                                row.getBoolean("there")
                                        ? Optional.of(
                                                new TableName(
                                                        row.getString("nspname"),
                                                        row.getString("relname")))
                                        : Optional.empty(),
                                Optional.ofNullable(row.getString("known_as")),
                                row.getBoolean("followed"),
                                row.getBoolean("plausible"),
                                row.getBoolean("wanted"),
                                row.getBoolean("published"),
                                row.getBoolean("owned"),
                                Optional.ofNullable(row.getString("obstacle"))),
                publication.name(),
                statements.connection().createArrayOf("oid", wanted));
    }

    /** Returns false if it is to be tried again later. */
    private static boolean attempt(Status table, Map<String, String> found, Statements.Work work)
            throws SQLException {
        try {
            work.run();
            return true;
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.startsWith("08") || state.startsWith("57P") || state.equals("null")) {
                throw e;
            }
            String reason =
                    state.equals(LOCK_NOT_AVAILABLE)
                            ? "is locked by a long transaction"
                            : String.valueOf(e.getMessage());
            table.name().ifPresent(name -> found.put(name.toString(), reason));
            return false;
        }
    }

    private void publish(Statements statements, Status table) throws SQLException {
        statements.inTransaction(() -> {
            // Waiting blocks nobody who reads or writes rows, but it would block us.
            statements.execute("SET LOCAL lock_timeout = '200ms'");
            statements.execute(publication.adding(List.of(table.there())));
            List<Optional<String>> obstacle =
                    statements.query(
                            FollowSql.OBSTACLE,
                            row -> Optional.ofNullable(row.getString(1)),
                            table.oid());
            if (obstacle.getFirst().isPresent()) {
                throw new SQLException(obstacle.getFirst().get(), "55000");
            }
        });
    }

    private void follow(Statements statements, List<Status> tables, UUID reader)
            throws SQLException {
        statements.inTransaction(() -> {
            for (Status table : tables) {
                statements.update(
                        FollowSql.FOLLOW,
                        table.oid(),
                        table.there().toString(),
                        publication.name(),
                        reader);
            }
        });
        log.info(
                "Following {}",
                tables.stream().map(table -> table.there().toString()).sorted().toList());
    }

    private void remove(Statements statements, Status table) throws SQLException {
        boolean unpublish = table.published() && table.name().isPresent() && table.owned();
        statements.inTransaction(() -> {
            statements.execute("SET LOCAL lock_timeout = '200ms'");
            // As the event trigger does: the table's lock before the row's.
            if (unpublish && table.obstacle().isPresent()) {
                statements.execute(publication.dropping(table.there()));
            }
            statements.update(FollowSql.UNFOLLOW, table.oid());
            if (table.knownAs().isPresent()) {
                statements.emitTable(table.knownAs().get());
            }
            if (table.name().isPresent()) {
                statements.emitTable(table.there().toString());
            }
        });
        log.info(
                "No longer following {}: {}",
                table.name().map(TableName::toString).or(table::knownAs).orElse("a table"),
                table.obstacle().orElse("it is to be captured anew"));
    }

    private void rename(Statements statements, Status table) throws SQLException {
        String name = table.there().toString();
        if (!table.knownAs().equals(Optional.of(name))) {
            statements.inTransaction(() -> {
                statements.update(FollowSql.RENAME, name, publication.name(), table.oid());
                if (table.knownAs().isPresent()) {
                    statements.emitTable(table.knownAs().get());
                }
                statements.emitTable(name);
            });
        }
    }
}
