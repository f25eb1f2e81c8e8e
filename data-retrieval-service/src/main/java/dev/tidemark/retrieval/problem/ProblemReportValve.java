package dev.tidemark.retrieval.problem;

import dev.tidemark.common.problem.Problem;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Makes a problem of what Tomcat refuses before any servlet sees it, such as a request line that it
 * cannot read. Public with a public constructor, since Tomcat makes it by name.
 */
public final class ProblemReportValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() < 400
                || response.getContentWritten() > 0
                || !response.setErrorReported()) {
            return;
        }
        Problem problem = ContainerErrors.problem(response.getStatus());
        try {
            ProblemResponse.write(problem, "HEAD".equals(request.getMethod()), response);
            response.finishResponse();
        } catch (IOException e) {
            // The client has left: nobody to tell.
            container.getLogger().debug("A problem could not be written", e);
        }
    }
}
