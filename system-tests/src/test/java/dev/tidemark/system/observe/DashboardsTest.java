package dev.tidemark.system.observe;

import static dev.tidemark.system.observe.Dashboard.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.system.RunningSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The form of the dashboards; whether there is data for them {@link ExpressionsIT} finds out. */
class DashboardsTest {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");

    private static final int COLUMNS = 24;

    /** Of those that are used, as Grafana spells them: a misspelt one shows bare numbers. */
    private static final Set<String> UNITS =
            Set.of("short", "s", "bytes", "Bps", "ops", "reqps", "percent", "percentunit");

    static List<Dashboard> dashboards() {
        return Dashboard.all();
    }

    @Test
    void theSixDashboards_areThere_eachWithItsOwnUidAndTitle() {
        assertThat(dashboards())
                .extracting(dashboard -> text(dashboard.json(), "uid"))
                .containsExactlyInAnyOrder(
                        "tidemark-overview",
                        "tidemark-cache",
                        "tidemark-coherence",
                        "tidemark-origin",
                        "tidemark-resilience",
                        "tidemark-runtime");
        assertThat(dashboards())
                .extracting(dashboard -> text(dashboard.json(), "title"))
                .doesNotHaveDuplicates()
                .allSatisfy(title -> assertThat(title).startsWith("Tidemark: "));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panel_hasTitleDescriptionUnitAndSource(Dashboard dashboard) {
        assertThat(dashboard.panels())
                .extracting(panel -> panel.path("id").asInt())
                .doesNotHaveDuplicates();
        assertThat(dashboard.panels())
                .extracting(panel -> text(panel, "title"))
                .doesNotHaveDuplicates();
        assertThat(dashboard.charts()).isNotEmpty();
        for (JsonNode panel : dashboard.charts()) {
            String title = text(panel, "title");
            assertThat(title).isNotBlank();
            assertThat(text(panel, "description")).as(title).endsWith(".");
            assertThat(text(panel.path("fieldConfig").path("defaults"), "unit"))
                    .as(title)
                    .isIn(UNITS);
            assertThat(text(panel.path("datasource"), "uid")).as(title).isEqualTo("${datasource}");
            assertThat(panel.path("targets").valueStream())
                    .as(title)
                    .isNotEmpty()
                    .allSatisfy(target -> {
                        assertThat(text(target, "expr")).isNotBlank();
                        assertThat(text(target, "legendFormat")).isNotBlank();
                    })
                    .extracting(target -> text(target, "refId"))
                    .doesNotHaveDuplicates();
        }
    }

    /** A point on it leads to the trace of a request. */
    @ParameterizedTest
    @MethodSource("dashboards")
    void distributionOfTimes_showsExemplars(Dashboard dashboard) {
        for (JsonNode panel : dashboard.charts()) {
            if (text(panel, "type").equals("timeseries")
                    && text(panel.path("fieldConfig").path("defaults"), "unit").equals("s")) {
                for (JsonNode target : panel.path("targets")) {
                    assertThat(target.path("exemplar").asBoolean(false))
                            .as(text(panel, "title"))
                            .isEqualTo(text(target, "expr").contains("histogram_quantile"));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panels_lieSideBySide(Dashboard dashboard) {
        Set<List<Integer>> taken = new java.util.HashSet<>();
        for (JsonNode panel : dashboard.panels()) {
            JsonNode at = panel.path("gridPos");
            assertThat(at.path("x").asInt() + at.path("w").asInt())
                    .as(text(panel, "title"))
                    .isLessThanOrEqualTo(COLUMNS);
            for (int x = 0; x < at.path("w").asInt(); x++) {
                for (int y = 0; y < at.path("h").asInt(); y++) {
                    assertThat(
                                    taken.add(
                                            List.of(
                                                    at.path("x").asInt() + x,
                                                    at.path("y").asInt() + y)))
                            .as("%s lies on another", text(panel, "title"))
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void variables_areThere_andAreUsed(Dashboard dashboard) {
        Set<String> defined =
                dashboard.variables().stream()
                        .map(variable -> text(variable, "name"))
                        .collect(Collectors.toSet());
        assertThat(defined).contains("datasource", "instance");
        List<String> used = new ArrayList<>();
        for (JsonNode panel : dashboard.charts()) {
            VARIABLE.matcher(panel.toString())
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .filter(name -> !name.startsWith("__"))
                    .forEach(used::add);
        }
        assertThat(Set.copyOf(used)).isEqualTo(defined);
    }

    /** Kustomize reads no folder, only the files that it is told of. */
    @Test
    void kustomization_namesAllDashboards() throws IOException {
        String kustomization = Files.readString(Dashboard.FOLDER.resolve("kustomization.yaml"));

        assertThat(kustomization.lines().map(String::strip).filter(line -> line.endsWith(".json")))
                .containsExactlyInAnyOrderElementsOf(
                        dashboards().stream().map(dashboard -> "- " + dashboard.file()).toList());
    }

    @Test
    void provisioning_namesTheSource_andWhereDashboardsAre() {
        assertThat(
                        Yaml.of(
                                RunningSuite.HOME.resolve(
                                        "grafana/provisioning/datasources/prometheus.yaml")))
                .extracting("datasources")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .first()
                .hasFieldOrPropertyWithValue("type", "prometheus")
                .hasFieldOrPropertyWithValue("url", "$TIDEMARK_PROMETHEUS_URL");
        assertThat(
                        Yaml.of(
                                RunningSuite.HOME.resolve(
                                        "grafana/provisioning/dashboards/tidemark.yaml")))
                .extracting("providers")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .first()
                .extracting("options.path")
                .isEqualTo("/etc/grafana/dashboards");
    }
}
