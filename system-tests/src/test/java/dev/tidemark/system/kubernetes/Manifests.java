package dev.tidemark.system.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.system.RunningSuite;
import dev.tidemark.system.observe.Yaml;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * All objects of an overlay, rendered by {@code kubectl kustomize}.
 *
 * @param overlay the folder's name, and what was put over it
 */
record Manifests(String overlay, List<HasMetadata> objects) {

    static final Path FOLDER = RunningSuite.HOME.resolve("k8s").toAbsolutePath().normalize();

    static final String MISSING = "kubectl is not installed: the overlays are not rendered";

    private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();

    /** Where kubectl is, if it is there. */
    static Optional<Path> kubectl() {
        return program("kubectl");
    }

    static Optional<Path> program(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** An overlay, rendered once for all tests. */
    static Manifests of(String overlay) {
        return RENDERED.computeIfAbsent(overlay, Manifests::render);
    }

    /** An overlay with a component that it does not have, as a user puts one over it. */
    static Manifests of(String overlay, String component) {
        return RENDERED.computeIfAbsent(
                overlay + " with " + component,
                name -> {
                    try {
                        Path over = Files.createTempDirectory("tidemark-overlay").toRealPath();
                        Path file = over.resolve("kustomization.yaml");
                        try {
                            Files.writeString(
                                    file,
                                    """
                                    apiVersion: kustomize.config.k8s.io/v1beta1
                                    kind: Kustomization
                                    namespace: tidemark
                                    resources: [%s]
                                    components: [%s]
                                    """
                                            .formatted(
                                                    over.relativize(
                                                            FOLDER.resolve("overlays/" + overlay)),
                                                    over.relativize(
                                                            FOLDER.resolve(
                                                                    "components/" + component))));
                            return render(name, over);
                        } finally {
                            Files.delete(file);
                            Files.delete(over);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private static Manifests render(String overlay) {
        return render(overlay, FOLDER.resolve("overlays").resolve(overlay));
    }

    private static Manifests render(String name, Path folder) {
        String text = run(kubectl().orElseThrow().toString(), "kustomize", folder.toString());
        return new Manifests(name, Yaml.all(text).stream().map(Strict::object).toList());
    }

    /** What {@code create-secrets} prints. */
    static List<Map<String, Object>> createdSecrets() {
        return Yaml.all(run(FOLDER.resolve("create-secrets").toString()));
    }

    /** The Secrets among it, and their keys. */
    static Map<String, Set<String>> secrets() {
        Map<String, Set<String>> secrets = new TreeMap<>();
        for (Map<String, Object> fields : createdSecrets()) {
            if (Strict.object(fields) instanceof Secret secret) {
                secrets.put(
                        secret.getMetadata().getName(),
                        new TreeSet<>(secret.getStringData().keySet()));
            }
        }
        return secrets;
    }

    private static String run(String... command) {
        try {
            Path errors = Files.createTempFile("tidemark-command", ".log");
            try {
                Process process =
                        new ProcessBuilder(command).redirectError(errors.toFile()).start();
                String output =
                        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
                return output;
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The pods that there will be, by the name of what makes them. */
    Map<String, PodTemplateSpec> pods() {
        Map<String, PodTemplateSpec> pods = new TreeMap<>();
        for (HasMetadata object : objects) {
            switch (object) {
                case Deployment deployment ->
                        pods.put(name(object), deployment.getSpec().getTemplate());
                case StatefulSet set -> pods.put(name(object), set.getSpec().getTemplate());
                case CronJob job ->
                        pods.put(
                                name(object),
                                job.getSpec().getJobTemplate().getSpec().getTemplate());
                default -> {}
            }
        }
        return pods;
    }

    /** The keys of each ConfigMap. */
    Map<String, Set<String>> configMaps() {
        Map<String, Set<String>> maps = new HashMap<>();
        all(ConfigMap.class).forEach(map -> maps.put(name(map), map.getData().keySet()));
        return maps;
    }

    /** The pods that a selector of labels means. */
    Set<String> selected(Map<String, String> labels) {
        Set<String> names = new TreeSet<>();
        pods().forEach((name, pod) -> {
            if (pod.getMetadata().getLabels().entrySet().containsAll(labels.entrySet())) {
                names.add(name);
            }
        });
        return names;
    }

    static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    @Override
    public String toString() {
        return overlay;
    }
}
