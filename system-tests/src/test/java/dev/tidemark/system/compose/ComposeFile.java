package dev.tidemark.system.compose;

import dev.tidemark.system.RunningSuite;
import dev.tidemark.system.observe.Yaml;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One of the files in {@code deploy} that docker compose reads, its variables as they stand. */
record ComposeFile(Map<String, Object> fields) {

    static final Path FOLDER = RunningSuite.HOME.resolve("deploy").toAbsolutePath().normalize();

    static ComposeFile named(String name) {
        return new ComposeFile(Yaml.of(FOLDER.resolve(name)));
    }

    Map<String, Service> services() {
        Map<String, Service> services = new TreeMap<>();
        map(fields.get("services"))
                .forEach((name, service) -> services.put(name, new Service(name, map(service))));
        return services;
    }

    /** One that must be there. */
    Service service(String name) {
        return Optional.ofNullable(services().get(name))
                .orElseThrow(() -> new AssertionError("no service " + name));
    }

    Map<String, Object> networks() {
        return map(fields.get("networks"));
    }

    Map<String, Object> volumes() {
        return map(fields.get("volumes"));
    }

    /** Maps only have names for keys here. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** A service's fields. */
    record Service(String name, Map<String, Object> fields) {

        /** The text of a field; empty where there is none. */
        String text(String field) {
            return Optional.ofNullable(fields.get(field)).map(Object::toString).orElse("");
        }

        List<String> list(String field) {
            return fields.get(field) instanceof Collection<?> values
                    ? values.stream().map(Object::toString).toList()
                    : List.of();
        }

        Map<String, String> environment() {
            return map(fields.get("environment")).entrySet().stream()
                    .collect(
                            Collectors.toMap(
                                    Map.Entry::getKey, entry -> entry.getValue().toString()));
        }

        /** Whom it waits for, and what of them. */
        Map<String, String> dependencies() {
            return map(fields.get("depends_on")).entrySet().stream()
                    .collect(
                            Collectors.toMap(
                                    Map.Entry::getKey,
                                    entry ->
                                            String.valueOf(
                                                    map(entry.getValue()).get("condition"))));
        }

        Collection<String> networks() {
            return fields.get("networks") instanceof Map<?, ?> networks
                    ? networks.keySet().stream().map(Object::toString).toList()
                    : list("networks");
        }

        List<Mount> mounts() {
            return list("volumes").stream().map(Mount::of).toList();
        }

        boolean endsByItself() {
            return !fields.containsKey("restart");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A volume or a file of the machine's, in a container. */
    record Mount(String source, String target, boolean readOnly) {

        static Mount of(String text) {
            boolean readOnly = text.endsWith(":ro");
            String rest = readOnly ? text.substring(0, text.length() - 3) : text;
            int colon = rest.lastIndexOf(':');
            return new Mount(rest.substring(0, colon), rest.substring(colon + 1), readOnly);
        }

        boolean isOfTheMachine() {
            return source.startsWith(".");
        }

        /** The volume, where a variable may name another. */
        String volume() {
            return source.replaceFirst("^\\$\\{\\w+:-([\\w-]+)}$", "$1");
        }
    }
}
