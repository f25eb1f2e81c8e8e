package dev.tidemark.cache.feed;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Takes the wishes of gateways for a heartbeat before its time. */
@RestController
class HeartbeatEndpoint {

    private final HeartbeatDemand demand;

    HeartbeatEndpoint(HeartbeatDemand demand) {
        this.demand = demand;
    }

    /** Answers at once; the heartbeat comes by way of the log, if it comes. */
    @PostMapping("/internal/v1/heartbeats")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void demand() {
        demand.demand();
    }
}
