package dev.tidemark.retrieval.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.retrieval.Service;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The publication itself, and a role that owns nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublicationIT {

    private final TestDatabase database = Backends.postgres().freshDatabase();

    PublicationIT() {
        database.execute("CREATE TABLE film (film_id integer PRIMARY KEY, title text)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FOR ALL TABLES|is FOR ALL TABLES",
                "FOR TABLES IN SCHEMA public WITH (publish_via_partition_root)|is FOR TABLES IN SCHEMA",
                "FOR TABLE film WHERE (film_id > 1) WITH (publish_via_partition_root)|has a row filter or a column list for public.film",
                "FOR TABLE film (film_id) WITH (publish_via_partition_root)|has a row filter or a column list for public.film",
                "FOR TABLE film|is without publish_via_partition_root",
                "WITH (publish = 'insert, update, delete', publish_via_partition_root)|does not publish all of insert, update, delete and truncate"
            })
    void publicationThatLeavesSomethingOut_isRefused(String definition, String reason)
            throws SQLException {
        database.execute("CREATE PUBLICATION \"od\"\"d\" " + definition);
        try (Connection connection = database.connect()) {
            connection.createStatement().execute("SET search_path = ''");
            assertThatThrownBy(() -> new Publication("od\"d").require(connection))
                    .isInstanceOf(UnusablePublicationException.class)
                    .hasMessageContaining("the publication \"od\"d\" " + reason + ": drop it");
        } finally {
            database.execute("DROP PUBLICATION \"od\"\"d\"");
        }
    }

    @Test
    void publicationThatIsMissing_isMadeOnce() throws SQLException {
        try (Connection connection = database.connect()) {
            Publication publication = new Publication("made");
            publication.require(connection);
            publication.require(connection);
        }
        assertThat(
                        database.queryText(
                                """
                                SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate
                                       AND pubviaroot AND NOT puballtables
                                FROM pg_publication WHERE pubname = 'made'
                                """))
                .isEqualTo("t");
    }

    /** The owner may have added some, though. */
    @Test
    void roleThatOwnsNothing_followsWhatIsPublishedAndSaysWhyNotTheRest() throws SQLException {
        Service service = Service.shared();
        TestDatabase superuser = Service.database();
        Followed followed =
                new Followed(service, superuser.withUser("tidemark_reader", "p@ss: wörd/%"));
        followed.bring();
        superuser.execute("ALTER PUBLICATION tidemark ADD TABLE ONLY film_actor, keyless");
        try {
            followed.awaitFollowed("/film_actor/1,1");
            assertThat(followed.isFollowed("/film/1")).isFalse();
            assertThat(service.send("GET", "/internal/v1/followability").body())
                    .contains(
                            "public.film is not this role's own, so only its owner can add it to"
                                    + " the publication",
                            "public.keyless has no primary key");
        } finally {
            superuser.execute("ALTER PUBLICATION tidemark DROP TABLE ONLY film_actor, keyless");
            followed.bring();
        }
        assertThat(followed.isFollowed("/film_actor/1,1")).isFalse();
    }

    /** Another session has taken over. */
    @Test
    void readerOfThePast_changesNothing() throws SQLException {
        Service service = Service.shared();
        Service.database().execute("UPDATE tidemark.incarnation SET reader = gen_random_uuid()");
        Service.database().execute("DELETE FROM tidemark.told");
        try (Connection connection = Service.database().connect()) {
            service.bean(PublicationUpkeep.class).bring(connection, UUID.randomUUID());
        }
        assertThat(Service.database().queryText("SELECT count(*) FROM tidemark.told"))
                .isEqualTo("0");
    }
}
