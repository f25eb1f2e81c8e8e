package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.retrieval.pgoutput.CommittedTransaction;
import dev.tidemark.testing.Seed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A database in a few lines: transactions that overlap, that are in the write-ahead log before they
 * are visible, and that take long; readers that come and go; a log that loses its tail. Whatever
 * happens, no answer that is valid may be older than the last heartbeat says.
 */
class LogRecorderSimulationTest {

    private static final int KEYS = 4;

    private static final int OPEN_MAX = 4;

    /** What may happen next; accidents last. */
    private enum Action {
        BEGIN,
        WRITE,
        COMMIT,
        ROLL_BACK,
        APPEAR,
        BEAT,
        DECODE,
        OBSERVE,
        READ,
        ACCIDENT
    }

    private static final Action[] ACTIONS = Action.values();

    private static final class Writer {
        final long xid;
        final TreeSet<Integer> keys = new TreeSet<>();
        boolean overflowed;

        Writer(long xid) {
            this.xid = xid;
        }
    }

    private record Commit(Lsn end, Writer writer, Optional<HeartbeatMessage> heartbeat) {
        CommittedTransaction decoded() {
            return new CommittedTransaction(
                    end,
                    (int) writer.xid,
                    writer.overflowed ? Tags.NONE : tags(writer.keys),
                    writer.overflowed,
                    heartbeat.map(message ->
                            "%s %d %d %d"
                                    .formatted(
                                            message.reader(),
                                            message.sequence(),
                                            message.xid(),
                                            message.databaseTime().toEpochMilli() * 1000)),
                    false);
        }
    }

    private record Entry(Answer answer, int key, int read) {}

    private static Tags tags(Iterable<Integer> keys) {
        List<Long> hashes = new ArrayList<>();
        keys.forEach(key -> hashes.add(1L + key));
        return Tags.ofHashes(hashes.stream().mapToLong(Long::longValue).toArray());
    }

    private static final class Simulation implements LogRecorder.Database, LogRecorder.Sink {
        final SplittableRandom random;
        int now;

        /** Other ones in each run: what is rare in one is common in another. */
        final int[] weights;

        final int weightsSum;

        // The database. Xids wrap around 32 bits on the way.
        long nextXid = (1L << 32) - 200;
        long latestEnded = nextXid - 1;
        long lsn = 1000;
        final List<Writer> open = new ArrayList<>();
        final List<Writer> invisible = new ArrayList<>();
        final List<Commit> wal = new ArrayList<>();
        final Map<Integer, Integer> lastVisible = new HashMap<>();
        final TreeSet<Long> announced = new TreeSet<>();
        long incarnation = 1;
        long generation;

        // The log and who follows it.
        final List<LogRecord> log = new ArrayList<>();
        LogFollower follower = new LogFollower(1 << 10);
        long term;

        // The reader.
        UUID reader = new UUID(0, 0);
        long nextHeartbeat = 1;
        int decoded;
        Lsn settled = Lsn.UNKNOWN;
        LogPosition settling = LogPosition.NONE;
        LogPosition durable = LogPosition.NONE;
        LongWriters writers = new LongWriters(List.of(), 0, Duration.ofNanos(3));
        LogRecorder recorder;

        final Map<String, Integer> heartbeatBegun = new HashMap<>();
        int complete;
        final List<Entry> entries = new ArrayList<>();
        int checked;
        int late;

        Simulation(SplittableRandom random) throws Exception {
            this.random = random;
            this.weights = random.ints(ACTIONS.length, 1, 10).map(weight -> weight * 3).toArray();
            weights[weights.length - 1] = random.nextInt(6);
            weightsSum = Arrays.stream(weights).sum();
            recorder = takeOver();
        }

        long assign() {
            return nextXid++;
        }

        void end(long xid) {
            latestEnded = Math.max(latestEnded, xid);
        }

        LogRecorder takeOver() throws Exception {
            term++;
            reader = new UUID(7, term);
            nextHeartbeat = 1;
            long xid = assign();
            end(xid);
            writers =
                    new LongWriters(List.copyOf(announced), snapshot().xmax(), Duration.ofNanos(3));
            Optional<LogRecord> tail =
                    log.isEmpty() ? Optional.empty() : Optional.of(log.getLast());
            LogRecorder next =
                    new LogRecorder(
                            reader, term, tail, xid, this, writers, () -> nextHeartbeat, this);
            decoded = 0;
            while (decoded < wal.size() && wal.get(decoded).end().compareTo(settled) <= 0) {
                decoded++;
            }
            next.begin(Continuity.of(tail, identity(), generation, settled, new Lsn(lsn)));
            return next;
        }

        DatabaseIdentity identity() {
            return new DatabaseIdentity(1, 1, 1, incarnation);
        }

        @Override
        public TransactionSnapshot snapshot() {
            long xmax = latestEnded + 1;
            TreeSet<Long> inProgress = new TreeSet<>();
            open.forEach(writer -> inProgress.add(writer.xid));
            invisible.forEach(writer -> inProgress.add(writer.xid));
            return new TransactionSnapshot(xmax, inProgress.headSet(xmax));
        }

        @Override
        public LogRecorder.OpenedGeneration openGeneration(long generationMin) {
            generation = Math.max(generationMin, generation + 1);
            incarnation++;
            announced.clear();
            long xid = assign();
            end(xid);
            return new LogRecorder.OpenedGeneration(generation, identity(), xid, new Lsn(lsn));
        }

        @Override
        public void withdraw(List<Long> xids) {
            late++;
            announced.removeAll(xids);
        }

        @Override
        public void withdrawAnnouncements() {
            announced.clear();
        }

        @Override
        public void append(LogRecord record) {
            log.add(record);
            assertThat(follower.apply(record)).isEqualTo(LogFollower.Applied.APPLIED);
            if (record.content() instanceof Content.Heartbeat heartbeat) {
                complete =
                        heartbeatBegun.getOrDefault(reader + " " + heartbeat.sequence(), complete);
            }
            if (record.content() instanceof Content.Heartbeat) {
                settling = record.position();
            }
            if (random.nextInt(3) == 0) {
                durable = record.position();
                if (settling.isAfter(LogPosition.NONE) && random.nextBoolean()) {
                    settled = settling.lsn();
                }
            }
        }

        Action action() {
            int at = random.nextInt(weightsSum);
            for (int i = 0; i < weights.length; i++) {
                at -= weights[i];
                if (at < 0) {
                    return ACTIONS[i];
                }
            }
            throw new AssertionError("weights");
        }

        void step() throws Exception {
            now++;
            switch (action()) {
                case BEGIN -> {
                    if (open.size() < OPEN_MAX) {
                        open.add(new Writer(assign()));
                    }
                }
                case WRITE -> {
                    if (!open.isEmpty()) {
                        pick(open).keys.add(random.nextInt(KEYS));
                    }
                }
                case COMMIT -> commit();
                case ROLL_BACK -> {
                    if (!open.isEmpty()) {
                        end(remove(open).xid);
                    }
                }
                case APPEAR -> appear();
                case BEAT -> beat();
                case DECODE -> decode();
                case OBSERVE -> observe();
                case READ -> read();
                case ACCIDENT -> accident();
            }
            check();
        }

        Writer pick(List<Writer> from) {
            return from.get(random.nextInt(from.size()));
        }

        Writer remove(List<Writer> from) {
            return from.remove(random.nextInt(from.size()));
        }

        void commit() {
            if (!open.isEmpty()) {
                Writer writer = remove(open);
                writer.overflowed = random.nextInt(200) == 0;
                lsn += 16;
                wal.add(new Commit(new Lsn(lsn), writer, Optional.empty()));
                invisible.add(writer);
            }
        }

        void appear() {
            if (!invisible.isEmpty()) {
                Writer writer = remove(invisible);
                end(writer.xid);
                writer.keys.forEach(key -> lastVisible.put(key, now));
            }
        }

        void beat() {
            long sequence = nextHeartbeat++;
            heartbeatBegun.put(reader + " " + sequence, now);
            Writer writer = new Writer(assign());
            lsn += 16;
            wal.add(
                    new Commit(
                            new Lsn(lsn),
                            writer,
                            Optional.of(
                                    new HeartbeatMessage(
                                            reader,
                                            sequence,
                                            writer.xid,
                                            Instant.ofEpochMilli(now)))));
            end(writer.xid);
        }

        void decode() throws Exception {
            if (decoded < wal.size()) {
                recorder.committed(wal.get(decoded++).decoded());
            }
        }

        void observe() {
            announced.addAll(writers.observe(snapshot(), now, nextHeartbeat));
        }

        void read() {
            read(random.nextInt(KEYS));
        }

        void read(int key) {
            TransactionSnapshot snapshot = snapshot();
            long version =
                    snapshot.inProgress().stream()
                            .filter(xid -> !announced.contains(xid))
                            .min(Long::compare)
                            .orElse(snapshot.xmax());
            entries.add(
                    new Entry(
                            new Answer(
                                    200,
                                    List.of(),
                                    new byte[0],
                                    new Version(version),
                                    Lsn.UNKNOWN,
                                    tags(List.of(key)),
                                    new Policy(
                                            Duration.ofSeconds(1),
                                            Duration.ofSeconds(1),
                                            Duration.ZERO,
                                            true),
                                    identity(),
                                    true),
                            key,
                            now));
        }

        void accident() throws Exception {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4, 5, 6 -> recorder = takeOver();
                case 7, 8 -> {
                    // What no replica has may be lost.
                    while (!log.isEmpty()
                            && log.getLast().position().isAfter(durable)
                            && random.nextBoolean()) {
                        log.removeLast();
                    }
                    follower = new LogFollower(1 << 10);
                    complete = 0;
                    log.forEach(follower::apply);
                    settling = LogPosition.NONE;
                    recorder = takeOver();
                }
                case 9 -> {
                    log.clear();
                    durable = LogPosition.NONE;
                    follower = new LogFollower(1 << 10);
                    complete = 0;
                    recorder = takeOver();
                }
                default -> {}
            }
        }

        void check() {
            entries.removeIf(entry -> now - entry.read() > 150);
            for (Entry entry : entries) {
                if (follower.isValid(entry.answer())) {
                    checked++;
                    int changed = lastVisible.getOrDefault(entry.key(), 0);
                    assertThat(changed > entry.read() && changed < complete)
                            .as(
                                    "step %d: %s, changed %d, complete %d",
                                    now, entry, changed, complete)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void noValidAnswer_isOlderThanTheLastHeartbeat(@Seed SplittableRandom random) throws Exception {
        int checked = 0;
        int late = 0;
        for (int run = 0; run < 200; run++) {
            Simulation simulation = new Simulation(random.split());
            for (int step = 0; step < 1000; step++) {
                simulation.step();
            }
            checked += simulation.checked;
            late += simulation.late;
        }
        assertThat(checked).isGreaterThan(1000);
        assertThat(late).isPositive();
    }
}
