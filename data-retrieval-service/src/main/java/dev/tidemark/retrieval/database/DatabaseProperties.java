package dev.tidemark.retrieval.database;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which database is served.
 *
 * @param url a libpq URI: {@code postgresql://user@host:port/database?sslmode=require}
 * @param passwordFile a file whose first line is the password; for a URL without one
 * @param readUrls of standbys that may answer reads, in the form of {@code url}, one host each
 * @param readPasswordFile as {@code passwordFile}, which is meant if there is none
 * @param connectTimeout how long a reader waits for a connection of the pool; at least 250 ms
 * @param lockTimeout how long a read waits for somebody's lock on its table; well below the time
 *     that others may wait for its place in the lane, so that these come through
 */
@ConfigurationProperties("tidemark.database")
record DatabaseProperties(
        @Nullable String url,
        @Nullable Path passwordFile,
        @DefaultValue List<String> readUrls,
        @Nullable Path readPasswordFile,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("500ms") Duration lockTimeout) {

    DatabaseProperties {
        readUrls = List.copyOf(readUrls);
        require(
                url != null && !url.isBlank(),
                "tidemark.database.url is missing: set it to postgresql://user@host:port/database");
        require(
                connectTimeout.toMillis() >= 250,
                "tidemark.database.connect-timeout must be at least 250ms");
        require(lockTimeout.toMillis() > 0, "tidemark.database.lock-timeout must be at least 1ms");
    }

    /** Only where it is, for connections outside of the pool. */
    static DatabaseProperties of(@Nullable String url, @Nullable Path passwordFile) {
        return new DatabaseProperties(
                url, passwordFile, List.of(), null, Duration.ofSeconds(1), Duration.ofMillis(500));
    }

    /** Where the database is, with the password wherever it comes from. */
    DatabaseUrl address() {
        return withPassword(DatabaseUrl.parse(url == null ? "" : url).ofPrimary(), passwordFile);
    }

    /** Where the standbys are that may answer reads. */
    List<DatabaseUrl> readAddresses() {
        Path file = readPasswordFile == null ? passwordFile : readPasswordFile;
        try {
            return readUrls.stream()
                    .map(readUrl -> withPassword(DatabaseUrl.parse(readUrl).ofReplica(), file))
                    .toList();
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException(
                    String.valueOf(e.getMessage())
                            .replace("tidemark.database.url", "tidemark.database.read-urls")
                            .replace(
                                    "tidemark.database.password-file",
                                    "tidemark.database.read-password-file"));
        }
    }

    private static DatabaseUrl withPassword(DatabaseUrl address, @Nullable Path passwordFile) {
        if (address.password() != null) {
            return address;
        }
        if (passwordFile != null) {
            return address.withPassword(firstLine(passwordFile));
        }
        String fromEnvironment = System.getenv("PGPASSWORD");
        // Without any of these, the driver itself looks into PGPASSFILE and ~/.pgpass.
        return fromEnvironment == null ? address : address.withPassword(fromEnvironment);
    }

    private static String firstLine(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new InvalidConfigurationException(
                    "tidemark.database.password-file cannot be read: " + file);
        }
        require(
                !lines.isEmpty() && !lines.getFirst().isEmpty(),
                "tidemark.database.password-file is empty: " + file);
        return lines.getFirst();
    }

    @Override
    public String toString() {
        return "DatabaseProperties[" + address() + "]";
    }
}
