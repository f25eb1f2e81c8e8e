package dev.tidemark.system.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.system.RunningSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tables in {@code docs/configuration.md} are what the code says. With {@code
 * -Dconfiguration.docs=write} they are written instead of compared.
 */
class ConfigurationDocsTest {

    private static final Path PAGE = RunningSuite.HOME.resolve("docs/configuration.md");

    private static final boolean WRITES = "write".equals(System.getProperty("configuration.docs"));

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "cache-service", "data-retrieval-service"})
    void page_hasEveryProperty_andNoOther(String service) throws IOException {
        String page = Files.readString(PAGE);
        String begin = "<!-- begin " + service + " -->\n";
        String end = "<!-- end " + service + " -->";
        assertThat(page).contains(begin, end);
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf(end);
        String table = table(service);
        if (WRITES) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to))
                    .as("run this test with -Dconfiguration.docs=write")
                    .isEqualTo(table);
        }
    }

    private static String table(String service) throws IOException {
        JsonNode metadata =
                MAPPER.readTree(
                        Files.readString(
                                RunningSuite.HOME
                                        .resolve(service)
                                        .resolve(
                                                "target/classes/META-INF/spring-configuration-metadata.json")));
        List<JsonNode> properties =
                metadata.path("properties")
                        .valueStream()
                        .filter(property ->
                                property.path("name").asString().startsWith("tidemark."))
                        .toList();
        assertThat(properties).isNotEmpty();
        return "| property | default | meaning |\n| --- | --- | --- |\n"
                + properties.stream()
                        // Two features may have a property in common.
                        .collect(
                                Collectors.toMap(
                                        property -> property.path("name").asString(),
                                        ConfigurationDocsTest::row,
                                        (one, other) -> one.length() > other.length() ? one : other,
                                        TreeMap::new))
                        .values()
                        .stream()
                        .collect(Collectors.joining());
    }

    private static String row(JsonNode property) {
        JsonNode value = property.path("defaultValue");
        String text =
                value.isArray()
                        ? value.valueStream()
                                .map(JsonNode::asString)
                                .collect(Collectors.joining(","))
                        : value.asString("").replaceAll("[\\[\\] ]", "");
        return "| `%s` | %s | %s |\n"
                .formatted(
                        property.path("name").asString(),
                        text.isEmpty() ? "" : "`" + text + "`",
                        meaning(property.path("description").asString("")));
    }

    /** Javadoc as Markdown, in one line. */
    private static String meaning(String javadoc) {
        String code =
                Pattern.compile("\\{@(?:code|link|linkplain) ([^}]*)}")
                        .matcher(javadoc)
                        .replaceAll("`$1`");
        return code.replace("|", "\\|").replaceAll("\\s+", " ").strip();
    }
}
