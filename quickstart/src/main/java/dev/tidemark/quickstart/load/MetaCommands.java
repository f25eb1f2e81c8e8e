package dev.tidemark.quickstart.load;

import dev.tidemark.quickstart.load.ScriptPiece.MetaCommand;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of psql's own commands: those that matter are followed, those about the terminal
 * skipped, those that would change what is loaded refused.
 */
final class MetaCommands {
    /**
     * pg_dump's own brackets against injected commands, and end marks of data that no COPY asked
     * for.
     */
    private static final Set<String> SILENT = Set.of("\\restrict", "\\unrestrict", "\\.");

    private static final Set<String> SKIPPED =
            Set.of(
                    "\\set",
                    "\\unset",
                    "\\echo",
                    "\\qecho",
                    "\\warn",
                    "\\pset",
                    "\\timing",
                    "\\x",
                    "\\t",
                    "\\a",
                    "\\o",
                    "\\q",
                    "\\d",
                    "\\dt",
                    "\\conninfo",
                    "\\prompt");

    /** Databases that every server has; pg_dumpall visits them on its way. */
    private static final Set<String> MAINTENANCE = Set.of("template1", "postgres");

    private static final Pattern DBNAME = Pattern.compile("dbname='((?:[^'\\\\]|\\\\.)*)'");

    private final SqlScript script;
    private final LoadSession session;
    private final Notices notices;
    private @Nullable String database;

    MetaCommands(SqlScript script, LoadSession session, Notices notices) {
        this.script = script;
        this.session = session;
        this.notices = notices;
    }

    void run(MetaCommand command) throws ScriptException, SQLException {
        String name = command.name();
        if (name.equals("\\connect") || name.equals("\\c")) {
            connect(command);
        } else if (name.equals("\\encoding")) {
            script.charset(Encodings.charset(command.arguments(), command.line()));
        } else if (SKIPPED.contains(name)) {
            notices.tell("skipped the psql command " + name);
        } else if (!SILENT.contains(name)) {
            throw new ScriptException(
                    command.line(),
                    "the psql command %s is not supported; a plain pg_dump has none"
                            .formatted(name));
        }
    }

    private void connect(MetaCommand command) throws ScriptException, SQLException {
        String next = database(command.arguments());
        // A new connection begins with the settings of a new session.
        session.reset();
        if (MAINTENANCE.contains(next)) {
            notices.tell("skipped \\connect " + next);
        } else if (database == null || database.equals(next)) {
            database = next;
            notices.tell(
                    "skipped \\connect %s: everything goes into the one embedded database"
                            .formatted(next));
        } else {
            throw new ScriptException(
                    command.line(),
                    "the dump holds several databases (%s, %s): dump one of them with pg_dump"
                            .formatted(database, next));
        }
    }

    /**
     * The database's name in {@code \connect}'s arguments: plain, quoted, or within a connection
     * string.
     */
    private static String database(String arguments) {
        Matcher inString = DBNAME.matcher(arguments);
        if (inString.find()) {
            return inString.group(1).replaceAll("\\\\(.)", "$1");
        }
        for (String argument : arguments.split("\\s+", -1)) {
            if (!argument.startsWith("-reuse-previous")) {
                return argument.replace("\"", "");
            }
        }
        return arguments;
    }
}
