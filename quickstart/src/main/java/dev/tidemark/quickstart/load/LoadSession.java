package dev.tidemark.quickstart.load;

import dev.tidemark.quickstart.load.ScriptPiece.Statement;
import dev.tidemark.quickstart.postgres.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Runs the statements of a dump on one connection, and knows which errors are to be expected from a
 * dump of another server.
 */
final class LoadSession {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
    private static final Pattern COPY_FROM_STDIN =
            Pattern.compile("COPY\\s.*\\sFROM\\s+STDIN\\b.*", FLAGS);
    private static final Pattern ABOUT_A_DATABASE =
            Pattern.compile(
                    "((?:CREATE|DROP|ALTER)\\s+DATABASE|COMMENT\\s+ON\\s+DATABASE|(?:GRANT|REVOKE)\\s.*\\sON\\s+DATABASE)\\s.*",
                    FLAGS);
    private static final Pattern ABOUT_THE_SUPERUSER =
            Pattern.compile(
                    "(?:ALTER|DROP)\\s+(?:ROLE|USER)\\s+(?:IF\\s+EXISTS\\s+)?\"?%s\"?(?:\\s.*)?"
                            .formatted(PostgresServer.SUPERUSER),
                    FLAGS);
    private static final Pattern CREATE_ROLE =
            Pattern.compile("CREATE\\s+(?:ROLE|USER)\\s.*", FLAGS);
    private static final Pattern CREATE_PUBLIC =
            Pattern.compile("CREATE\\s+SCHEMA\\s+\"?public\"?", FLAGS);
    private static final Pattern SETTING =
            Pattern.compile(
                    "SET\\s+(?:SESSION\\s+|LOCAL\\s+)?(\\w+)\\s*(?:=|\\sTO\\s)\\s*(.*)", FLAGS);
    private static final Pattern SET_CONFIG =
            Pattern.compile("SELECT\\s+(?:pg_catalog\\.)?set_config\\(.*", FLAGS);

    /** The embedded server speaks English, whatever the user's locale. */
    private static final Pattern NO_ROLE = Pattern.compile("role \"(.+)\" does not exist");

    private static final Pattern NO_PARAMETER =
            Pattern.compile("unrecognized configuration parameter \"(.+)\"");
    private static final Pattern NO_EXTENSION =
            Pattern.compile("extension \"(.+)\" is not available");
    private static final Pattern COPY_LINE = Pattern.compile("COPY .+, line (\\d+)");

    private final Connection connection;
    private final SqlScript script;
    private final Notices notices;
    private long statements;
    private long rows;

    LoadSession(Connection connection, SqlScript script, Notices notices) {
        this.connection = connection;
        this.script = script;
        this.notices = notices;
    }

    long statements() {
        return statements;
    }

    /** Rows that came by COPY. */
    long rows() {
        return rows;
    }

    void run(Statement statement) throws ScriptException, SQLException, IOException {
        String sql = statement.sql();
        Matcher setting = SETTING.matcher(sql);
        if (COPY_FROM_STDIN.matcher(sql).matches()) {
            copy(statement);
        } else if (ABOUT_A_DATABASE.matcher(sql).matches()) {
            notices.tell(
                    "skipped %s: everything goes into the one embedded database"
                            .formatted(leadingWords(sql)));
        } else if (ABOUT_THE_SUPERUSER.matcher(sql).matches()) {
            notices.tell(
                    "skipped %s: the embedded database keeps its own superuser"
                            .formatted(leadingWords(sql)));
        } else if (setting.matches() && setting.group(1).equalsIgnoreCase("client_encoding")) {
            script.charset(Encodings.charset(setting.group(2), statement.line()));
        } else {
            if (setting.matches()
                    && setting.group(1).equalsIgnoreCase("standard_conforming_strings")) {
                script.backslashEscapes(setting.group(2).strip().equalsIgnoreCase("off"));
            }
            runMending(statement);
        }
        statements++;
    }

    /** Runs a statement; where its error is one that can be mended, mends it and runs it again. */
    private void runMending(Statement statement) throws ScriptException, SQLException {
        String lastMended = "";
        while (true) {
            boolean guarded = inTransaction();
            if (guarded) {
                execute("SAVEPOINT tidemark_load");
            }
            try {
                execute(statement.sql());
                if (guarded && inTransaction()) {
                    execute("RELEASE SAVEPOINT tidemark_load");
                }
                return;
            } catch (SQLException e) {
                if (guarded) {
                    execute("ROLLBACK TO SAVEPOINT tidemark_load");
                }
                if (canBeLeftOut(statement.sql(), e)) {
                    return;
                }
                Matcher role = NO_ROLE.matcher(ServerMessage.of(e));
                if (!role.find() || role.group(1).equals(lastMended)) {
                    throw failure(statement, e);
                }
                lastMended = role.group(1);
                execute("CREATE ROLE \"" + lastMended.replace("\"", "\"\"") + "\" NOLOGIN");
                notices.tell("created the role %s, which may not log in".formatted(lastMended));
            }
        }
    }

    private boolean canBeLeftOut(String sql, SQLException error) {
        String message = ServerMessage.of(error);
        boolean setting = SETTING.matcher(sql).matches() || SET_CONFIG.matcher(sql).matches();
        Matcher parameter = NO_PARAMETER.matcher(message);
        if (setting && parameter.find()) {
            notices.tell(
                    "skipped the setting %s, which this PostgreSQL does not have"
                            .formatted(parameter.group(1)));
            return true;
        }
        if (setting && message.contains("tablespace")) {
            notices.tell("skipped default_tablespace: " + message);
            return true;
        }
        if (CREATE_ROLE.matcher(sql).matches() && message.contains("already exists")) {
            notices.tell(message + ": kept as it is");
            return true;
        }
        return CREATE_PUBLIC.matcher(sql).matches() && message.contains("already exists");
    }

    private void copy(Statement statement) throws ScriptException, SQLException, IOException {
        CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
        int firstLine = 0;
        try {
            CopyIn copy = manager.copyIn(statement.sql());
            try {
                firstLine = script.beginCopyData();
                script.readCopyData((bytes, offset, length) -> write(copy, bytes, offset, length));
                rows += copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (CopyFailure e) {
            throw copyFailure(statement, firstLine, e.error);
        } catch (SQLException e) {
            throw copyFailure(statement, firstLine, e);
        }
    }

    private static ScriptException copyFailure(
            Statement statement, int firstLine, SQLException error) {
        Matcher row = COPY_LINE.matcher(ServerMessage.context(error));
        return firstLine > 0 && row.find()
                ? failure(firstLine + Integer.parseInt(row.group(1)) - 1, error)
                : failure(statement, error);
    }

    private static void write(CopyIn copy, byte[] bytes, int offset, int length)
            throws CopyFailure {
        try {
            copy.writeToCopy(bytes, offset, length);
        } catch (SQLException e) {
            throw new CopyFailure(e);
        }
    }

    /** Carries an error of the server through code that only knows of reading a file. */
    private static final class CopyFailure extends IOException {
        final transient SQLException error;

        CopyFailure(SQLException error) {
            super(error);
            this.error = error;
        }
    }

    private static ScriptException failure(Statement statement, SQLException error) {
        int end = Math.clamp(ServerMessage.position(error) - 1, 0, statement.sql().length());
        int line =
                statement.line()
                        + (int)
                                statement
                                        .sql()
                                        .substring(0, end)
                                        .chars()
                                        .filter(c -> c == '\n')
                                        .count();
        return failure(line, error);
    }

    private static ScriptException failure(int line, SQLException error) {
        String message = ServerMessage.of(error);
        Matcher extension = NO_EXTENSION.matcher(message);
        String advice =
                extension.find()
                        ? ": load the dump into a PostgreSQL that has %s and start with --database-url"
                                .formatted(extension.group(1))
                        : "";
        var failure = new ScriptException(line, extensionOnly(message, advice) + advice);
        failure.initCause(error);
        return failure;
    }

    private static String extensionOnly(String message, String advice) {
        // The detail is the path of a file in the folder of the unpacked programs.
        return advice.isEmpty() ? message : message.replaceFirst(" \\(.*", "");
    }

    /** Puts the session back to what a new connection has. */
    void reset() throws SQLException {
        execute("RESET SESSION AUTHORIZATION");
        execute("RESET ALL");
        script.backslashEscapes(false);
    }

    /** Leaves what was loaded ready for queries. */
    void finish() throws SQLException {
        if (inTransaction()) {
            execute("COMMIT");
        }
        reset();
        execute("ANALYZE");
    }

    private boolean inTransaction() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState()
                == TransactionState.OPEN;
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            // Braces are PostgreSQL's own here, not JDBC's.
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static String leadingWords(String sql) {
        String[] words = sql.split("\\s+", 4);
        return String.join(" ", List.of(words).subList(0, Math.min(3, words.length)));
    }
}
