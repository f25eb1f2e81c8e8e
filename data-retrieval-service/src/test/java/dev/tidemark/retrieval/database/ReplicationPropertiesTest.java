package dev.tidemark.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import org.junit.jupiter.api.Test;

class ReplicationPropertiesTest {

    private static final DatabaseProperties DATABASE =
            DatabaseProperties.of("postgresql://reader:r@pooler/shop", null);

    @Test
    void missingUrl_isTheDatabases() {
        assertThat(new ReplicationProperties(null, null).address(DATABASE))
                .isEqualTo(DATABASE.address());
        assertThat(new ReplicationProperties(" ", null).address(DATABASE))
                .isEqualTo(DATABASE.address());
    }

    @Test
    void url_isAnotherWayToTheDatabase() {
        ReplicationProperties properties =
                new ReplicationProperties("postgresql://capture:secret@primary:5433/shop", null);
        assertThat(properties.address(DATABASE).toString()).isEqualTo("capture@primary:5433/shop");
        assertThat(properties.toString()).doesNotContain("secret");
    }

    @Test
    void urlThatIsWrong_isRefused() {
        assertThatThrownBy(() -> new ReplicationProperties("mysql://x", null))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("tidemark.replication.url");
    }
}
