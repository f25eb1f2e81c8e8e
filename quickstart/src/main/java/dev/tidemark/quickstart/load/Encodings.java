package dev.tidemark.quickstart.load;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** PostgreSQL's names of the encodings that a dump may be written in. */
final class Encodings {
    /** Others put ASCII bytes into longer characters, which hides where a quote ends. */
    private static final Map<String, Charset> CHARSETS =
            Map.ofEntries(
                    Map.entry("UTF8", StandardCharsets.UTF_8),
                    Map.entry("UNICODE", StandardCharsets.UTF_8),
                    // No conversion was asked for: it is text if it is UTF-8, else nobody knows.
                    Map.entry("SQLASCII", StandardCharsets.UTF_8),
                    Map.entry("LATIN1", StandardCharsets.ISO_8859_1),
                    Map.entry("LATIN2", Charset.forName("ISO-8859-2")),
                    Map.entry("LATIN5", Charset.forName("ISO-8859-9")),
                    Map.entry("LATIN9", Charset.forName("ISO-8859-15")),
                    Map.entry("WIN1250", Charset.forName("windows-1250")),
                    Map.entry("WIN1251", Charset.forName("windows-1251")),
                    Map.entry("WIN1252", Charset.forName("windows-1252")),
                    Map.entry("KOI8R", Charset.forName("KOI8-R")));

    private Encodings() {}

    static Charset charset(String name, int line) throws ScriptException {
        String plain = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        Charset charset = CHARSETS.get(plain);
        if (charset == null) {
            throw new ScriptException(
                    line,
                    "encoding %s is not supported; make the dump with pg_dump --encoding=UTF8"
                            .formatted(name));
        }
        return charset;
    }
}
