package dev.tidemark.common.request;

/** Reads PostgREST's little grammars from left to right. */
final class TextCursor {

    private final String parameter;
    private final String text;
    private int position;

    /**
     * @param parameter what is being read, for messages
     */
    TextCursor(String parameter, String text) {
        this.parameter = parameter;
        this.text = text;
    }

    boolean atEnd() {
        return position == text.length();
    }

    /** The next character, or NUL at the end. */
    char peek() {
        return atEnd() ? '\0' : text.charAt(position);
    }

    boolean skip(String expected) {
        if (text.startsWith(expected, position)) {
            position += expected.length();
            return true;
        }
        return false;
    }

    boolean at(String expected) {
        return text.startsWith(expected, position);
    }

    /** Skips this text where that character follows, which stays. */
    boolean skipBefore(String expected, char following) {
        return text.startsWith(expected + following, position) && skip(expected);
    }

    void expect(String expected) throws BadRequestException {
        if (!skip(expected)) {
            throw failure("'" + expected + "' was expected");
        }
    }

    /** All characters up to one of these, or to the end. */
    String until(String ends) {
        int start = position;
        while (!atEnd() && ends.indexOf(peek()) < 0) {
            position++;
        }
        return text.substring(start, position);
    }

    String rest() {
        String rest = text.substring(position);
        position = text.length();
        return rest;
    }

    /** A name or value: quoted, with backslash escapes, or bare up to one of these characters. */
    String quotedOrUntil(String ends) throws BadRequestException {
        if (peek() != '"') {
            return until(ends);
        }
        position++;
        StringBuilder value = new StringBuilder();
        while (!atEnd()) {
            char c = text.charAt(position++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\' && !atEnd()) {
                c = text.charAt(position++);
            }
            value.append(c);
        }
        throw failure("a quoted text does not end");
    }

    /**
     * A value in braces, which may hold commas and parentheses: an array or a range of PostgreSQL.
     */
    String braced() throws BadRequestException {
        int start = position;
        int depth = 0;
        boolean quoted = false;
        while (!atEnd()) {
            char c = text.charAt(position++);
            if (c == '\\') {
                position = Math.min(position + 1, text.length());
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == '{') {
                depth++;
            } else if (!quoted && c == '}' && --depth == 0) {
                return text.substring(start, position);
            }
        }
        throw failure("a '{' is not closed");
    }

    BadRequestException failure(String what) {
        String where =
                atEnd()
                        ? "at its end"
                        : "at '"
                                + text.substring(position, Math.min(position + 20, text.length()))
                                + "'";
        return BadRequestException.of(
                "the parameter '" + parameter + "' cannot be read " + where + ": " + what);
    }
}
