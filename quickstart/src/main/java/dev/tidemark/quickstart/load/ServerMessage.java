package dev.tidemark.quickstart.load;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL said about an error, in one line. */
final class ServerMessage {
    private ServerMessage() {}

    static String of(SQLException error) {
        ServerErrorMessage server = server(error);
        if (server == null || server.getMessage() == null) {
            return oneLine(String.valueOf(error.getMessage()));
        }
        var text = new StringBuilder(oneLine(server.getMessage()));
        if (server.getDetail() != null) {
            text.append(" (").append(oneLine(server.getDetail())).append(')');
        }
        return text.toString();
    }

    /** The character of the statement that the error is about, from 1; 0 if unknown. */
    static int position(SQLException error) {
        ServerErrorMessage server = server(error);
        return server == null ? 0 : server.getPosition();
    }

    /**
     * Where in the work on the statement it happened, such as the line of a COPY; empty if unknown.
     */
    static String context(SQLException error) {
        ServerErrorMessage server = server(error);
        return server == null || server.getWhere() == null ? "" : server.getWhere();
    }

    private static @Nullable ServerErrorMessage server(SQLException error) {
        return error instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
