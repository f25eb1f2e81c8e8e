package dev.tidemark.quickstart.load;

import dev.tidemark.quickstart.load.ScriptPiece.MetaCommand;
import dev.tidemark.quickstart.load.ScriptPiece.Statement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Splits a SQL script into statements by psql's rules (PostgreSQL's {@code psqlscan.l}): quoted
 * strings and identifiers, dollar quotes, nested comments, parentheses and {@code BEGIN ATOMIC}
 * bodies hide semicolons.
 *
 * <p>It works on bytes: everything that matters to it is ASCII, and no byte of a longer UTF-8
 * character is. That makes it quick, and the charset can change in mid-file.
 */
final class SqlScript {
    /** {@code CREATE OR REPLACE FUNCTION} is decided by four words. */
    private static final int LEADING_WORDS = 4;

    /** Far more than anybody uses, far less than can be looked ahead. */
    private static final int DOLLAR_TAG_MAX = 256;

    private final ScriptBytes in;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final List<String> leadingWords = new ArrayList<>();
    private Charset charset = StandardCharsets.UTF_8;
    private boolean backslashEscapes;
    private int parentheses;
    private int blocks;

    SqlScript(InputStream in) {
        this.in = new ScriptBytes(in);
    }

    /** What the rest of the script is written in: UTF-8 or a charset of one byte per character. */
    void charset(Charset rest) {
        charset = rest;
    }

    /**
     * Whether a backslash escapes in plain strings too, as with {@code standard_conforming_strings
     * = off}.
     */
    void backslashEscapes(boolean escapes) {
        backslashEscapes = escapes;
    }

    /** The next piece; null at the end. */
    @Nullable ScriptPiece next() throws IOException, ScriptException {
        skipBetweenStatements();
        int line = in.line();
        if (in.peek(0) == ScriptBytes.END) {
            return null;
        }
        text.reset();
        if (in.peek(0) == '\\') {
            in.readLine(text::write);
            return new MetaCommand(decoded(line).strip(), line);
        }
        readStatement(line);
        return new Statement(decoded(line).strip(), line);
    }

    /** Goes to the data that follows a COPY statement and returns the line on which it begins. */
    int beginCopyData() throws IOException {
        in.readLine((_, _, _) -> {});
        return in.line();
    }

    /** Hands on the lines of data up to the end mark. */
    void readCopyData(ScriptBytes.Sink sink) throws IOException, ScriptException {
        int firstLine = in.line();
        ScriptBytes.Sink target = charset.equals(StandardCharsets.UTF_8) ? sink : transcoding(sink);
        while (!atEndMark()) {
            if (in.peek(0) == ScriptBytes.END) {
                throw new ScriptException(
                        firstLine, "the file ends within the data that begin on this line");
            }
            in.readLine(target);
        }
        in.readLine((_, _, _) -> {});
    }

    private ScriptBytes.Sink transcoding(ScriptBytes.Sink sink) {
        return (bytes, offset, length) -> {
            byte[] utf8 =
                    new String(bytes, offset, length, charset).getBytes(StandardCharsets.UTF_8);
            sink.write(utf8, 0, utf8.length);
        };
    }

    private boolean atEndMark() throws IOException {
        if (in.peek(0) != '\\' || in.peek(1) != '.') {
            return false;
        }
        int end = in.peek(2);
        return end == '\n'
                || end == ScriptBytes.END
                || (end == '\r' && (in.peek(3) == '\n' || in.peek(3) == ScriptBytes.END));
    }

    private void skipBetweenStatements() throws IOException, ScriptException {
        while (true) {
            int next = in.peek(0);
            if (isSpace(next) || next == ';') {
                in.read();
            } else if (next == '-' && in.peek(1) == '-') {
                in.readLine((_, _, _) -> {});
            } else if (next == '/' && in.peek(1) == '*') {
                readComment();
            } else {
                return;
            }
        }
    }

    private void readStatement(int line) throws IOException, ScriptException {
        leadingWords.clear();
        parentheses = 0;
        blocks = 0;
        while (in.peek(0) != ScriptBytes.END) {
            int next = in.peek(0);
            if (next == ';' && parentheses == 0 && blocks == 0) {
                in.read();
                return;
            }
            if (next == '\'') {
                readString(backslashEscapes);
            } else if (!isWordStart(next)) {
                readOther(next, line);
            } else if (readWord().equals("e") && in.peek(0) == '\'') {
                readString(true);
            }
        }
    }

    /**
     * Reads a string and those that continue it: 'a', a line break and 'b' are one, of the kind of
     * its first part.
     */
    private void readString(boolean escapes) throws IOException, ScriptException {
        do {
            readQuoted(escapes);
            int line = in.line();
            while (isSpace(in.peek(0))) {
                copy();
            }
            if (in.line() == line) {
                return;
            }
        } while (in.peek(0) == '\'');
    }

    private void readOther(int next, int line) throws IOException, ScriptException {
        switch (next) {
            case '"' -> readQuoted(false);
            case '$' -> readDollar();
            case '-' -> {
                if (in.peek(1) == '-') {
                    in.readLine(text::write);
                } else {
                    copy();
                }
            }
            case '/' -> {
                if (in.peek(1) == '*') {
                    readComment();
                } else {
                    copy();
                }
            }
            case '\\' -> {
                String command = "\\" + (char) in.peek(1);
                throw new ScriptException(
                        in.line(),
                        "psql command "
                                + command
                                + "… within a statement that begins on line "
                                + line);
            }
            default -> {
                if (next == '(') {
                    parentheses++;
                } else if (next == ')') {
                    parentheses = Math.max(0, parentheses - 1);
                }
                copy();
            }
        }
    }

    /**
     * Reads a string or a quoted identifier. A doubled quote ends one and begins the next, which
     * comes to the same.
     */
    private void readQuoted(boolean escapes) throws IOException, ScriptException {
        int line = in.line();
        int quote = copy();
        while (true) {
            int next = copy();
            if (next == quote) {
                if (in.peek(0) != quote) {
                    return;
                }
                copy();
            } else if (next == '\\' && escapes) {
                copy();
            } else if (next == ScriptBytes.END) {
                throw new ScriptException(line, "a quote is never closed: " + (char) quote);
            }
        }
    }

    /** Reads an unquoted word and returns it in lower case. */
    private String readWord() throws IOException {
        var word = new StringBuilder();
        while (isWordPart(in.peek(0))) {
            word.append((char) copy());
        }
        String lower = word.toString().toLowerCase(Locale.ROOT);
        if (leadingWords.size() < LEADING_WORDS) {
            leadingWords.add(lower);
        }
        if (parentheses == 0 && createsRoutine()) {
            countBlocks(lower);
        }
        return lower;
    }

    private boolean createsRoutine() {
        if (!leadingWords.getFirst().equals("create")) {
            return false;
        }
        int kind = leadingWords.size() > 1 && leadingWords.get(1).equals("or") ? 3 : 1;
        return leadingWords.size() > kind
                && (leadingWords.get(kind).equals("function")
                        || leadingWords.get(kind).equals("procedure"));
    }

    private void countBlocks(String word) {
        switch (word) {
            case "begin" -> blocks++;
            case "case" -> blocks += blocks > 0 ? 1 : 0;
            case "end" -> blocks = Math.max(0, blocks - 1);
            default -> {}
        }
    }

    private void readDollar() throws IOException, ScriptException {
        int line = in.line();
        int length = 1;
        while (length < DOLLAR_TAG_MAX && isWordPart(in.peek(length)) && in.peek(length) != '$') {
            length++;
        }
        boolean opens = in.peek(length) == '$' && (length == 1 || isWordStart(in.peek(1)));
        var tag = new byte[length + 1];
        for (int i = 0; opens && i <= length; i++) {
            tag[i] = (byte) copy();
        }
        if (!opens) {
            copy();
            return;
        }
        while (!atTag(tag)) {
            if (copy() == ScriptBytes.END) {
                throw new ScriptException(
                        line, "a dollar quote is never closed: " + new String(tag, charset));
            }
        }
        for (int i = 0; i < tag.length; i++) {
            copy();
        }
    }

    private boolean atTag(byte[] tag) throws IOException {
        for (int i = 0; i < tag.length; i++) {
            if (in.peek(i) != (tag[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private void readComment() throws IOException, ScriptException {
        int line = in.line();
        int depth = 0;
        do {
            int next = copy();
            if (next == '/' && in.peek(0) == '*') {
                copy();
                depth++;
            } else if (next == '*' && in.peek(0) == '/') {
                copy();
                depth--;
            } else if (next == ScriptBytes.END) {
                throw new ScriptException(line, "a comment is never closed: /*");
            }
        } while (depth > 0);
    }

    private int copy() throws IOException {
        int next = in.read();
        if (next != ScriptBytes.END) {
            text.write(next);
        }
        return next;
    }

    private String decoded(int line) throws ScriptException {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(text.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw new ScriptException(
                    line, "not valid " + charset + "; make the dump with pg_dump --encoding=UTF8");
        }
    }

    private static boolean isSpace(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static boolean isWordStart(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean isWordPart(int c) {
        return isWordStart(c) || (c >= '0' && c <= '9') || c == '$';
    }
}
