package dev.tidemark.gateway.leak;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LeakCheckTest {

    @Test
    void leak_isFound() throws InterruptedException {
        // This one is on purpose: it must not look like another in the build's log.
        Logger log = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        log.addAppender(logged);
        log.setAdditive(false);
        try {
            leak();

            assertThat(LeakCheck.found()).isNotEmpty();
            assertThat(LeakCheck.found()).isEmpty();
            assertThat(logged.list).hasSize(1);
        } finally {
            log.setAdditive(true);
            log.detachAppender(logged);
        }
    }

    private static void leak() {
        ByteBuf lost = PooledByteBufAllocator.DEFAULT.buffer(16);
        assertThat(lost.refCnt()).isOne();
    }
}
