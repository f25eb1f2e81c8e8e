package dev.tidemark.retrieval.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The pool and the lanes. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    /** More than a statement may take: then the server is gone without a word. */
    private static final Duration SOCKET_MARGIN = Duration.ofSeconds(3);

    /** Whom the lanes lead to that are not a replica's. */
    private static final String PRIMARY = "primary";

    @Bean
    StatementSpans statementSpans(
            ObservationRegistry observations,
            @Value("${management.opentelemetry.tracing.export.otlp.endpoint:}") String collector) {
        return new StatementSpans(observations, collector);
    }

    @Bean
    @Primary
    HikariDataSource dataSource(
            DatabaseProperties database, LanesProperties lanes, StatementSpans spans) {
        return pool("tidemark", database.address(), lanes.connections(), database, lanes, spans);
    }

    private static HikariDataSource pool(
            String name,
            DatabaseUrl address,
            int connections,
            DatabaseProperties database,
            LanesProperties lanes,
            StatementSpans spans) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        PatientDataSource source = new PatientDataSource(address, properties(address, lanes));
        config.setDataSource(spans.of(source));
        config.setConnectionInitSql(
                SessionSettings.sql(
                        database.lockTimeout(),
                        lanes.statementTimeoutMax(),
                        lanes.streams().timeout()));
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(4, connections));
        config.setConnectionTimeout(database.connectTimeout().toMillis());
        config.setValidationTimeout(database.connectTimeout().toMillis());
        config.setKeepaliveTime(Duration.ofSeconds(60).toMillis());
        config.setIdleTimeout(Duration.ofMinutes(2).toMillis());
        config.setMaxLifetime(Duration.ofMinutes(10).toMillis());
        // The service starts without a database and waits for it.
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config) {
            @Override
            public void close() {
                source.close();
                super.close();
            }
        };
    }

    private static Properties properties(DatabaseUrl address, LanesProperties lanes) {
        Properties properties = address.properties();
        properties.putIfAbsent("connectTimeout", "2");
        properties.setProperty("loginTimeout", "2");
        properties.setProperty("cancelSignalTimeout", "2");
        properties.setProperty(
                "socketTimeout",
                Long.toString(lanes.statementTimeoutMax().plus(SOCKET_MARGIN).toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "tidemark");
        // The cast in the statement says what a parameter is.
        properties.setProperty("stringtype", "unspecified");
        return properties;
    }

    /**
     * Outside of the pool, whose connections are read-only; as the role that captures changes,
     * which needs the schema that this makes.
     */
    @Bean
    @FlywayDataSource
    @Qualifier("migration")
    DataSource migrationDataSource(DatabaseProperties database, ReplicationProperties replication) {
        DatabaseUrl address = replication.address(database);
        Properties properties = address.properties();
        properties.putIfAbsent("connectTimeout", "2");
        properties.setProperty("socketTimeout", "30");
        properties.setProperty("ApplicationName", "tidemark migration");
        return new DriverManagerDataSource(address.jdbcUrl(), properties);
    }

    @Bean
    Lanes lanes(LanesProperties properties, MeterRegistry meters) {
        return new Lanes(
                new Lane(
                        "rows",
                        PRIMARY,
                        properties.rows().bounds(),
                        LaneLimits.byLatency(properties.rows().bounds()),
                        meters),
                new Lane(
                        "lists",
                        PRIMARY,
                        properties.lists().bounds(),
                        LaneLimits.byOverload(properties.lists().bounds()),
                        meters),
                new Lane(
                        "strong",
                        PRIMARY,
                        properties.strong().bounds(),
                        LaneLimits.byOverload(properties.strong().bounds()),
                        meters),
                new Lane(
                        "refresh",
                        PRIMARY,
                        properties.refresh().bounds(),
                        LaneLimits.byOverload(properties.refresh().bounds()),
                        meters),
                new Lane(
                        "streams",
                        PRIMARY,
                        properties.streams().bounds(),
                        LaneLimits.fixed(properties.streams().bounds()),
                        meters),
                new Lane(
                        "writes",
                        PRIMARY,
                        properties.writes().bounds(),
                        LaneLimits.fixed(properties.writes().bounds()),
                        meters));
    }

    @Bean
    ReplicaPools replicaPools(
            DatabaseProperties database,
            LanesProperties lanes,
            StatementSpans spans,
            MeterRegistry meters) {
        List<HikariDataSource> sources = new ArrayList<>();
        List<ReplicaPool> pools = new ArrayList<>();
        for (DatabaseUrl address : database.readAddresses()) {
            String name = address.place();
            HikariDataSource source =
                    pool(
                            "tidemark " + name.replace(':', ' '),
                            address,
                            lanes.connectionsOfReplica(),
                            database,
                            lanes,
                            spans);
            sources.add(source);
            pools.add(
                    new ReplicaPool(
                            name,
                            source,
                            new Lane(
                                    "rows",
                                    name,
                                    lanes.rows().bounds(),
                                    LaneLimits.byLatency(lanes.rows().bounds()),
                                    meters),
                            new Lane(
                                    "lists",
                                    name,
                                    lanes.lists().bounds(),
                                    LaneLimits.byOverload(lanes.lists().bounds()),
                                    meters)));
        }
        return new ReplicaPools(sources, pools);
    }
}
