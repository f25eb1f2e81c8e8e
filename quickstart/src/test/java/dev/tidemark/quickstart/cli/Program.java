package dev.tidemark.quickstart.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A program under test as a user sees it: its output, its exit status, and what it leaves behind.
 */
record Program(Process process, Path output) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static Program start(Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Program(builder.start(), output);
    }

    String text() throws IOException {
        return Files.readString(output);
    }

    int exitStatus() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    void awaitText(String part) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> text().contains(part) || !process.isAlive());
        Awaitility.await().untilAsserted(() -> assertThat(text()).contains(part));
    }

    /** The program, and all that it started, directly or not. */
    List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    }

    /** The temporary folder that the running program speaks of. */
    Path folder() throws IOException {
        return Path.of(
                Pattern.compile("Logs +(\\S+)/logs-")
                        .matcher(text())
                        .results()
                        .map((MatchResult m) -> m.group(1))
                        .findFirst()
                        .orElseThrow());
    }

    static void awaitGone(List<ProcessHandle> family, Path folder) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(family).noneMatch(ProcessHandle::isAlive);
                    assertThat(folder).doesNotExist();
                });
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
