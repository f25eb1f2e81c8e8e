package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.load.DumpLoader;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one database of the embedded PostgreSQL: what is in it, and how it gets there. */
final class EmbeddedDatabase {
    static final String NAME = "tidemark";

    /**
     * A load that did not end has this name, so that half a database is never taken for a whole
     * one.
     */
    private static final String LOADING = "tidemark_loading";

    private static final String SHOP = "/dev/tidemark/quickstart/shop/shop.sql";

    private EmbeddedDatabase() {}

    /**
     * Says in a word what the database is: the one of an earlier start, what was loaded, or the
     * sample.
     */
    static String fill(PostgresServer server, @Nullable Path dump, Consumer<String> notices) {
        if (server.hasDatabase(NAME)) {
            if (dump != null) {
                throw new StartException(
                        "%s has a database already: leave out --load to use it, or choose another --data-dir"
                                .formatted(server.dataDirectory()));
            }
            return "database of an earlier start";
        }
        server.dropDatabase(LOADING);
        PostgresAddress target = server.createDatabase(LOADING);
        String what = dump == null ? "sample shop" : String.valueOf(dump.getFileName());
        DumpLoader.Report report =
                dump == null ? loadShop(target, notices) : DumpLoader.load(dump, target, notices);
        server.renameDatabase(LOADING, NAME);
        String statements = "%s, %,d statements".formatted(what, report.statements());
        return report.rows() == 0
                ? statements
                : statements + ", %,d rows by COPY".formatted(report.rows());
    }

    private static DumpLoader.Report loadShop(PostgresAddress target, Consumer<String> notices) {
        try (InputStream script =
                Objects.requireNonNull(EmbeddedDatabase.class.getResourceAsStream(SHOP))) {
            return DumpLoader.load("shop.sql", script, target, notices);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
