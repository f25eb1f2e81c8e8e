package dev.tidemark.system.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.system.RunningSuite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Prometheus' configuration and rules, by Prometheus' own word and by ours. */
class RulesTest {

    private static final Path TESTS = Rules.FOLDER.resolve("tests");

    static List<Map<String, Object>> alerts() {
        return Rules.alerts();
    }

    @Test
    void promtool_takesConfigurationAndRules_andTheirTestsPass() throws Exception {
        Optional<Path> promtool = PrometheusServer.program("promtool");
        assumeTrue(promtool.isPresent(), PrometheusServer.MISSING);

        List<String> rules = Rules.FILES.stream().map(Path::toString).toList();
        promtool(promtool.get(), "check", "config", "prometheus.yml");
        promtool(promtool.get(), with(rules, "check", "rules"));
        promtool(
                promtool.get(),
                "test",
                "rules",
                "tests/recording.test.yml",
                "tests/alerts.test.yml",
                "tests/slow-alerts.test.yml");
    }

    private static String[] with(List<String> more, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private static void promtool(Path program, String... words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(List.of(words));
        Process process =
                new ProcessBuilder(command)
                        .directory(Rules.FOLDER.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alert_hasSeveritySummaryAndRunbook(Map<String, Object> alert) throws IOException {
        String name = Yaml.text(alert, "alert");
        assertThat(alert).extracting("labels.severity").isIn("page", "ticket");
        assertThat(alert).extracting("annotations.summary").asString().isNotBlank();
        assertThat(alert)
                .extracting("annotations.runbook")
                .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
        assertThat(Files.readString(RunningSuite.HOME.resolve("docs/operations.md")).lines())
                .as("what to do about it")
                .contains("### " + name);
    }

    @Test
    void eachAlert_fires_inATest() throws IOException {
        String tests =
                Files.readString(TESTS.resolve("alerts.test.yml"))
                        + Files.readString(TESTS.resolve("slow-alerts.test.yml"));

        assertThat(Rules.alertNames())
                .doesNotHaveDuplicates()
                .allSatisfy(name ->
                        assertThat(tests)
                                .containsPattern(
                                        "alertname: "
                                                + name
                                                + "\\s+eval_time: \\w+\\s+exp_alerts:\\s+- "));
    }

    @Test
    void operatorsRules_areTheSame() {
        Map<String, Object> rule =
                Yaml.of(
                        RunningSuite.HOME.resolve(
                                "k8s/components/monitoring/prometheus-rule.yaml"));

        assertThat(rule).extracting("spec.groups").isEqualTo(Rules.groups());
    }
}
