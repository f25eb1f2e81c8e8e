package dev.tidemark.retrieval.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.retrieval.policy.Migration.Outcome;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;

/** Migrations that meet others. */
class MigrationIT {

    private static final MigrationVersion BEFORE_THE_LAST = MigrationVersion.fromVersion("5");

    private final TestDatabase database = Backends.postgres().freshDatabase();

    private Migration to(MigrationVersion target) {
        return new Migration(
                Flyway.configure()
                        .dataSource(database.jdbcUrl(), database.user(), database.password())
                        .defaultSchema("tidemark")
                        .locations("classpath:db/migration")
                        .callbacks(new BoundedLockWait(Duration.ofMillis(100)))
                        .target(target)
                        .load());
    }

    @Test
    void tableThatSomebodyReads_isChangedOnceTheyAreDone_andKeepsNobodyWaitingUntilThen()
            throws SQLException {
        assertThat(to(BEFORE_THE_LAST).attempt()).isEqualTo(Outcome.DONE);
        Migration last = to(MigrationVersion.LATEST);
        try (Connection reader =
                        DriverManager.getConnection(
                                database.jdbcUrl(), database.user(), database.password());
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT FROM tidemark.incarnation");

            assertThat(last.attempt()).isEqualTo(Outcome.NOT_YET);
            // With nobody in line for the exclusive lock, others still come by.
            database.execute("SET lock_timeout = '5s'; SELECT FROM tidemark.incarnation");
        }
        assertThat(last.attempt()).isEqualTo(Outcome.DONE);
        database.execute("SELECT server_started FROM tidemark.incarnation");
    }

    @Test
    void instancesThatStartTogether_haveTheSchemaAllOfThem() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Callable<Outcome> instance =
                    () -> {
                        Outcome outcome = Outcome.NOT_YET;
                        while (outcome == Outcome.NOT_YET) {
                            outcome = to(MigrationVersion.LATEST).attempt();
                        }
                        return outcome;
                    };
            for (Future<Outcome> outcome :
                    threads.invokeAll(List.of(instance, instance, instance))) {
                assertThat(outcome.get()).isEqualTo(Outcome.DONE);
            }
        }
    }
}
