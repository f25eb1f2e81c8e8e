package dev.tidemark.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

class HeartbeatDemandTest {

    private final List<MonoSink<Void>> questions = new ArrayList<>();
    private final HeartbeatDemand demand = HeartbeatDemand.by(Mono.create(questions::add));

    @Test
    void thoseWhoComeMeanwhile_areForOneMoreQuestion() {
        for (int i = 0; i < 100; i++) {
            demand.demand();
        }
        assertThat(questions).hasSize(1);
        questions.getFirst().success();
        assertThat(questions).hasSize(2);
        questions.getLast().success();
        assertThat(questions).hasSize(2);

        demand.demand();
        assertThat(questions).hasSize(3);
    }

    @Test
    void questionThatFails_isOverToo() {
        demand.demand();
        questions.getFirst().error(new IllegalStateException("away"));
        demand.demand();

        assertThat(questions).hasSize(2);
    }
}
