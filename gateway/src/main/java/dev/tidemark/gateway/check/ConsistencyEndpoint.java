package dev.tidemark.gateway.check;

import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The last inconsistencies, explained: {@code /actuator/consistency} of the management port. */
@Endpoint(id = "consistency")
final class ConsistencyEndpoint {

    private final Traces traces;

    ConsistencyEndpoint(Traces traces) {
        this.traces = traces;
    }

    /** The newest first. */
    record Report(List<Trace> inconsistencies) {}

    @ReadOperation
    Report report() {
        return new Report(traces.last());
    }
}
