package dev.tidemark.quickstart.load;

/** A piece of a SQL script as psql would act on it. */
sealed interface ScriptPiece {
    /** The line on which it begins, from 1. */
    int line();

    /** A statement without its semicolon. */
    record Statement(String sql, int line) implements ScriptPiece {}

    /** A command to psql itself, from the backslash to the end of the line. */
    record MetaCommand(String text, int line) implements ScriptPiece {
        /** The command without its arguments, such as {@code \connect}. */
        String name() {
            return text.split("\\s", 2)[0];
        }

        /** What follows the command. */
        String arguments() {
            return text.substring(name().length()).strip();
        }
    }
}
