package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatMessageTest {

    @Test
    void message_isReaderSequenceXidAndTime() {
        UUID reader = UUID.randomUUID();
        assertThat(HeartbeatMessage.parse(reader + " 3 4294967301 1500000"))
                .contains(
                        new HeartbeatMessage(
                                reader, 3, 4294967301L, Instant.parse("1970-01-01T00:00:01.5Z")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x 1 2 3",
                "------------------------------------ 1 2 3",
                "123e4567-e89b-12d3-a456-426614174000 1 2",
                "123e4567-e89b-12d3-a456-426614174000 1 2 -3",
                "123e4567-e89b-12d3-a456-426614174000 1 2 99999999999999999999",
                "123e4567-e89b-12d3-a456-426614174000  1 2 3"
            })
    void anythingElse_isNotOne(String content) {
        assertThat(HeartbeatMessage.parse(content)).isEmpty();
    }
}
