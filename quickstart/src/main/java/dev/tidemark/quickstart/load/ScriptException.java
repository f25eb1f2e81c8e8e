package dev.tidemark.quickstart.load;

/** The text of a script is broken at a line. */
final class ScriptException extends Exception {
    private final int line;

    ScriptException(int line, String message) {
        super(message);
        this.line = line;
    }

    int line() {
        return line;
    }
}
