package dev.tidemark.quickstart.load;

import dev.tidemark.quickstart.load.ScriptPiece.MetaCommand;
import dev.tidemark.quickstart.load.ScriptPiece.Statement;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Loads a plain SQL dump into a database, as {@code psql --set ON_ERROR_STOP=1} would. What a dump
 * may say that this database cannot follow (roles that it lacks, settings of other versions, psql's
 * own commands) is put right or left out, each with one notice.
 */
public final class DumpLoader {
    /**
     * What was loaded.
     *
     * @param statements that were run, COPY included
     * @param rows that came by COPY
     */
    public record Report(long statements, long rows, Duration time) {}

    private final String name;
    private final PostgresAddress database;
    private final Notices notices;

    private DumpLoader(String name, PostgresAddress database, Consumer<String> notices) {
        this.name = name;
        this.database = database;
        this.notices = new Notices(notices);
    }

    /** Loads a file into a database that should be empty, and gathers statistics. */
    public static Report load(Path file, PostgresAddress database, Consumer<String> notices) {
        var loader = new DumpLoader(file.toString(), database, notices);
        try (InputStream in = new DumpFile(file).open()) {
            return loader.load(in);
        } catch (IOException e) {
            throw new LoadException(file + ": " + e.getMessage(), e);
        }
    }

    /** Loads a script that is not a file of its own; the name stands for it in messages. */
    public static Report load(
            String name, InputStream script, PostgresAddress database, Consumer<String> notices) {
        try {
            return new DumpLoader(name, database, notices).load(script);
        } catch (IOException e) {
            throw new LoadException(name + ": " + e.getMessage(), e);
        }
    }

    private Report load(InputStream in) throws IOException {
        long start = System.nanoTime();
        var script = new SqlScript(in);
        try (Connection connection = connect()) {
            var session = new LoadSession(connection, script, notices);
            var commands = new MetaCommands(script, session, notices);
            while (true) {
                ScriptPiece piece = script.next();
                switch (piece) {
                    case null -> {
                        session.finish();
                        return new Report(
                                session.statements(),
                                session.rows(),
                                Duration.ofNanos(System.nanoTime() - start));
                    }
                    case Statement statement -> session.run(statement);
                    case MetaCommand command -> commands.run(command);
                }
            }
        } catch (ScriptException e) {
            throw new LoadException(name + ":" + e.line() + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new LoadException(name + ": " + ServerMessage.of(e), e);
        }
    }

    private Connection connect() throws SQLException {
        var properties = database.properties();
        // The text goes to the server as it is: the driver must see neither placeholders nor
        // statements in it.
        properties.setProperty("preferQueryMode", "simple");
        // A crash in the middle makes the load worthless anyway.
        properties.setProperty("options", "-c synchronous_commit=off");
        properties.setProperty("ApplicationName", "tidemark-load");
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }
}
