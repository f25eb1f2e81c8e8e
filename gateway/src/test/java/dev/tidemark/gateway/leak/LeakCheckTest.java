package dev.tidemark.gateway.leak;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeakCheckTest {

    @Test
    void leak_isFound() throws InterruptedException {
        leak();

        assertThat(LeakCheck.found()).isNotEmpty();
        assertThat(LeakCheck.found()).isEmpty();
    }

    private static void leak() {
        ByteBuf lost = PooledByteBufAllocator.DEFAULT.buffer(16);
        assertThat(lost.refCnt()).isOne();
    }
}
