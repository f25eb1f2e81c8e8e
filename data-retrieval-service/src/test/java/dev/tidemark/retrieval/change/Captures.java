package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.flywaydb.core.Flyway;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** A database, a log, and any number of instances that capture from the one into the other. */
final class Captures implements AutoCloseable {

    final TestDatabase database;
    final FakeLog log = new FakeLog();
    final String slot;
    private final List<ChangeCapture> running = new ArrayList<>();

    Captures(String sql) {
        database = Backends.postgres().freshDatabase();
        slot = "capture_" + database.name();
        migrate(database);
        database.execute(sql);
    }

    /** Makes Tidemark's own schema. */
    static void migrate(TestDatabase database) {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .defaultSchema("tidemark")
                .createSchemas(true)
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    ChangeCapture start(String... settings) {
        Map<String, Object> properties = new HashMap<>(Map.of("tidemark.change.slot", slot));
        for (int i = 0; i < settings.length; i += 2) {
            properties.put("tidemark.change." + settings[i], settings[i + 1]);
        }
        ChangeProperties bound =
                new Binder(new MapConfigurationPropertySource(properties))
                        .bindOrCreate("tidemark.change", ChangeProperties.class);
        ChangeCapture capture =
                new ChangeCapture(
                        bound,
                        new CacheProperties(List.of(log.address())),
                        DirectConnections.to(database.url()),
                        new PublishedTables(bound.publication()),
                        new SimpleMeterRegistry());
        running.add(capture);
        capture.start();
        return capture;
    }

    static ConditionFactory await() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10));
    }

    /** Waits for a heartbeat that is begun after this call: all that has committed is told then. */
    void awaitComplete(ChangeCapture capture) {
        long asked = System.nanoTime();
        await().until(() ->
                capture.completeness()
                        .filter(known -> known.staleness().toNanos() < System.nanoTime() - asked)
                        .isPresent());
    }

    /** Runs it, and what the log says of it, late stamps aside. */
    Change change(ChangeCapture capture, String sql) {
        awaitComplete(capture);
        int before = log.size();
        database.execute(sql);
        awaitComplete(capture);
        List<Change> changes = changes(before);
        if (changes.size() != 1) {
            throw new AssertionError(changes + " of " + sql);
        }
        return changes.getFirst();
    }

    List<Change> changes(int from) {
        List<LogRecord> records = log.records();
        List<Change> changes = new ArrayList<>();
        for (LogRecord record : records.subList(Math.min(from, records.size()), records.size())) {
            if (record.content() instanceof Content.Changed(Change change)) {
                changes.add(change);
            }
        }
        return changes;
    }

    Optional<LogRecord> record(int from, Predicate<Content> wanted) {
        List<LogRecord> records = log.records();
        return records.subList(Math.min(from, records.size()), records.size()).stream()
                .filter(record -> wanted.test(record.content()))
                .findFirst();
    }

    static Tags tags(Tag... tags) {
        return Tags.of(List.of(tags));
    }

    static boolean has(Tags tags, Tag tag) {
        for (int i = 0; i < tags.size(); i++) {
            if (tags.hash(i) == tag.hash()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        running.forEach(ChangeCapture::stop);
        log.close();
        dropSlot();
    }

    /** Once nobody reads from it. */
    void dropSlot() {
        String where = " FROM pg_replication_slots WHERE slot_name = '" + slot + "'";
        await().until(() ->
                database.queryText("SELECT count(*)" + where + " AND active").equals("0"));
        database.execute("SELECT pg_drop_replication_slot(slot_name)" + where);
    }
}
