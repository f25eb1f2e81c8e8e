package dev.tidemark.cache.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own error page, as a problem: for requests that are refused before they reach Spring.
 *
 * <p>Public with a public constructor, since Tomcat makes it by name.
 */
public final class ProblemValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        // Written already, or answered elsewhere: ErrorReportValve's own conditions.
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        AtomicBoolean ioAllowed = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, ioAllowed);
        if (!ioAllowed.get()) {
            return;
        }
        try {
            ProblemResponse.send(ProblemResponse.of(status), response.getResponse());
            response.finishResponse();
        } catch (IOException e) {
            // The client is gone: nobody is left to answer.
        }
    }
}
