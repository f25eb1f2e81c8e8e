package dev.tidemark.system.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** YAML files as maps, lists and scalars. */
public final class Yaml {

    private Yaml() {}

    /** The one document of a file. */
    public static Map<String, Object> of(Path file) {
        return all(read(file)).getFirst();
    }

    /** The documents of a text, less those that are empty. */
    @SuppressWarnings("unchecked")
    public static List<Map<String, Object>> all(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Iterable<Object> documents =
                new org.yaml.snakeyaml.Yaml(new SafeConstructor(options)).loadAll(text);
        return StreamSupport.stream(documents.spliterator(), false)
                .filter(Map.class::isInstance)
                .map(document -> (Map<String, Object>) document)
                .toList();
    }

    /** The maps in the list of a field that must be there. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> maps(Map<String, Object> fields, String name) {
        return (List<Map<String, Object>>) field(fields, name);
    }

    /** The text of a field that must be there. */
    static String text(Map<String, Object> fields, String name) {
        return (String) field(fields, name);
    }

    private static Object field(Map<String, Object> fields, String name) {
        return Optional.ofNullable(fields.get(name))
                .orElseThrow(() -> new AssertionError("no " + name + " in " + fields));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
