package dev.tidemark.quickstart.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PortsTest {

    /** By chance alone, some of so many would be the same. */
    @Test
    void portThatWasGiven_isNotGivenToAnother_evenBeforeItIsListenedOn() {
        List<Integer> ports = Stream.generate(Ports::free).limit(500).toList();
        assertThat(ports).doesNotHaveDuplicates();
        assertThat(ports).doesNotContain(Ports.free(10_000));
    }
}
