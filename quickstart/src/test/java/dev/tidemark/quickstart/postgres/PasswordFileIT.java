package dev.tidemark.quickstart.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileIT {
    @TempDir Path temp;

    @Test
    void passwordFile_givesTheFirstLineThatFits_unlessOthersCanReadIt() throws Exception {
        Path file =
                Files.writeString(
                        temp.resolve("pgpass"),
                        """
                        # db:5432:shop:ada:comment
                        db:5432:shop:bob:wrong user
                        db:*:shop:ada:with\\:colon and \\\\
                        *:*:*:*:any
                        """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(password("postgresql://ada@db/shop", file)).isEqualTo("with:colon and \\");
        assertThat(password("postgresql://ada@db/other", file)).isEqualTo("any");
        assertThat(password("postgresql://ada:own@db/other", file)).isEqualTo("own");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(password("postgresql://ada@db/shop", file)).isNull();
    }

    private static @Nullable String password(String uri, Path file) {
        return PostgresUri.parse(uri, Map.of("PGPASSFILE", file.toString())).password();
    }
}
