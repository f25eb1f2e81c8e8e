package dev.tidemark.retrieval.read;

import dev.tidemark.retrieval.database.Deadline;
import dev.tidemark.retrieval.database.Lane;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.query.RowsQuery;
import dev.tidemark.retrieval.query.TableQuery;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows by their keys. Who finds a place in the lane has a statement alone. While there is
 * none, those who want rows of one table in one shape gather behind the first of them, who waits
 * for all and reads all by one statement: what PostgreSQL does for a statement costs several times
 * what it does for a row.
 *
 * <p>The rule: a gathering is closed before its statement begins, so its snapshot is later than
 * every request in it, as if each had been asked for alone.
 */
final class KeyedRows {

    private final DataSource database;
    private final Lane lane;
    private final MeterRegistry meters;
    private final Map<RowsQuery, Gathering> open = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();

    KeyedRows(DataSource database, Lane lane, MeterRegistry meters) {
        this.database = database;
        this.lane = lane;
        this.meters = meters;
        Gauge.builder("tidemark.origin.gathering", waiting, AtomicInteger::get)
                .description("Reads of rows that wait for another's statement")
                .register(meters);
    }

    /** One who wants a row. */
    private static final class Reader {

        private final TableQuery query;
        private final List<String> key;
        private final Deadline deadline;

        /** Null for whom has to read alone. */
        private final CompletableFuture<@Nullable KeyedRow> answer = new CompletableFuture<>();

        Reader(TableQuery query, List<String> key, Deadline deadline) {
            this.query = query;
            this.key = key;
            this.deadline = deadline;
        }
    }

    /** Those who gather; they change in the map only, under its lock. */
    private static final class Gathering {

        private final List<Reader> readers = new ArrayList<>();

        List<Reader> behindTheFirst() {
            return readers.subList(1, readers.size());
        }
    }

    /**
     * Reads a row.
     *
     * @param query of this row alone
     * @param together of this and others; empty if there is none
     * @param key the parts, as in the request
     * @throws ProblemException if the lane is full or the deadline over
     */
    KeyedRow read(
            TableQuery query,
            Supplier<Optional<RowsQuery>> together,
            List<String> key,
            Deadline deadline)
            throws SQLException {
        Optional<Lane.Permit> place = lane.tryEnter(name(query));
        if (place.isPresent()) {
            return alone(place.get(), query, deadline);
        }
        Optional<RowsQuery> rows = together.get();
        if (rows.isEmpty()) {
            return alone(query, deadline);
        }
        Reader reader = new Reader(query, key, deadline);
        Gathering gathering = join(rows.get(), reader);
        if (gathering.readers.getFirst() == reader) {
            return first(rows.get(), gathering);
        }
        KeyedRow row = await(reader);
        return row == null ? alone(query, deadline) : row;
    }

    private Gathering join(RowsQuery rows, Reader reader) {
        return open.compute(
                rows,
                (_, gathering) -> {
                    Gathering joined =
                            gathering == null || gathering.readers.size() >= rows.rowsMax()
                                    ? new Gathering()
                                    : gathering;
                    joined.readers.add(reader);
                    return joined;
                });
    }

    /** Waits for a place and reads for all, or leaves the others to themselves. */
    private KeyedRow first(RowsQuery rows, Gathering gathering) throws SQLException {
        Reader first = gathering.readers.getFirst();
        try {
            Lane.Permit place = placeFor(first, rows, gathering);
            if (gathering.readers.size() == 1) {
                return alone(place, first.query, first.deadline);
            }
            together(place, rows, gathering.readers);
        } catch (SQLException e) {
            if (!SqlProblems.isBadValue(e)) {
                gathering.behindTheFirst().forEach(other -> other.answer.completeExceptionally(e));
                throw e;
            }
            // Whose value it is, PostgreSQL does not say: each finds out alone.
        } finally {
            gathering.behindTheFirst().forEach(other -> other.answer.complete(null));
        }
        KeyedRow row = first.answer.getNow(null);
        return row == null ? alone(first.query, first.deadline) : row;
    }

    /** From then on nobody joins. */
    private Lane.Permit placeFor(Reader first, RowsQuery rows, Gathering gathering) {
        try {
            return lane.enter(name(first.query), first.deadline);
        } finally {
            open.remove(rows, gathering);
        }
    }

    private void together(Lane.Permit place, RowsQuery rows, List<Reader> readers)
            throws SQLException {
        // Of the most patient: nobody's own deadline ends what others wait for.
        Deadline deadline =
                readers.stream()
                        .map(reader -> reader.deadline)
                        .max(Comparator.comparing(Deadline::left))
                        .orElseThrow()
                        .within(lane.timeout());
        try (place) {
            try (Connection connection = database.getConnection();
                    PreparedStatement statement =
                            Cursor.prepare(
                                    connection,
                                    rows.sql(),
                                    rows.parameters(
                                            readers.stream().map(reader -> reader.key).toList()),
                                    deadline.left())) {
                TableQuery query = readers.getFirst().query;
                statements(query).increment();
                gathered(query).increment(readers.size() - 1.0);
                answer(rows, readers, statement);
            } catch (Throwable e) {
                Cursor.tell(place, e);
                throw e;
            }
        }
    }

    private static void answer(RowsQuery rows, List<Reader> readers, PreparedStatement statement)
            throws SQLException {
        List<Runnable> answers = new ArrayList<>();
        long bytes = 0;
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Reader reader = readers.get(row.getInt("number") - 1);
                byte[] json = row.getBytes("json");
                bytes += json == null ? 0 : json.length;
                KeyedRow answer =
                        new KeyedRow(
                                Snapshot.ofKey(row, rows.keyColumns(), reader.query.isSteady()),
                                json == null
                                        ? null
                                        : new KeyedRow.Found(
                                                json, row.getString("hash"), List.of()));
                answers.add(() -> reader.answer.complete(answer));
            }
        }
        // Before the first of them asks again.
        rows.answered(readers.size(), bytes);
        answers.forEach(Runnable::run);
    }

    private KeyedRow alone(TableQuery query, Deadline deadline) throws SQLException {
        return alone(lane.enter(name(query), deadline), query, deadline);
    }

    private KeyedRow alone(Lane.Permit place, TableQuery query, Deadline deadline)
            throws SQLException {
        try (Cursor cursor =
                Cursor.open(
                        database,
                        place,
                        query,
                        deadline.within(lane.timeout()),
                        statements(query))) {
            return KeyedRow.of(cursor);
        }
    }

    private @Nullable KeyedRow await(Reader reader) throws SQLException {
        waiting.incrementAndGet();
        try {
            return reader.answer.get(reader.deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Cursor.tooLate();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Cursor.tooLate();
        } finally {
            waiting.decrementAndGet();
        }
    }

    private static String name(TableQuery query) {
        return query.table().name().toString();
    }

    private Counter statements(TableQuery query) {
        return meters.counter("tidemark.origin.queries", "table", name(query));
    }

    private Counter gathered(TableQuery query) {
        return Counter.builder("tidemark.origin.gathered")
                .description("Reads of a row by a statement that was another's")
                .tag("table", name(query))
                .register(meters);
    }
}
