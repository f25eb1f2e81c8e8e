package dev.tidemark.gateway.session;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.common.wire.WireReader;
import dev.tidemark.common.wire.WireWriter;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes tokens opaque, and tells its own from those that somebody made up.
 *
 * <p>The text is base64url without padding of: u8 format, 1; the identity as in an entry; u64 LSN;
 * the first 16 bytes of HMAC-SHA256 over what is before it.
 */
public final class TokenSeal {

    private static final int FORMAT = 1;
    private static final int CONTENT_BYTES = 1 + 24 + 8;
    private static final int MAC_BYTES = 16;

    /** 49 bytes as base64url. */
    private static final int CHARS = 66;

    /** The least that a key may have: what the digest has (RFC 2104, section 3). */
    static final int KEY_BYTES_MIN = 32;

    /** What hot entries have seen is sealed over and over again. */
    private static final int REMEMBERED = 1 << 12;

    private static final String ALGORITHM = "HmacSHA256";

    private record Sealed(Token token, String text) {}

    private final Mac keyed;
    private final List<Mac> others;
    private final AtomicReferenceArray<@Nullable Sealed> remembered =
            new AtomicReferenceArray<>(REMEMBERED);

    /**
     * @param key what tokens are sealed with
     * @param others keys whose tokens are taken as well
     */
    public TokenSeal(byte[] key, byte[]... others) {
        this.keyed = keyed(key);
        this.others = Arrays.stream(others).map(TokenSeal::keyed).toList();
    }

    private static Mac keyed(byte[] key) {
        if (key.length < KEY_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "a key of %d bytes; it takes %d".formatted(key.length, KEY_BYTES_MIN));
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }

    /** The text for clients. */
    public String seal(Token token) {
        int slot = token.hashCode() & (REMEMBERED - 1);
        Sealed sealed = remembered.get(slot);
        if (sealed == null || !sealed.token().equals(token)) {
            sealed = new Sealed(token, text(token));
            remembered.set(slot, sealed);
        }
        return sealed.text();
    }

    private String text(Token token) {
        byte[] content =
                new WireWriter(CONTENT_BYTES)
                        .u8(FORMAT)
                        .identity(token.identity())
                        .u64(token.lsn().position())
                        .toBytes();
        byte[] text = Arrays.copyOf(content, CONTENT_BYTES + MAC_BYTES);
        System.arraycopy(mac(keyed, content), 0, text, CONTENT_BYTES, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    /** Reads what {@link #seal} made. */
    public Token open(String text) throws BadTokenException {
        if (text.length() != CHARS) {
            throw new BadTokenException(
                    "a token has %d characters, this one %d".formatted(CHARS, text.length()));
        }
        byte[] bytes = decode(text);
        byte[] content = Arrays.copyOf(bytes, CONTENT_BYTES);
        byte[] mac = Arrays.copyOfRange(bytes, CONTENT_BYTES, bytes.length);
        if (!isMadeWith(keyed, content, mac)
                && others.stream().noneMatch(other -> isMadeWith(other, content, mac))) {
            throw new BadTokenException("the token was not made here, or with another key");
        }
        try {
            WireReader in = new WireReader(ByteBuffer.wrap(content));
            in.format(FORMAT);
            Token token = new Token(in.identity(), new Lsn(in.u64()));
            in.end();
            return token;
        } catch (MalformedException e) {
            throw new BadTokenException("the token is of a form that is not known here");
        }
    }

    private static byte[] decode(String text) throws BadTokenException {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == CONTENT_BYTES + MAC_BYTES) {
                return bytes;
            }
            throw new BadTokenException("the token is incomplete");
        } catch (IllegalArgumentException e) {
            throw new BadTokenException("the token is not base64url");
        }
    }

    private static boolean isMadeWith(Mac key, byte[] content, byte[] mac) {
        return MessageDigest.isEqual(mac, Arrays.copyOf(mac(key, content), MAC_BYTES));
    }

    private static byte[] mac(Mac keyed, byte[] content) {
        try {
            return ((Mac) keyed.clone()).doFinal(content);
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("the JDK's own can be copied", e);
        }
    }
}
