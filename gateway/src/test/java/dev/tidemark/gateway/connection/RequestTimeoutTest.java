package dev.tidemark.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestTimeoutTest {

    private static final int HEAD_SECONDS = 10;

    private final AtomicInteger closed = new AtomicInteger();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    new RequestTimeout(
                            Duration.ofSeconds(HEAD_SECONDS),
                            Duration.ofSeconds(30),
                            closed::incrementAndGet));

    RequestTimeoutTest() {
        channel.config().setAutoRead(false);
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void headThatDoesNotGoOn_endsTheConnection() {
        channel.writeInbound("GET ");
        channel.read();
        pass(HEAD_SECONDS - 1);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
        assertThat(closed).hasValue(1);
    }

    @Test
    void headOfWhichNobodyHereReadsTheRest_isWaitedFor() {
        channel.writeInbound("GET ");
        pass(3 * HEAD_SECONDS);
        assertThat(channel.isOpen()).isTrue();

        channel.read();
        pass(HEAD_SECONDS);
        assertThat(channel.isOpen()).isFalse();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}
