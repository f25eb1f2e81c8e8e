package dev.tidemark.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.FaultProxy;
import dev.tidemark.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PatientDataSourceIT {

    private static final int READER_WAITS_MILLIS = 1_000;

    /** After 2.6 s of failures the pool by itself would pause for as long again. */
    private static final Duration AWAY = Duration.ofSeconds(3);

    @Test
    void databaseThatIsBack_servesAtOnce() throws SQLException {
        TestDatabase database = Backends.postgres().freshDatabase();
        try (FaultProxy network = FaultProxy.before(database.port());
                HikariDataSource pool = pool(through(network, database))) {
            pool.getConnection().close();
            network.set(FaultProxy.Fault.RESET);
            pool.getHikariPoolMXBean().softEvictConnections();
            long left = System.nanoTime();
            while (System.nanoTime() - left < AWAY.toNanos()) {
                assertThat(isServed(pool)).isFalse();
            }

            network.set(FaultProxy.Fault.NONE);
            assertThat(isServed(pool)).isTrue();
        }
    }

    private static TestDatabase through(FaultProxy network, TestDatabase database) {
        return new TestDatabase(
                database.host(),
                network.port(),
                database.name(),
                database.user(),
                database.password());
    }

    private static HikariDataSource pool(TestDatabase database) {
        DatabaseUrl address = DatabaseUrl.parse(database.url());
        Properties properties = address.properties();
        properties.setProperty("sslmode", "disable");
        HikariConfig config = new HikariConfig();
        config.setDataSource(new PatientDataSource(address, properties));
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(READER_WAITS_MILLIS);
        return new HikariDataSource(config);
    }

    private static boolean isServed(HikariDataSource pool) {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }
}
