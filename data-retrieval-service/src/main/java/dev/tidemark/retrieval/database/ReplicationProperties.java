package dev.tidemark.retrieval.database;

import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How the change capture reaches the database, where that is not how reads do: past a pooler, or as
 * another role. Tidemark's schema is kept up to date this way, too.
 *
 * @param url in the form of {@code tidemark.database.url}; that one if it is missing
 * @param passwordFile a file whose first line is the password; for a URL without one
 */
@ConfigurationProperties("tidemark.replication")
record ReplicationProperties(@Nullable String url, @Nullable Path passwordFile) {

    ReplicationProperties {
        if (url != null && !url.isBlank()) {
            address(url, passwordFile);
        }
    }

    /** Where the database is, with the password wherever it comes from. */
    DatabaseUrl address(DatabaseProperties database) {
        return url == null || url.isBlank() ? database.address() : address(url, passwordFile);
    }

    private static DatabaseUrl address(String url, @Nullable Path passwordFile) {
        try {
            return DatabaseProperties.of(url, passwordFile).address();
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException(
                    String.valueOf(e.getMessage())
                            .replace("tidemark.database.", "tidemark.replication."));
        }
    }

    @Override
    public String toString() {
        return "ReplicationProperties["
                + (url == null || url.isBlank() ? "" : address(url, passwordFile))
                + "]";
    }
}
