package dev.tidemark.simulation;

import dev.tidemark.common.tag.Lsn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of one table: transactions whose commits reach the log, the disk and other
 * transactions' snapshots at three different moments, and crashes that undo what was not flushed.
 */
final class Postgres {

    static final int ROWS = 3;

    /** What a transaction is for. */
    enum Kind {
        WRITE,
        HEARTBEAT,
        /** The table joins the publication. */
        PUBLISH,
        /** Changes from here on are known to be captured. */
        FOLLOW,
        /** The table leaves the publication, and is no longer followed. */
        UNFOLLOW,
        /** Upkeep of Tidemark's own rows. */
        OTHER
    }

    /** A transaction under way. */
    static final class Transaction {
        final long xid;
        final Kind kind;
        final boolean synchronous;
        final Map<Integer, Long> writes = new HashMap<>();
        final Set<Integer> captured = new HashSet<>();
        String message = "";
        @Nullable Lsn end;

        private Transaction(long xid, Kind kind, boolean synchronous) {
            this.xid = xid;
            this.kind = kind;
            this.synchronous = synchronous;
        }

        boolean isLogged() {
            return end != null;
        }
    }

    /**
     * A commit record.
     *
     * @param running the other transactions whose ends were not logged yet
     * @param nextXid when it was written: what the log tells replicas is also known after a crash
     */
    record Commit(Transaction transaction, Lsn end, SortedSet<Long> running, long nextXid) {}

    /** Since when a row has a value. */
    record Since(long time, long value) {}

    /** What a statement sees. */
    record Snapshot(
            long xmin,
            long xmax,
            SortedSet<Long> running,
            Set<Long> announced,
            OptionalLong incarnation,
            OptionalLong followedSince,
            Lsn lsn,
            Map<Integer, Long> rows) {

        boolean sees(long xid) {
            return xid < xmax && !running.contains(xid);
        }
    }

    private final List<Commit> wal = new ArrayList<>();
    private final SortedMap<Long, Transaction> running = new TreeMap<>();
    private final List<List<Since>> history = new ArrayList<>();
    private Map<Integer, Long> rows = new HashMap<>();
    private long nextXid = 100;
    private long latestEnded = 99;
    private long insertLsn = 1000;
    private long flushedLsn = 1000;
    private long nextValue = 1;
    private boolean published;
    private OptionalLong followedSince = OptionalLong.empty();

    /** The unlogged row: empty after a crash. */
    Optional<Incarnation> incarnation = Optional.empty();

    /** What Tidemark's unlogged row holds. */
    record Incarnation(long number, long reader, Set<Long> announced) {}

    Postgres() {
        for (int row = 0; row < ROWS; row++) {
            rows.put(row, 0L);
            List<Since> since = new ArrayList<>();
            since.add(new Since(0, 0));
            history.add(since);
        }
    }

    Transaction begin(Kind kind, boolean synchronous) {
        Transaction transaction = new Transaction(nextXid++, kind, synchronous);
        running.put(transaction.xid, transaction);
        return transaction;
    }

    /** Whether no other transaction holds the row's lock. */
    boolean isFree(int row, Transaction wanting) {
        return running.values().stream()
                .allMatch(other -> other == wanting || !other.writes.containsKey(row));
    }

    void write(Transaction transaction, int row) {
        transaction.writes.put(row, nextValue++);
        if (published) {
            transaction.captured.add(row);
        } else {
            transaction.captured.remove(row);
        }
    }

    /** The commit record is written; nobody sees the changes yet. */
    void log(Transaction transaction) {
        insertLsn += 16;
        transaction.end = new Lsn(insertLsn);
        SortedSet<Long> others = new TreeSet<>();
        running.values().stream()
                .filter(other -> !other.isLogged())
                .forEach(other -> others.add(other.xid));
        wal.add(new Commit(transaction, transaction.end, others, nextXid));
        switch (transaction.kind) {
            // Decoding and writers look at the catalogue as of the commit.
            case PUBLISH -> published = true;
            case UNFOLLOW -> published = false;
            case WRITE, HEARTBEAT, FOLLOW, OTHER -> {}
        }
    }

    boolean mayEnd(Transaction transaction) {
        return transaction.end != null
                && (!transaction.synchronous || transaction.end.position() <= flushedLsn);
    }

    /** The changes become visible. */
    void end(Transaction transaction, long now) {
        running.remove(transaction.xid);
        latestEnded = Math.max(latestEnded, transaction.xid);
        show(transaction, now);
    }

    private void show(Transaction transaction, long now) {
        transaction.writes.forEach((row, value) -> set(row, value, now));
        switch (transaction.kind) {
            case FOLLOW -> followedSince = OptionalLong.of(transaction.xid);
            case UNFOLLOW -> followedSince = OptionalLong.empty();
            case WRITE, HEARTBEAT, PUBLISH, OTHER -> {}
        }
    }

    private void set(int row, long value, long now) {
        rows.put(row, value);
        history.get(row).add(new Since(now, value));
    }

    void abort(Transaction transaction) {
        running.remove(transaction.xid);
        latestEnded = Math.max(latestEnded, transaction.xid);
    }

    /** A transaction in one step. */
    Transaction run(Kind kind, String message, long now) {
        Transaction transaction = begin(kind, false);
        transaction.message = message;
        log(transaction);
        end(transaction, now);
        return transaction;
    }

    void flush() {
        flushedLsn = insertLsn;
    }

    Snapshot snapshot() {
        long xmax = latestEnded + 1;
        SortedSet<Long> seenRunning = new TreeSet<>(running.headMap(xmax).keySet());
        return new Snapshot(
                seenRunning.isEmpty() ? xmax : seenRunning.first(),
                xmax,
                seenRunning,
                incarnation.map(Incarnation::announced).orElse(Set.of()),
                incarnation.map(row -> OptionalLong.of(row.number())).orElse(OptionalLong.empty()),
                followedSince,
                new Lsn(insertLsn),
                Map.copyOf(rows));
    }

    /**
     * What a replica sees that has replayed so many commit records: no list of running transactions
     * and no unlogged row.
     */
    Snapshot replicaSnapshot(int replayed) {
        Map<Integer, Long> seen = new HashMap<>();
        for (int row = 0; row < ROWS; row++) {
            seen.put(row, 0L);
        }
        OptionalLong since = OptionalLong.empty();
        long xmin = 100;
        long lsn = 1000;
        for (Commit commit : wal.subList(0, replayed)) {
            Transaction transaction = commit.transaction();
            seen.putAll(transaction.writes);
            since =
                    switch (transaction.kind) {
                        case FOLLOW -> OptionalLong.of(transaction.xid);
                        case UNFOLLOW -> OptionalLong.empty();
                        case WRITE, HEARTBEAT, PUBLISH, OTHER -> since;
                    };
            SortedSet<Long> others = new TreeSet<>(commit.running());
            others.remove(transaction.xid);
            xmin = others.isEmpty() ? commit.nextXid() : others.first();
            lsn = commit.end().position();
        }
        return new Snapshot(
                xmin,
                xmin,
                new TreeSet<>(),
                Set.of(),
                OptionalLong.empty(),
                since,
                new Lsn(lsn),
                seen);
    }

    /** How many commit records a replica may have replayed. */
    int flushedCommits() {
        return (int) wal.stream().filter(commit -> isFlushed(commit.end())).count();
    }

    /** The commits that may be decoded, those that end above a position. */
    List<Commit> flushedAfter(Lsn position) {
        return wal.stream()
                .filter(commit -> commit.end().compareTo(position) > 0 && isFlushed(commit.end()))
                .toList();
    }

    /** Whether a commit that is on disk writes this. */
    boolean isFlushed(int row, long value) {
        return wal.stream()
                .anyMatch(commit ->
                        isFlushed(commit.end())
                                && commit.transaction().writes.getOrDefault(row, -1L) == value);
    }

    private boolean isFlushed(Lsn end) {
        return end.position() <= flushedLsn;
    }

    Lsn flushed() {
        return new Lsn(flushedLsn);
    }

    Lsn inserted() {
        return new Lsn(insertLsn);
    }

    /** The transactions whose ends are not logged yet: a new slot waits for them. */
    Set<Long> unlogged() {
        Set<Long> xids = new HashSet<>();
        running.values().stream()
                .filter(transaction -> !transaction.isLogged())
                .forEach(transaction -> xids.add(transaction.xid));
        return xids;
    }

    List<Transaction> transactions() {
        return List.copyOf(running.values());
    }

    /**
     * Whatever was not flushed has never been, and its numbers and positions are used again; what
     * was flushed is visible, also what was not before.
     */
    void crash(long now) {
        wal.removeIf(commit -> !isFlushed(commit.end()));
        running.clear();
        incarnation = Optional.empty();
        insertLsn = flushedLsn;
        nextXid = 100;
        published = false;
        followedSince = OptionalLong.empty();
        Map<Integer, Long> recovered = new HashMap<>();
        for (int row = 0; row < ROWS; row++) {
            recovered.put(row, 0L);
        }
        for (Commit commit : wal) {
            Transaction transaction = commit.transaction();
            recovered.putAll(transaction.writes);
            nextXid = Math.max(nextXid, commit.nextXid());
            switch (transaction.kind) {
                case PUBLISH -> published = true;
                case FOLLOW -> followedSince = OptionalLong.of(transaction.xid);
                case UNFOLLOW -> {
                    published = false;
                    followedSince = OptionalLong.empty();
                }
                case WRITE, HEARTBEAT, OTHER -> {}
            }
        }
        latestEnded = nextXid - 1;
        Map<Integer, Long> before = rows;
        rows = new HashMap<>(before);
        recovered.forEach((row, value) -> {
            if (!value.equals(before.get(row))) {
                set(row, value, now);
            }
        });
    }

    /** The commit records, a line each. */
    String describe() {
        return wal.stream()
                .map(commit ->
                        "%s xid %d %s writes %s captured %s beside %s"
                                .formatted(
                                        commit.end(),
                                        commit.transaction().xid,
                                        commit.transaction().kind,
                                        commit.transaction().writes,
                                        commit.transaction().captured,
                                        commit.running()))
                .collect(Collectors.joining("\n  ", "commits\n  ", "\n"));
    }

    /** All values that a row has had, and since when. */
    List<Since> history(int row) {
        return history.get(row);
    }

    long value(int row) {
        return rows.getOrDefault(row, 0L);
    }

    boolean isPublished() {
        return published;
    }

    boolean isFollowed() {
        return followedSince.isPresent();
    }
}
