package dev.tidemark.gateway.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.MalformedException;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameAssemblerTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 1000})
    void frames_areFoundHoweverTheyAreCut(int part) throws MalformedException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++) {
            LookupOutcome outcome =
                    new LookupOutcome.Awaited(Duration.ofMillis(i), Optional.empty());
            sent.writeBytes(LookupCodec.encodeFrame(new LookupCodec.Frame(i, outcome)));
        }
        byte[] bytes = sent.toByteArray();

        FrameAssembler assembler = new FrameAssembler(LookupCodec.FRAME_BYTES_MAX);
        List<Integer> indexes = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += part) {
            int length = Math.min(part, bytes.length - from);
            for (ByteBuffer frame : assembler.feed(Unpooled.wrappedBuffer(bytes, from, length))) {
                indexes.add(LookupCodec.decodeFrame(frame).index());
            }
        }
        assertThat(indexes).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void length_isCheckedBeforeAnythingIsAllocated() {
        byte[] huge = {0x7f, 0, 0, 0};
        byte[] negative = {(byte) 0x80, 0, 0, 0};

        assertThatThrownBy(() ->
                        new FrameAssembler(LookupCodec.FRAME_BYTES_MAX)
                                .feed(Unpooled.wrappedBuffer(huge)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() ->
                        new FrameAssembler(LookupCodec.FRAME_BYTES_MAX)
                                .feed(Unpooled.wrappedBuffer(negative)))
                .isInstanceOf(MalformedException.class);
    }
}
