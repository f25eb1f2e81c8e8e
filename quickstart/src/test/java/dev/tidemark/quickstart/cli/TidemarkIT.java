package dev.tidemark.quickstart.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.quickstart.launch.FakeService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher as a process, with {@link FakeService}s, a real PostgreSQL and a real Redis Cluster.
 */
class TidemarkIT {
    @TempDir Path temp;
    private Path home;

    @BeforeEach
    void makeHome() throws IOException {
        home = FakeService.home(temp);
    }

    @Test
    void whatCannotBeStarted_isOneLineAndAnExitStatus() throws Exception {
        Path dump = Files.writeString(temp.resolve("bad.sql"), "SELECT 1;\n\nSELEKT 2;\n");
        Path folder = Files.createDirectory(temp.resolve("folder"));
        Files.createFile(folder.resolve("thesis.txt"));
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertRefused(
                    2, "Unknown option: '--prot=1' (see ./tidemark start --help)", "--prot=1");
            assertRefused(
                    2,
                    "--load is for the embedded database, not for that of --database-url (see ./tidemark start --help)",
                    "--load",
                    "x.sql",
                    "--database-url",
                    "postgresql://a:secret@b/c");
            assertRefused(
                    1,
                    "port %d is taken by java (pid %d): choose another with --port"
                            .formatted(taken.getLocalPort(), ProcessHandle.current().pid()),
                    "--port",
                    Integer.toString(taken.getLocalPort()));
            assertRefused(
                    1,
                    folder
                            + " is neither empty nor a data directory of Tidemark (it has thesis.txt)",
                    "--port=0",
                    "--data-dir",
                    folder.toString());
            assertThat(folder.resolve("logs")).doesNotExist();
            assertRefused(
                    1,
                    dump + ":3: syntax error at or near \"SELEKT\"",
                    "--port=0",
                    "--load",
                    dump.toString());
        }
    }

    private void assertRefused(int status, String message, String... options) throws Exception {
        try (Program program = start(options)) {
            assertThat(program.exitStatus()).isEqualTo(status);
            assertThat(program.text().lines().filter(line -> !line.startsWith("  ")))
                    .containsExactly("tidemark: " + message);
        }
    }

    @Test
    void launcher_thatIsKilled_leavesNothing_andItsDataDirectoryStartsAgain() throws Exception {
        Path data = temp.resolve("data");
        try (Program program =
                start(
                        "--port=0",
                        "--data-dir",
                        data.toString(),
                        "--log-dir",
                        temp.resolve("logs").toString())) {
            program.awaitText("Ctrl-C stops everything.");
            assertThat(program.text())
                    .contains("sample shop", "curl -i 'http://localhost:", "/rest/v1/product/1'");
            List<ProcessHandle> family = program.family();
            assertThat(family).hasSizeGreaterThan(11);
            assertThat(family)
                    .noneMatch(process ->
                            process.info().commandLine().orElse("").contains(password(data)));
            program.process().destroyForcibly();
            Program.awaitGone(family, temp.resolve("nothing"));
        }
        try (Program program = start("--port=0", "--data-dir", data.toString())) {
            program.awaitText("Ctrl-C stops everything.");
            assertThat(program.text()).contains("database of an earlier start");
            List<ProcessHandle> family = program.family();
            program.process().destroy();
            assertThat(program.exitStatus()).isEqualTo(143);
            assertThat(program.text()).endsWith("Stopping.\n");
            assertThat(family).noneMatch(ProcessHandle::isAlive);
        }
    }

    private static String password(Path data) {
        try {
            return Files.readString(data.resolve("password")).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Program start(String... options) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dtidemark.home=" + home,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Tidemark.class.getName(),
                                "start"));
        command.addAll(List.of(options));
        return Program.start(temp, command, Map.of());
    }
}
