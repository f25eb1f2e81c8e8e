package dev.tidemark.simulation;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.simulation.Postgres.Kind;
import dev.tidemark.simulation.Postgres.Snapshot;
import dev.tidemark.simulation.Postgres.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The suite and its database. {@link #step} lets one thing happen; whatever a client is served is
 * given to the {@link Checker}, which knows the truth.
 */
final class World {

    static final int CLOCK_SLOTS = 64;

    static final Tags TABLE_TAG = Tags.of(List.of(Tag.table("film")));

    private static final Policy POLICY =
            new Policy(Duration.ofDays(1), Duration.ofDays(2), Duration.ZERO, true);

    /** The key of the list; those below are rows. */
    private static final int LIST = Postgres.ROWS;

    /** Short ones make gateways cautious, long ones let old clocks be used. */
    private static final int[] STALENESS_SECONDS_MAX = {1, 5, 100};

    /** Of 10,000 steps; a world picks one, since what fails all the time never gets far. */
    private static final int[] FAILURES = {0, 5, 10, 20, 50, 150};

    private static final int FAILURE_KINDS = 11;

    final Rule rule;
    final SplittableRandom random;
    final Checker checker;
    final Postgres database = new Postgres();
    final Stream stream;
    private final List<Node> cacheServices = new ArrayList<>();
    private final List<Gateway> gateways = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final Map<Integer, Entry> shared = new HashMap<>();
    private final List<Flight> flights = new ArrayList<>();
    private final List<LateFill> fills = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Map<Long, Long> generationNumbers = new HashMap<>();
    Reader.@Nullable Slot slot;
    @Nullable Reader holder;
    private final int failureRate;
    private final Duration stalenessMax;
    private final int favouriteFailure;
    private final int lazyFlush;
    private final int lazyEnd;
    private int replayed;
    private long nextReader = 1;
    private long nextIncarnation = 1;
    long now = 1;

    World(Rule rule, long seed) {
        this.rule = rule;
        this.random = new SplittableRandom(seed);
        this.stream = new Stream(rule);
        this.failureRate = FAILURES[random.nextInt(FAILURES.length)];
        this.stalenessMax =
                Duration.ofSeconds(
                        STALENESS_SECONDS_MAX[random.nextInt(STALENESS_SECONDS_MAX.length)]);
        this.favouriteFailure = random.nextInt(FAILURE_KINDS);
        this.lazyFlush = 1 + 4 * random.nextInt(3);
        this.lazyEnd = 1 + 2 * random.nextInt(3);
        this.checker = new Checker(database);
        for (int i = 0; i < 2; i++) {
            cacheServices.add(new Node(this));
        }
        for (int i = 0; i < 2; i++) {
            gateways.add(new Gateway());
        }
        for (int i = 0; i < 3; i++) {
            sessions.add(new Session());
        }
    }

    /** What a cache holds: the answer, and the rows that it shows. */
    record Entry(Answer answer, Map<Integer, Long> rows, long xmin) {

        Token token() {
            return new Token(answer.seenLsn(), xmin);
        }
    }

    private final class Gateway {
        final Node node = new Node(World.this);
        final Map<Integer, Entry> near = new HashMap<>();
        int upstream;

        boolean isUsable(Entry entry) {
            return node.follower.isValid(entry.answer())
                    && node.bound().compareTo(stalenessMax) <= 0;
        }
    }

    /** What a token says: a position, and what a wrong rule would have put in its place. */
    record Token(Lsn lsn, long xmin) {

        Token and(Token other) {
            return new Token(
                    lsn.compareTo(other.lsn) > 0 ? lsn : other.lsn, Math.max(xmin, other.xmin));
        }
    }

    /** What a client has seen, as it says itself and as it really was. */
    private static final class Session {
        final Map<DatabaseIdentity, Token> tokens = new HashMap<>();
        final Map<Integer, Integer> seen = new HashMap<>();

        /** What a request says that is sent now. */
        Session said() {
            Session said = new Session();
            said.tokens.putAll(tokens);
            said.seen.putAll(seen);
            return said;
        }

        /** An answer's token stands for all that its request had said. */
        void see(Session said, Token token, DatabaseIdentity identity) {
            for (DatabaseIdentity other : said.tokens.keySet()) {
                if (!other.equals(identity)) {
                    tokens.remove(other);
                }
            }
            tokens.merge(identity, token, Token::and);
        }
    }

    /** A read that waits for a fetch. */
    private record Waiter(long askedAt, Session session, Session said, boolean bySession) {}

    /** A fetch under way, shared by those who asked for its key. */
    private static final class Flight {
        final Gateway gateway;
        final int key;
        final long beganAt;
        final boolean fromReplica;
        final List<Waiter> waiters = new ArrayList<>();
        @Nullable Entry entry;

        Flight(Gateway gateway, int key, long beganAt, boolean fromReplica) {
            this.gateway = gateway;
            this.key = key;
            this.beganAt = beganAt;
            this.fromReplica = fromReplica;
        }
    }

    private record LateFill(int key, Entry entry) {}

    /** How stale are you? Asked of the reader by a cache-service, of that by a gateway. */
    private static final class Question {
        final Node asker;
        final @Nullable Node asked;
        final long askedAt;
        Optional<Completeness> answer = Optional.empty();

        Question(Node asker, @Nullable Node asked, long askedAt) {
            this.asker = asker;
            this.asked = asked;
            this.askedAt = askedAt;
        }
    }

    /** Lets one thing happen. */
    void step() {
        now += 1 + random.nextInt(10);
        if (random.nextInt(10_000) < failureRate) {
            fail();
            return;
        }
        switch (random.nextInt(10)) {
            case 0 -> transact();
            case 1, 2, 3 -> read();
            case 4, 5 -> fly();
            case 6, 7 -> capture();
            default -> follow();
        }
    }

    private void transact() {
        List<Transaction> open = database.transactions();
        switch (random.nextInt(12)) {
            case 0, 1 -> {
                if (open.size() < 4) {
                    write(database.begin(Kind.WRITE, random.nextInt(3) == 0));
                }
            }
            case 2 -> {
                if (!open.isEmpty()) {
                    write(pick(open));
                }
            }
            case 3, 4, 5 -> {
                if (!open.isEmpty()) {
                    Transaction transaction = pick(open);
                    if (!transaction.isLogged()) {
                        if (transaction.kind == Kind.WRITE && random.nextInt(8) == 0) {
                            database.abort(transaction);
                        } else {
                            database.log(transaction);
                        }
                    }
                }
            }
            case 6, 7, 8 -> {
                List<Transaction> ending = open.stream().filter(database::mayEnd).toList();
                if (!ending.isEmpty() && random.nextInt(lazyEnd) == 0) {
                    Transaction transaction = pick(ending);
                    database.end(transaction, now);
                    if (transaction.kind == Kind.WRITE && random.nextInt(3) == 0) {
                        wrote(pick(sessions), transaction);
                    }
                }
            }
            case 9 -> {
                if (random.nextInt(lazyFlush) == 0) {
                    database.flush();
                }
            }
            case 10 -> {
                // Numbers that nobody will ever see, and that a crash lets be used again.
                for (int left = random.nextInt(8); left > 0; left--) {
                    database.abort(database.begin(Kind.OTHER, false));
                }
            }
            default -> replayed = Math.min(replayed + 2, database.flushedCommits());
        }
    }

    private void write(Transaction transaction) {
        int row = random.nextInt(Postgres.ROWS);
        if (transaction.kind == Kind.WRITE
                && !transaction.isLogged()
                && database.isFree(row, transaction)) {
            database.write(transaction, row);
        }
    }

    /** A client's own write has been answered with a token. */
    private void wrote(Session session, Transaction transaction) {
        Snapshot snapshot = database.snapshot();
        if (snapshot.incarnation().isPresent()) {
            session.see(
                    session.said(),
                    new Token(database.inserted(), snapshot.xmin()),
                    identity(snapshot));
            for (int row : transaction.writes.keySet()) {
                session.seen.put(row, database.history(row).size() - 1);
            }
        }
    }

    private DatabaseIdentity identity(Snapshot snapshot) {
        return new DatabaseIdentity(1, 1, 1, snapshot.incarnation().orElse(0));
    }

    // Reads: near cache, shared cache, origin.

    private void read() {
        Gateway gateway = pick(gateways);
        Session session = pick(sessions);
        int key = random.nextInt(LIST + 1);
        int level = random.nextInt(5);
        if (level == 0) {
            // Strong: shared only with those who asked before it began.
            begin(gateway, key, new Waiter(now, session, session.said(), false), false, true);
            return;
        }
        boolean bySession = level < 3;
        Entry near = gateway.near.get(key);
        if (near != null
                && gateway.isUsable(near)
                && satisfies(gateway, near, session, bySession)) {
            serve(gateway, near, session, bySession, "near");
            return;
        }
        Entry stored = shared.get(key);
        Node asked = cacheServices.get(gateway.upstream);
        if (stored != null && asked.follower.isValid(stored.answer())) {
            put(gateway.near, key, stored);
            if (gateway.isUsable(stored) && satisfies(gateway, stored, session, bySession)) {
                serve(gateway, stored, session, bySession, "shared");
                return;
            }
        }
        boolean fromReplica = !bySession && random.nextInt(3) == 0;
        begin(
                gateway,
                key,
                new Waiter(now, session, session.said(), bySession),
                fromReplica,
                false);
    }

    private boolean satisfies(Gateway gateway, Entry entry, Session session, boolean bySession) {
        if (!bySession) {
            return true;
        }
        Follower follower = gateway.node.follower;
        return session.tokens.entrySet().stream()
                .allMatch(said -> {
                    boolean ours =
                            said.getKey().equals(follower.identity())
                                    || rule == Rule.IDENTITY_WITHOUT_INCARNATION;
                    return ours
                            && (rule == Rule.XMIN_AS_TOKEN
                                    ? entry.xmin() >= said.getValue().xmin()
                                    : follower.position().lsn().compareTo(said.getValue().lsn())
                                            >= 0);
                });
    }

    private void serve(
            Gateway gateway, Entry entry, Session session, boolean bySession, String layer) {
        long staleness = gateway.node.bound().toMillis();
        checker.notStaler(layer, entry.rows(), now - staleness);
        if (bySession) {
            see(session, session.said(), entry, layer);
        }
    }

    private void see(Session session, Session said, Entry entry, String layer) {
        checker.notBackInTime(layer, entry.rows(), said.seen);
        session.see(said, entry.token(), entry.answer().identity());
        checker.remember(entry.rows(), session.seen);
    }

    private void begin(
            Gateway gateway, int key, Waiter waiter, boolean fromReplica, boolean alone) {
        if (!alone) {
            for (Flight flight : flights) {
                if (flight.gateway == gateway
                        && flight.key == key
                        && flight.fromReplica == fromReplica) {
                    flight.waiters.add(waiter);
                    return;
                }
            }
        }
        Flight flight = new Flight(gateway, key, now, fromReplica);
        flight.waiters.add(waiter);
        flights.add(flight);
    }

    private void fly() {
        if (!flights.isEmpty() && random.nextInt(4) > 0) {
            Flight flight = pick(flights);
            if (flight.entry == null) {
                flight.entry = execute(flight);
            } else {
                flights.remove(flight);
                land(flight, flight.entry);
            }
        } else if (!fills.isEmpty()) {
            LateFill fill = fills.remove(random.nextInt(fills.size()));
            if (fill.entry().answer().followed()) {
                put(shared, fill.key(), fill.entry());
            }
        }
    }

    private Entry execute(Flight flight) {
        Snapshot snapshot =
                flight.fromReplica ? database.replicaSnapshot(replayed) : database.snapshot();
        DatabaseIdentity identity =
                flight.fromReplica ? flight.gateway.node.follower.identity() : identity(snapshot);
        Set<Integer> rows = new TreeSet<>();
        for (int row = 0; row < Postgres.ROWS; row++) {
            if (flight.key == LIST || flight.key == row) {
                rows.add(row);
            }
        }
        Map<Integer, Long> values = new HashMap<>(snapshot.rows());
        values.keySet().retainAll(rows);
        boolean followed =
                snapshot.followedSince().isPresent()
                        && snapshot.xmin() > snapshot.followedSince().getAsLong()
                        && identity.incarnation() != 0;
        Answer answer =
                new Answer(
                        200,
                        List.of(),
                        new byte[0],
                        new Version(version(snapshot)),
                        snapshot.lsn(),
                        readTags(flight.key),
                        POLICY,
                        identity,
                        followed);
        return new Entry(answer, values, snapshot.xmin());
    }

    /** As the origin computes it: announced writers are taken for ended. */
    private long version(Snapshot snapshot) {
        if (rule == Rule.LSN_AS_VERSION) {
            return snapshot.lsn().position() + 1;
        }
        return snapshot.running().stream()
                .filter(xid -> !snapshot.announced().contains(xid))
                .mapToLong(Long::longValue)
                .min()
                .orElse(snapshot.announced().isEmpty() ? snapshot.xmin() : snapshot.xmax());
    }

    private void land(Flight flight, Entry entry) {
        Gateway gateway = flight.gateway;
        boolean valid = entry.answer().followed() && gateway.isUsable(entry);
        for (Waiter waiter : flight.waiters) {
            boolean late = waiter.askedAt() > flight.beganAt;
            boolean mayHave =
                    flight.fromReplica
                            ? valid
                            : !late
                                    || (valid
                                            && satisfies(
                                                    gateway,
                                                    entry,
                                                    waiter.said(),
                                                    waiter.bySession()))
                                    || rule == Rule.WAITER_TAKES_ANY_FETCH;
            if (!mayHave) {
                begin(gateway, flight.key, waiter, false, true);
                continue;
            }
            if (late || flight.fromReplica) {
                long bound = gateway.node.bound().toMillis();
                checker.notStaler("flight", entry.rows(), Math.min(waiter.askedAt(), now - bound));
            } else {
                checker.notStaler("origin", entry.rows(), waiter.askedAt() - 1);
            }
            if (waiter.bySession()) {
                see(waiter.session(), waiter.said(), entry, "flight");
            }
        }
        if (entry.answer().followed()) {
            put(gateway.near, flight.key, entry);
            fills.add(new LateFill(flight.key, entry));
        }
    }

    /** Never replaces an entry of a higher version of the same history. */
    private static void put(Map<Integer, Entry> cache, int key, Entry entry) {
        cache.merge(
                key,
                entry,
                (old, young) ->
                        old.answer().identity().equals(young.answer().identity())
                                        && old.answer()
                                                        .version()
                                                        .compareTo(young.answer().version())
                                                > 0
                                ? old
                                : young);
    }

    private static Tags readTags(int key) {
        return key == LIST
                ? Tags.of(List.of(Tag.anyRow("film"), Tag.table("film")))
                : Tags.of(List.of(Tag.row("film", String.valueOf(key)), Tag.table("film")));
    }

    static Tags changedTags(Collection<Integer> rows) {
        Set<Tag> tags = new LinkedHashSet<>();
        tags.add(Tag.anyRow("film"));
        rows.forEach(row -> tags.add(Tag.row("film", String.valueOf(row))));
        return Tags.of(tags);
    }

    // Capture.

    private void capture() {
        if (holder == null) {
            takeOver();
            return;
        }
        Reader reader = random.nextInt(10) == 0 ? pick(readers) : holder;
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> reader.decode();
            case 5, 6, 7, 8, 9 -> reader.append(random.nextInt(10) == 0);
            case 10, 11 -> reader.beginHeartbeat();
            case 12 -> reader.announce();
            case 13 -> reader.confirm();
            case 14 -> stream.replicate();
            default -> upkeep();
        }
        if (holder != null && holder.dead) {
            holder = null;
        }
    }

    private void upkeep() {
        if (!database.isPublished()) {
            database.run(Kind.PUBLISH, "", now);
        } else if (!database.isFollowed()) {
            database.run(Kind.FOLLOW, "", now);
        } else if (random.nextInt(20) == 0) {
            database.run(Kind.UNFOLLOW, "", now);
        }
    }

    private void takeOver() {
        Reader.Slot made = slot;
        if (made == null) {
            slot = new Reader.Slot(new HashSet<>(database.unlogged()), database.snapshot().xmax());
            return;
        }
        if (!made.ready) {
            made.waitingFor.retainAll(database.unlogged());
            if (!made.waitingFor.isEmpty()) {
                return;
            }
            database.flush();
            made.confirmed = database.inserted();
            made.ready = true;
        }
        Reader reader = new Reader(this, nextReader++, made);
        readers.add(reader);
        if (readers.size() > 3) {
            readers.removeFirst();
        }
        holder = reader;
    }

    long newIncarnation() {
        return nextIncarnation++;
    }

    void openedGeneration(long generation, long incarnation) {
        generationNumbers.put(generation, incarnation);
    }

    /** The incarnation that a record's generation belongs to. */
    long generationNumber(LogRecord record) {
        return record.content() instanceof Content.Generation generation
                ? generation.identity().incarnation()
                : generationNumbers.getOrDefault(record.position().generation(), 0L);
    }

    /** What the reader decodes is not what the log tells: it begins anew, with another history. */
    void lostHistory(Reader reader) {
        reader.dead = true;
        database.incarnation = Optional.empty();
        holder = null;
    }

    // Feed.

    private void follow() {
        switch (random.nextInt(8)) {
            case 0, 1 -> pick(cacheServices).followStream();
            case 2, 3, 4 -> {
                Gateway gateway = pick(gateways);
                gateway.node.follow(cacheServices.get(gateway.upstream));
            }
            case 5 -> {
                if (random.nextBoolean()) {
                    questions.add(new Question(pick(cacheServices), null, now));
                } else {
                    Gateway gateway = pick(gateways);
                    questions.add(
                            new Question(gateway.node, cacheServices.get(gateway.upstream), now));
                }
            }
            default -> {
                if (!questions.isEmpty()) {
                    converse(pick(questions));
                }
            }
        }
    }

    private void converse(Question question) {
        if (question.answer.isPresent()) {
            question.asker.staleness.answered(question.answer.get(), nanos(question.askedAt));
            questions.remove(question);
        } else {
            question.answer =
                    question.asked != null
                            ? question.asked.completeness()
                            : Optional.ofNullable(holder).flatMap(Reader::completeness);
            if (question.answer.isEmpty()) {
                questions.remove(question);
            }
        }
    }

    private void fail() {
        switch (random.nextBoolean() ? favouriteFailure : random.nextInt(FAILURE_KINDS)) {
            case 0 -> holder = null;
            case 1 -> stream.failOver();
            case 2 -> {
                if (random.nextInt(4) == 0) {
                    stream.emptyDangerously();
                }
            }
            case 3 -> {
                database.crash(now);
                replayed = Math.min(replayed, database.flushedCommits());
                holder = null;
                flights.removeIf(flight -> flight.entry == null);
            }
            case 4 -> {
                // A temporary slot, or one that was lost.
                slot = null;
                holder = null;
            }
            case 5 -> pick(cacheServices).restart();
            case 6 -> {
                Gateway gateway = pick(gateways);
                gateway.near.clear();
                gateway.node.restart();
            }
            case 7, 8 -> pick(cacheServices).storeSnapshot();
            default -> {
                Gateway gateway = pick(gateways);
                gateway.upstream = 1 - gateway.upstream;
            }
        }
    }

    /** What happened, for whoever looks into a violation. */
    String describe() {
        return database.describe() + stream.describe();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    static Duration duration(long steps) {
        return Duration.ofMillis(steps);
    }

    static long nanos(long time) {
        return time * 1_000_000;
    }
}
