package dev.tidemark.common.tag;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a response depends on, as text at the origin: a row, any row of a table, or the table as
 * such. Beyond the origin only its {@link #hash()} is known.
 *
 * @param text {@code film:42}, {@code film} or {@code film:*}, the table qualified by its schema
 */
public record Tag(String text) {

    /**
     * A row, found or not.
     *
     * @param table the table's qualified name
     * @param key the key as PostgreSQL prints it, the parts of a composite one quoted and separated
     */
    public static Tag row(String table, String key) {
        return new Tag(table + ':' + key);
    }

    /** Any row of the table: on lists. */
    public static Tag anyRow(String table) {
        return new Tag(table);
    }

    /** The table as such (TRUNCATE, DDL, policy, purge): on every answer that touches it. */
    public static Tag table(String table) {
        return new Tag(table + ":*");
    }

    /**
     * 64 bits of SHA-256 over the UTF-8 text: the same on every node and in every version of
     * Tidemark, and no client can choose keys that collide.
     */
    public long hash() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
