package dev.tidemark.retrieval.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** What is run by hand is what Flyway would have run, down to what it notes. */
class SchemaScriptIT {

    private static final String HISTORY =
            """
            SELECT string_agg(concat_ws(' ', installed_rank, version, description, type, script,
                                        checksum, success), E'\\n' ORDER BY installed_rank)
            FROM tidemark.flyway_schema_history WHERE version IS NOT NULL
            """;

    private static final String LAYOUT =
            """
            SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
                     (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
                      WHERE adrelid = attrelid AND adnum = attnum)), E'\\n' ORDER BY attnum)
                   || (SELECT string_agg(indexdef, E'\\n' ORDER BY indexname) FROM pg_indexes
                       WHERE tablename = 'flyway_schema_history')
            FROM pg_attribute
            WHERE attrelid = 'tidemark.flyway_schema_history'::regclass AND attnum > 0
            """;

    private static Flyway flyway(TestDatabase database) {
        return Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .defaultSchema("tidemark")
                .locations("classpath:db/migration")
                .load();
    }

    @Test
    void scriptsRunByHand_areTakenForDone() {
        TestDatabase byHand = Backends.postgres().freshDatabase();
        byHand.execute("CREATE SCHEMA tidemark");
        byHand.execute(SchemaScript.HISTORY);
        for (SchemaScript script : SchemaScript.all()) {
            byHand.execute(script.sql());
            byHand.execute(script.noting());
        }
        TestDatabase byFlyway = Backends.postgres().freshDatabase();
        byFlyway.execute("CREATE SCHEMA tidemark");
        flyway(byFlyway).migrate();

        assertThat(flyway(byHand).validateWithResult().getAllErrorMessages()).isEmpty();
        assertThat(flyway(byHand).migrate().migrationsExecuted).isZero();
        assertThat(byHand.queryText(HISTORY)).isEqualTo(byFlyway.queryText(HISTORY));
        assertThat(byHand.queryText(LAYOUT)).isEqualTo(byFlyway.queryText(LAYOUT));
    }
}
