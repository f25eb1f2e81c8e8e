package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.gateway.fake.Gateway;
import org.junit.jupiter.api.Test;

/** A gateway that closes connections on which nothing moves, after less than reads may take. */
class IdleTimeoutIT {

    @Test
    void readThatMayTakeLongerThanAConnectionMayBeIdle_isAnsweredAllTheSame() {
        try (Gateway gateway = new Gateway("--server.netty.idle-timeout=200ms")) {
            assertThat(gateway.http.get("/rest/v1/slow/1", "Tidemark-Timeout: 600ms").status())
                    .isEqualTo(504);
        }
    }
}
