package dev.tidemark.retrieval.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.retrieval.Reply;
import dev.tidemark.retrieval.Service;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** A schema that an earlier version made, and a role that may not change it. */
class OlderSchemaIT {

    @Test
    void roleThatMayNotUpdateTheSchema_isReadyAndServesByTime_underThePoliciesThatThereAre() {
        TestDatabase database = Backends.postgres().freshDatabase();
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .defaultSchema("tidemark")
                .locations("classpath:db/migration")
                .target("2")
                .load()
                .migrate();
        database.execute(
                """
                CREATE TABLE open (id integer PRIMARY KEY);
                CREATE TABLE shut (id integer PRIMARY KEY);
                INSERT INTO tidemark.cache_policy (table_name, soft_ttl) VALUES ('open', '7 s');
                INSERT INTO tidemark.cache_policy (table_name, cacheable) VALUES ('shut', false);
                INSERT INTO tidemark.followed
                SELECT 'public.open'::regclass, pg_current_xact_id();
                CREATE ROLE of_old LOGIN PASSWORD 'x';
                GRANT SELECT ON open, shut TO of_old;
                GRANT USAGE ON SCHEMA tidemark TO of_old;
                GRANT SELECT ON ALL TABLES IN SCHEMA tidemark TO of_old;
                """);
        try (Service service =
                Service.start(
                        Map.of("tidemark.database.url", database.withUser("of_old", "x").url()))) {
            service.awaitReady();

            Reply open = service.get("/open");
            assertThat(open.status()).as(open.body()).isEqualTo(200);
            assertThat(open.internal().followed()).isFalse();
            assertThat(open.internal().cacheable()).isTrue();
            assertThat(open.internal().policy().softTtl()).hasSeconds(7);
            assertThat(service.get("/shut").internal().cacheable()).isFalse();
        } finally {
            database.execute("DROP OWNED BY of_old; DROP ROLE of_old");
        }
    }
}
