package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.WrittenHeaders;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * First answers by {@code Idempotency-Key}, kept in the database in the write's own transaction:
 * the answer is there if and only if the write is.
 *
 * <p>A lock on the key, held until the transaction ends, keeps a second write with it out, without
 * waiting. It is taken in a statement of its own: the next one's snapshot is younger than the lock,
 * so that it sees what the last holder has committed.
 */
final class IdempotencyKeys {

    /** So many that have expired leave with each write that has a key. */
    private static final int PURGED_MAX = 100;

    private static final Set<String> ABSENT = Set.of("42P01", "3F000", "42501");

    private static final String LOCK = "SELECT pg_try_advisory_xact_lock(?)";

    private static final String FIND =
            """
            SELECT fingerprint, status, head, body,
                   pg_current_wal_insert_lsn()::pg_catalog.text AS lsn,
                   coalesce((SELECT max(number) FROM tidemark.incarnation), 0) AS incarnation
            FROM tidemark.idempotency_key
            WHERE key = ? AND expires > now()
            """;

    private static final String PURGE =
            """
            DELETE FROM tidemark.idempotency_key
            WHERE key = ? OR key IN (
                SELECT key FROM tidemark.idempotency_key WHERE expires <= now()
                LIMIT %d FOR UPDATE SKIP LOCKED)
            """
                    .formatted(PURGED_MAX);

    private static final String RECORD =
            """
            INSERT INTO tidemark.idempotency_key (key, fingerprint, status, head, body, expires)
            VALUES (?, ?, ?, ?, ?, now() + make_interval(secs => ?))
            """;

    private final Duration ttl;

    IdempotencyKeys(Duration ttl) {
        this.ttl = ttl;
    }

    /** What a repeat must have in common with the first: all of the write, its body included. */
    static byte[] fingerprint(WriteRequest request, byte[] body) {
        MessageDigest digest = sha256();
        String head = request.canonical().text() + '\n' + String.join(",", request.ifMatch());
        digest.update(head.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        return digest.digest(body);
    }

    /**
     * Claims the key for this transaction.
     *
     * @param identity of the database, without its incarnation
     * @return the first answer, if this is a repeat
     * @throws ProblemException 409 if another write with the key is under way, 422 if it belongs to
     *     another write, 400 if keys cannot be kept here
     */
    Optional<Written> claim(
            WriteTransaction transaction, String key, byte[] fingerprint, DatabaseIdentity identity)
            throws SQLException {
        try (PreparedStatement lock = transaction.prepare(LOCK, List.of(lockNumber(key)));
                ResultSet row = lock.executeQuery()) {
            row.next();
            if (!row.getBoolean(1)) {
                throw ProblemException.of(
                        ProblemType.UNDER_WAY,
                        "another request with this Idempotency-Key is under way",
                        "repeat it after a moment, to get its answer");
            }
        }
        try (PreparedStatement find = transaction.prepare(FIND, List.of(key));
                ResultSet row = find.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            if (!Arrays.equals(row.getBytes("fingerprint"), fingerprint)) {
                throw ProblemException.of(
                        ProblemType.KEY_REUSED,
                        "this Idempotency-Key was given with another write",
                        "make up a new key for each write");
            }
            return Optional.of(repeated(row, identity));
        } catch (SQLException e) {
            if (ABSENT.contains(SqlProblems.state(e))) {
                throw new ProblemException(
                        Problem.of(
                                        ProblemType.UNSUPPORTED,
                                        "an Idempotency-Key cannot be kept: the database has no"
                                                + " tidemark.idempotency_key that this role may"
                                                + " write to")
                                .withHint("leave it out, or have Tidemark's schema made"));
            }
            throw e;
        }
    }

    private static Written repeated(ResultSet row, DatabaseIdentity identity) throws SQLException {
        return new Written(
                row.getInt("status"),
                row.getString("head")
                        .lines()
                        .map(line -> line.split(": ", 2))
                        .map(field -> new HeaderField(field[0], field[1]))
                        .toList(),
                row.getBytes("body"),
                // Nothing is written now, but a session is to see what was.
                new WrittenHeaders(
                        new DatabaseIdentity(
                                identity.systemIdentifier(),
                                identity.timeline(),
                                identity.databaseOid(),
                                row.getLong("incarnation")),
                        0,
                        Lsn.parse(row.getString("lsn")),
                        Tags.NONE));
    }

    /** Keeps the answer, to be committed with the write. */
    void record(
            WriteTransaction transaction,
            String key,
            byte[] fingerprint,
            WriteAnswers.Content answer)
            throws SQLException {
        try (PreparedStatement purge = transaction.prepare(PURGE, List.of(key))) {
            purge.execute();
        }
        String head =
                answer.head().stream()
                        .map(field -> field.name() + ": " + field.value())
                        .collect(Collectors.joining("\n"));
        try (PreparedStatement insert =
                transaction.prepare(
                        RECORD,
                        List.of(
                                key,
                                fingerprint,
                                answer.status(),
                                head,
                                answer.body(),
                                ttl.toMillis() / 1000.0))) {
            insert.execute();
        }
    }

    /** Two keys with one number only keep each other out for a moment. */
    private static long lockNumber(String key) {
        byte[] digest =
                sha256().digest(("tidemark idempotency " + key).getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
