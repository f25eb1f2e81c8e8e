package dev.tidemark.benchmarks.load;

import dev.tidemark.benchmarks.measure.MeasurementException;
import java.nio.charset.StandardCharsets;

/**
 * Whether the bytes of an HTTP/1.1 answer are all there, found out without making anything of them:
 * the client must not be what is measured. Knows bodies with a Content-Length only.
 */
final class AnswerBytes {

    static final int NOT_YET = -1;

    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private AnswerBytes() {}

    /** The status of the answer in the first so many bytes; {@link #NOT_YET} if more must come. */
    static int statusIfWhole(byte[] bytes, int count) {
        int end = headEnd(bytes, count);
        if (end < 0) {
            if (count == bytes.length) {
                throw new MeasurementException("an answer whose head is longer than " + count);
            }
            return NOT_YET;
        }
        int body = contentLength(bytes, end);
        if (end + body > bytes.length) {
            throw new MeasurementException("an answer of more than " + bytes.length + " bytes");
        }
        return count < end + body ? NOT_YET : status(bytes);
    }

    private static int headEnd(byte[] bytes, int count) {
        for (int i = 3; i < count; i++) {
            if (bytes[i] == '\n'
                    && bytes[i - 1] == '\r'
                    && bytes[i - 2] == '\n'
                    && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private static int status(byte[] bytes) {
        return (bytes[STATUS_AT] - '0') * 100
                + (bytes[STATUS_AT + 1] - '0') * 10
                + (bytes[STATUS_AT + 2] - '0');
    }

    private static int contentLength(byte[] bytes, int headEnd) {
        for (int i = 1; i + LENGTH.length < headEnd; i++) {
            if (bytes[i - 1] == '\n' && isLengthAt(bytes, i)) {
                return number(bytes, i + LENGTH.length);
            }
        }
        int status = status(bytes);
        if (status == 204 || status == 304) {
            return 0;
        }
        throw new MeasurementException(
                "an answer without Content-Length: "
                        + new String(bytes, 0, headEnd, StandardCharsets.ISO_8859_1).strip());
    }

    private static boolean isLengthAt(byte[] bytes, int at) {
        for (int i = 0; i < LENGTH.length; i++) {
            int c = bytes[at + i];
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    private static int number(byte[] bytes, int at) {
        int value = 0;
        for (int i = at; bytes[i] != '\r'; i++) {
            if (bytes[i] != ' ') {
                value = value * 10 + bytes[i] - '0';
            }
        }
        return value;
    }
}
