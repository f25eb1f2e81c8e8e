package dev.tidemark.quickstart.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.quickstart.launch.FakeService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code ./tidemark} in a project of {@link FakeService}s, with the launcher that was
 * just built.
 */
class ScriptIT {
    private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    @TempDir Path temp;

    @BeforeEach
    void makeHome() throws IOException {
        Path home = FakeService.home(temp.toRealPath());
        Files.copy(MODULE.resolveSibling("tidemark"), home.resolve("tidemark"));
        Files.copy(MODULE.resolveSibling("pom.xml"), home.resolve("pom.xml"));
        Files.createSymbolicLink(
                home.resolve("data-retrieval-service/src"),
                MODULE.resolveSibling("data-retrieval-service/src"));
        Path quickstart = home.resolve("quickstart");
        Files.createDirectories(quickstart.resolve("target"));
        Files.createSymbolicLink(quickstart.resolve("src"), MODULE.resolve("src"));
        Files.createSymbolicLink(
                quickstart.resolve("target/quickstart-exec.jar"),
                MODULE.resolve("target/quickstart-exec.jar"));
    }

    @Test
    void help_andMistakes_needNoJava() throws Exception {
        Map<String, String> poor = Map.of("JAVA_HOME", "/nowhere");
        assertThat(output(0, poor)).contains("./tidemark start", "./tidemark test");
        assertThat(output(0, poor, "start", "--help"))
                .isEqualTo(StartCommand.text(StartCommand.HELP));
        assertThat(output(0, poor, "help", "test")).contains("mvn -B verify");
        for (String command : List.of("doctor", "prepare", "drop", "purge")) {
            assertThat(output(0, poor, command, "--help"))
                    .startsWith("Usage: ./tidemark " + command + " ")
                    .isEqualTo(output(0, poor, "help", command));
            assertThat(output(0, poor)).contains("./tidemark " + command + " ");
        }
        assertThat(output(0, poor, "--version")).matches("Tidemark \\d+\\.\\d+\\.\\d+\\S*\n");
        assertThat(output(0, poor, "bench", "coherence", "--help")).contains("--figures");
        assertThat(output(2, poor, "bench", "speed"))
                .isEqualTo(
                        "tidemark: bench needs to know what to measure: near, shared, miss, rows,"
                                + " write, mixed, peers, latency, start, memory, profile, quick,"
                                + " code, growth, coherence, failures, validation, not speed (see"
                                + " ./tidemark bench --help)\n");
        assertThat(output(2, poor, "bench"))
                .isEqualTo(
                        "tidemark: bench needs to know what to measure: near, shared, miss, rows,"
                                + " write, mixed, peers, latency, start, memory, profile, quick,"
                                + " code, growth, coherence, failures, validation (see ./tidemark bench"
                                + " --help)\n");
        assertThat(output(2, poor, "strat"))
                .isEqualTo("tidemark: no such command: strat (see ./tidemark help)\n");
        assertThat(output(1, poor, "start", "--database-url"))
                .isEqualTo("tidemark: --database-url needs a URL (see ./tidemark start --help)\n");
        assertThat(output(1, poor, "doctor", "--replication-url"))
                .isEqualTo(
                        "tidemark: --replication-url needs a URL (see ./tidemark doctor --help)\n");
    }

    @Test
    void start_keepsThePasswordOutOfTheProcessList_andEndsWithTheScript() throws Exception {
        try (Program refused =
                run(
                        Map.of(),
                        "start",
                        "--port=0",
                        "--database-url",
                        "postgresql://me:s3cret@127.0.0.1:1/db")) {
            assertThat(refused.exitStatus()).isEqualTo(1);
            assertThat(refused.text())
                    .isEqualTo(
                            "tidemark: cannot reach PostgreSQL at 127.0.0.1:1: connection refused\n");
        }
        try (Program program = run(Map.of(), "start", "--port=0")) {
            program.awaitText("Ctrl-C stops everything.");
            Path folder = program.folder();
            List<ProcessHandle> family = program.family();
            program.process().destroy();
            assertThat(program.exitStatus()).isEqualTo(143);
            assertThat(family).noneMatch(ProcessHandle::isAlive);
            Program.awaitGone(family, folder);
        }
        try (Program program = run(Map.of(), "start", "--port=0")) {
            program.awaitText("PostgreSQL");
            List<ProcessHandle> family = program.family();
            program.process().destroyForcibly();
            Program.awaitGone(family, temp.resolve("nothing"));
        }
    }

    private String output(int status, Map<String, String> environment, String... arguments)
            throws Exception {
        try (Program program = run(environment, arguments)) {
            assertThat(program.exitStatus()).isEqualTo(status);
            return program.text();
        }
    }

    private Program run(Map<String, String> environment, String... arguments) throws IOException {
        var command =
                new ArrayList<>(List.of("bash", temp.toRealPath().resolve("tidemark").toString()));
        command.addAll(List.of(arguments));
        // Within a build, no other build; and the JDK of this one.
        var all =
                new HashMap<>(
                        Map.of(
                                "TIDEMARK_BUILD",
                                "never",
                                "JAVA_HOME",
                                System.getProperty("java.home")));
        all.putAll(environment);
        return Program.start(temp, command, all);
    }
}
