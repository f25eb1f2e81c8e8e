package dev.tidemark.gateway.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Policy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class CompressorTest {

    /** Runs nothing until it is told to. */
    private final Queue<Runnable> off = new ArrayDeque<>();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Compressor compressor =
            new Compressor(1024, Schedulers.fromExecutor(off::add), meters);

    private static Answer answer(int status, byte[] body) {
        return new Answer(
                status,
                List.of(),
                body,
                new Version(1),
                Lsn.UNKNOWN,
                Tags.NONE,
                new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true),
                DatabaseIdentity.UNKNOWN,
                false);
    }

    private static byte[] json(int bytes) {
        return "[1234567890]"
                .repeat(bytes / 12 + 1)
                .substring(0, bytes)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(1).nextBytes(noise);
        return noise;
    }

    /** What is there at once, without the scheduler. */
    private static <T> T now(Mono<T> mono) {
        List<T> values = new ArrayList<>();
        mono.subscribe(values::add);
        assertThat(values).hasSize(1);
        return values.getFirst();
    }

    private void runOff() {
        for (Runnable task = off.poll(); task != null; task = off.poll()) {
            task.run();
        }
    }

    @Test
    void longEnoughBody_isPackedAndUnpacksToTheSame() {
        for (int bytes : new int[] {1024, 1025, 16 * 1024}) {
            Answer packed = now(compressor.pack(answer(200, json(bytes))));

            assertThat(packed.encoding()).isEqualTo(BodyEncoding.GZIP);
            assertThat(packed.body().length).isLessThan(bytes / 4);
            assertThat(packed.identityBytes()).isEqualTo(bytes);
            assertThat(now(compressor.unpack(packed))).isEqualTo(json(bytes));
        }
        assertThat(meters.counter("tidemark.compression.saved").count()).isGreaterThan(15_000);
    }

    @Test
    void whatIsShortOrAProblemOrPackedAlready_staysAsItIs() {
        Answer packed = now(compressor.pack(answer(206, json(2000))));
        for (Answer answer :
                List.of(
                        answer(200, new byte[0]),
                        answer(200, json(1023)),
                        answer(404, json(5000)),
                        packed)) {
            assertThat(now(compressor.pack(answer))).isSameAs(answer);
        }
    }

    @Test
    void whatShrinksByLessThanATenth_staysAsItIs() {
        Answer answer = answer(200, noise(5000));
        assertThat(now(compressor.pack(answer))).isSameAs(answer);

        byte[] mostlyNoise = noise(5000);
        System.arraycopy(json(700), 0, mostlyNoise, 0, 700);
        assertThat(now(compressor.pack(answer(200, mostlyNoise))).encoding())
                .isEqualTo(BodyEncoding.GZIP);
    }

    @Test
    void longBodies_areLeftToTheScheduler() {
        byte[] body = json(Answer.BODY_BYTES_MAX);
        List<Answer> packed = new ArrayList<>();
        List<byte[]> unpacked = new ArrayList<>();
        compressor.pack(answer(200, body)).subscribe(packed::add);
        assertThat(packed).isEmpty();
        runOff();
        assertThat(packed).hasSize(1);

        compressor.unpack(packed.getFirst()).subscribe(unpacked::add);
        assertThat(unpacked).isEmpty();
        runOff();
        assertThat(unpacked).containsExactly(body);
    }

    /** Not every bit means something: the header's time and the padding at the end do not. */
    @Test
    void changedBody_unpacksToTheSameOrNotAtAll() {
        byte[] packed = now(compressor.pack(answer(200, json(3000)))).body();
        int told = 0;
        // The last two bytes would say a length that no answer has.
        for (int i = 0; i < packed.length - 2; i++) {
            byte[] changed = packed.clone();
            changed[i] ^= 0x10;
            Outcome outcome = unpack(changed);
            if (outcome.bodies.isEmpty()) {
                assertCorrupt(changed);
                told++;
            } else {
                assertThat(outcome.bodies).containsExactly(json(3000));
            }
        }
        assertThat(told).isGreaterThan(packed.length - 12);
    }

    @Test
    void cutBody_isCorrupt() {
        byte[] packed = now(compressor.pack(answer(200, json(3000)))).body();
        for (int length = 18; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            // Says the length that it should.
            System.arraycopy(packed, packed.length - 4, cut, length - 4, 4);
            assertCorrupt(cut);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2999, 3001, Answer.BODY_BYTES_MAX})
    void bodyOfAnotherLengthThanItSays_isCorrupt(int said) {
        byte[] packed = now(compressor.pack(answer(200, json(3000)))).body().clone();
        ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).putInt(packed.length - 4, said);
        assertCorrupt(packed);
    }

    private void assertCorrupt(byte[] packed) {
        Outcome outcome = unpack(packed);
        assertThat(outcome.bodies).isEmpty();
        assertThat(outcome.errors).singleElement().isInstanceOf(CorruptBodyException.class);
    }

    private Outcome unpack(byte[] packed) {
        Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
        compressor
                .unpack(answer(200, new byte[0]).withBody(packed, BodyEncoding.GZIP))
                .subscribe(outcome.bodies::add, outcome.errors::add);
        runOff();
        return outcome;
    }

    private record Outcome(List<byte[]> bodies, List<Throwable> errors) {}

    @Test
    void settings_outOfRange_areRefused() {
        assertThatThrownBy(() -> new CompressionProperties(DataSize.ofBytes(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tidemark.compression.body-bytes-min");
    }
}
