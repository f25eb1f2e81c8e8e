package dev.tidemark.quickstart.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.quickstart.load.ScriptPiece.MetaCommand;
import dev.tidemark.quickstart.load.ScriptPiece.Statement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT 'a;b', 'it''s;', ';'",
                "SELECT 'ends with a backslash\\', ';'",
                "SELECT E'a\\';b', e'\\\\', ';'",
                "SELECT E'one'\n  'two\\';'",
                "SELECT \"odd;name\", \"a\"\"b;\"",
                "SELECT $$a;b$$, $x$ $$;$$ $y$;$x$, $é_1$;$é_1$",
                "SELECT a$b$, c$b$ ",
                "SELECT $1, $2",
                "SELECT 1 -- not here;\n + 2",
                "SELECT 1 /* a; /* b; */ c; */ + 2",
                "SELECT 1 - -1, 2 / 3",
                "CREATE RULE r AS ON DELETE TO t DO (SELECT 1; SELECT 2)",
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; END",
                "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END",
                "CREATE TABLE début (\"日本\" text DEFAULT '📚;')",
            })
    void statement_ofAnyShape_isOnePiece(String statement) throws Exception {
        List<ScriptPiece> pieces =
                pieces("  -- before;\n/* and; */;\n" + statement + ";\n\nBEGIN;SELECT 2", 1024);
        assertThat(pieces)
                .containsExactly(
                        new Statement(statement.strip(), 3),
                        new Statement("BEGIN", 5 + lines(statement)),
                        new Statement("SELECT 2", 5 + lines(statement)));
    }

    @Test
    void backslash_withOldStrings_escapes() throws Exception {
        var script = new SqlScript(stream("SELECT 'a\\';b'; SELECT 2", 1024));
        script.backslashEscapes(true);
        assertThat(script.next()).isEqualTo(new Statement("SELECT 'a\\';b'", 1));
    }

    @Test
    void metaCommand_isALineOfItsOwn() throws Exception {
        assertThat(pieces("\\connect -reuse-previous=on \"dbname='a b'\"\r\nSELECT 1;\n\\.\n", 1))
                .containsExactly(
                        new MetaCommand("\\connect -reuse-previous=on \"dbname='a b'\"", 1),
                        new Statement("SELECT 1", 2),
                        new MetaCommand("\\.", 3));
    }

    @Test
    void copyData_endsAtItsMarkOnly() throws Exception {
        String data = "1\t\\.x\n\\\\.\n \\.\n;'$$\n\\..\n\n";
        for (String end : List.of("\\.\n", "\\.\r\n", "\\.")) {
            var script =
                    new SqlScript(
                            stream("COPY t FROM stdin; -- rest\n" + data + end + "SELECT 1;", 7));
            assertThat(script.next()).isEqualTo(new Statement("COPY t FROM stdin", 1));
            assertThat(script.beginCopyData()).isEqualTo(2);
            var copied = new ByteArrayOutputStream();
            if (end.endsWith("\n")) {
                script.readCopyData(copied::write);
                assertThat(copied.toString(StandardCharsets.UTF_8)).isEqualTo(data);
                assertThat(script.next()).isEqualTo(new Statement("SELECT 1", 9));
            } else {
                assertThatThrownBy(() -> script.readCopyData(copied::write))
                        .isInstanceOfSatisfying(
                                ScriptException.class, e -> assertThat(e.line()).isEqualTo(2))
                        .hasMessageContaining("the file ends within the data");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'a",
                "SELECT \"a",
                "SELECT $x$ $y$",
                "/* /* */",
                "SELECT E'\\'",
                "SELECT 1 \\gexec"
            })
    void text_thatIsBroken_isRefusedWithItsLine(String text) {
        assertThatThrownBy(() -> pieces("SELECT 1;\n\n" + text, 1024))
                .isInstanceOfSatisfying(
                        ScriptException.class, e -> assertThat(e.line()).isEqualTo(3));
    }

    @Test
    void text_inLatin1_isDecodedAsToldAndRefusedAsUtf8() throws Exception {
        byte[] bytes = "SELECT 'é'".getBytes(StandardCharsets.ISO_8859_1);
        var told = new SqlScript(new ByteArrayInputStream(bytes));
        told.charset(StandardCharsets.ISO_8859_1);
        assertThat(told.next()).isEqualTo(new Statement("SELECT 'é'", 1));
        assertThatThrownBy(() -> new SqlScript(new ByteArrayInputStream(bytes)).next())
                .hasMessageContaining("not valid UTF-8");
    }

    @Test
    void script_ofRandomTokens_isSplitWhereItWasJoined() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            var script = new StringBuilder();
            var expected = new ArrayList<ScriptPiece>();
            for (int i = random.nextInt(6); i > 0; i--) {
                script.append(
                        pick(random, "", "\n", " ; ", "-- ';\n", "/* ; /* ' */ $$ */", "\r\n\t"));
                String statement = statement(random);
                expected.add(new Statement(statement.strip(), 1 + lines(script.toString())));
                script.append(statement).append(';');
            }
            assertThat(pieces(script.toString(), 1 + random.nextInt(64)))
                    .as("replay with -Dseed=%d: %s", seed, script)
                    .isEqualTo(expected);
        }
    }

    private static String statement(SplittableRandom random) {
        var statement =
                new StringBuilder(pick(random, "SELECT", "INSERT", "CREATE FUNCTION f()", "ALTER"));
        for (int i = random.nextInt(12); i > 0; i--) {
            String junk =
                    pick(
                            random, ";", "'", "\"", "$$", "--", "/*", "\\", "é", "\n", "x", "BEGIN",
                            "E", "(");
            statement
                    .append(pick(random, " ", "\n", "\t"))
                    .append(
                            switch (random.nextInt(9)) {
                                case 0 -> ", '" + junk.replace("'", "''") + "'";
                                case 1 ->
                                        "E'" + junk.replace("\\", "\\\\").replace("'", "\\'") + "'";
                                case 2 -> "\"" + junk.replace("\"", "\"\"") + "\"";
                                case 3 -> "$a1$" + junk + "$b$" + "$a1$";
                                case 4 -> "-- " + junk.replace("\n", "") + "\n";
                                case 5 -> "/*" + junk.replace("/*", "") + "*/";
                                case 6 -> "(" + pick(random, ";", "1", "';'") + ")";
                                case 7 ->
                                        pick(
                                                random, "a$b$c", "$1", "1.5e3", "été", "- 1", "/ 2",
                                                "::text");
                                default ->
                                        "BEGIN; CASE x END; END"
                                                .repeat(isRoutine(statement) ? 1 : 0);
                            });
        }
        return statement.append(" z").toString();
    }

    private static boolean isRoutine(StringBuilder statement) {
        return statement.toString().startsWith("CREATE FUNCTION");
    }

    private static String pick(SplittableRandom random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static int lines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }

    private static List<ScriptPiece> pieces(String text, int chunkBytes)
            throws IOException, ScriptException {
        var script = new SqlScript(stream(text, chunkBytes));
        var pieces = new ArrayList<ScriptPiece>();
        for (ScriptPiece piece = script.next(); piece != null; piece = script.next()) {
            pieces.add(piece);
        }
        return pieces;
    }

    /**
     * A stream that gives a few bytes at a time, so that everything sits on the edge of a buffer
     * once.
     */
    private static InputStream stream(String text, int chunkBytes) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, chunkBytes));
            }
        };
    }
}
