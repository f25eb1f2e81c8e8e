package dev.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Suite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Buffers of Netty's that a service lost track of, of which it tells in its log. */
final class BufferLeaks {

    /** One of so many buffers is watched, in place of 128, in the services of tests. */
    static final String WATCHED = "-Dio.netty.leakDetection.samplingInterval=8";

    private BufferLeaks() {}

    static void assertNone(Suite suite) throws IOException {
        for (Part part : suite.parts()) {
            assertThat(Files.readString(part.log(), StandardCharsets.ISO_8859_1))
                    .as("log of %s", part)
                    .doesNotContain("LEAK:");
        }
    }
}
