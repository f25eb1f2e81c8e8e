package dev.tidemark.common.request;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-decoding that refuses what is malformed instead of guessing. */
final class Percent {

    private Percent() {}

    /** Decodes a path segment. */
    static String decodePath(String text) throws BadRequestException {
        return decode(text, false);
    }

    /** Decodes a name or value of a query, where {@code +} is a space as in HTML forms. */
    static String decodeQuery(String text) throws BadRequestException {
        return decode(text, true);
    }

    private static String decode(String text, boolean plusIsSpace) throws BadRequestException {
        byte[] bytes = new byte[text.length() * 3];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw BadRequestException.of(
                            "the request target has a '%' that two hexadecimal digits do not follow",
                            "write a literal percent sign as %25");
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes[length++] = ' ';
            } else if (c < 0x80) {
                bytes[length++] = (byte) c;
            } else {
                // Sent raw by sloppy clients: servers hand such bytes on as Latin-1 or as UTF-8.
                throw BadRequestException.of(
                        "the request target has a character that is not ASCII",
                        "percent-encode its UTF-8 bytes");
            }
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes, 0, length))
                            .toString();
            if (decoded.indexOf('\0') >= 0) {
                throw BadRequestException.of(
                        "the request target has a NUL character, which PostgreSQL's text cannot hold");
            }
            return decoded;
        } catch (CharacterCodingException e) {
            throw BadRequestException.of(
                    "the request target is not UTF-8 once it is percent-decoded");
        }
    }
}
