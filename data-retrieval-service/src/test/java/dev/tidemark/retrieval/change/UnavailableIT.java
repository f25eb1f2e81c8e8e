package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.retrieval.change.UnavailableException.Reason;
import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is missing, one after the other, until a role may capture changes. */
class UnavailableIT {

    private static UnavailableException attempt(TestDatabase database) {
        ChangeProperties properties =
                new ChangeProperties(
                        true,
                        "unavailable_it",
                        "tidemark",
                        true,
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(15));
        try (HttpLog log = new HttpLog(List.of())) {
            CaptureSession session =
                    new CaptureSession(
                            properties,
                            DirectConnections.to(database.url()),
                            new ReplicationSlot(properties),
                            log,
                            new PublishedTables("tidemark"),
                            new CaptureMetrics(new SimpleMeterRegistry(), Optional::empty));
            UnavailableException unavailable =
                    catchThrowableOfType(UnavailableException.class, session::run);
            assertThat(unavailable).isNotNull();
            return unavailable;
        }
    }

    @Test
    void whatIsMissing_isSaidWithWhatToDo() {
        TestDatabase database = Backends.postgres().freshDatabase();
        database.execute("CREATE ROLE capture_without LOGIN PASSWORD 'x'");
        TestDatabase asRole = database.withUser("capture_without", "x");
        try {
            UnavailableException unavailable = attempt(asRole);
            assertThat(unavailable.reason()).isEqualTo(Reason.SCHEMA);

            Captures.migrate(database);
            unavailable = attempt(asRole);
            assertThat(unavailable.reason()).isEqualTo(Reason.PRIVILEGE);
            assertThat(unavailable).hasMessageContaining("USAGE ON SCHEMA tidemark");

            database.execute("GRANT USAGE ON SCHEMA tidemark TO capture_without");
            unavailable = attempt(asRole);
            assertThat(unavailable.reason()).isEqualTo(Reason.PRIVILEGE);
            assertThat(unavailable).hasMessageContaining("tidemark.incarnation");

            database.execute("GRANT ALL ON ALL TABLES IN SCHEMA tidemark TO capture_without");
            unavailable = attempt(asRole);
            assertThat(unavailable.reason()).isEqualTo(Reason.PRIVILEGE);
            assertThat(unavailable).hasMessageContaining("publication");

            database.execute("GRANT CREATE ON DATABASE " + database.name() + " TO capture_without");
            unavailable = attempt(asRole);
            assertThat(unavailable.reason()).isEqualTo(Reason.REPLICATION_RIGHT);
            assertThat(unavailable).hasMessageContaining("ALTER ROLE");
        } finally {
            database.execute("DROP OWNED BY capture_without; DROP ROLE capture_without");
        }
    }

    @Test
    void slotOfAnotherDatabase_isLeftAlone() {
        TestDatabase database = Backends.postgres().freshDatabase();
        TestDatabase other = Backends.postgres().freshDatabase();
        Captures.migrate(database);
        other.execute("SELECT pg_create_logical_replication_slot('unavailable_it', 'pgoutput')");
        try {
            assertThat(attempt(database).reason()).isEqualTo(Reason.SLOT_IN_OTHER_USE);
        } finally {
            other.execute("SELECT pg_drop_replication_slot('unavailable_it')");
        }
    }
}
