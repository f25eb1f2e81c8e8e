package dev.tidemark.cache.redis;

import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The scripts that hold the rules, each with its text and its name to Redis. */
enum Script {
    FIND("find.lua", ScriptOutputType.MULTI),
    FILL("fill.lua", ScriptOutputType.MULTI),
    RELEASE("release.lua", ScriptOutputType.INTEGER),
    RENEW("renew.lua", ScriptOutputType.INTEGER),
    OPEN_LOG("open_log.lua", ScriptOutputType.MULTI),
    APPEND("append.lua", ScriptOutputType.MULTI),
    KEEP_SNAPSHOT("keep_snapshot.lua", ScriptOutputType.INTEGER);

    @SuppressWarnings("ImmutableEnumChecker") // never changed after
    private final byte[] text;

    private final String sha1;
    private final ScriptOutputType output;

    Script(String resource, ScriptOutputType output) {
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            text = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.sha1 = sha1(text);
        this.output = output;
    }

    byte[] text() {
        return text;
    }

    /** By which EVALSHA names it: 40 lower-case hexadecimal digits. */
    String sha1() {
        return sha1;
    }

    ScriptOutputType output() {
        return output;
    }

    /** As Redis's {@code sha1hex} has it. */
    static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }
}
