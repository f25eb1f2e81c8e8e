package dev.tidemark.cache.http;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A request's body, read whole up to a limit. */
public final class BoundedBody {

    private BoundedBody() {}

    /**
     * Reads it; more than {@code bytesMax} is a 413, before memory is taken if the length is
     * announced.
     */
    public static ByteBuffer read(HttpServletRequest request, int bytesMax) throws IOException {
        if (request.getContentLengthLong() > bytesMax) {
            throw tooLarge(bytesMax);
        }
        byte[] body = request.getInputStream().readNBytes(bytesMax + 1);
        if (body.length > bytesMax) {
            throw tooLarge(bytesMax);
        }
        return ByteBuffer.wrap(body);
    }

    private static ProblemException tooLarge(int bytesMax) {
        return new ProblemException(
                Problem.of(
                        ProblemType.PAYLOAD_TOO_LARGE,
                        "The body must not have more than " + bytesMax + " bytes"));
    }
}
