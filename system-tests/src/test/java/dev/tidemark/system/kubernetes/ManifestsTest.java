package dev.tidemark.system.kubernetes;

import static dev.tidemark.system.kubernetes.Manifests.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.system.observe.Yaml;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manifests refer to is there, and what they are made of is nothing that there is not. */
class ManifestsTest {

    private static final Set<String> SERVICES =
            Set.of("gateway", "cache-service", "data-retrieval-service");

    static List<Manifests> overlays() {
        assumeTrue(Manifests.kubectl().isPresent(), Manifests.MISSING);
        return List.of(
                Manifests.of("local"),
                Manifests.of("production"),
                Manifests.of("production", "traces"));
    }

    /** Those that are no object of a cluster's: patches, and what tells Kustomize what to do. */
    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Manifests.FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> read(file).contains("apiVersion:"))
                    .filter(file -> !file.endsWith("kustomization.yaml"))
                    .sorted()
                    .toList();
        }
    }

    /** Whether kubectl is there or not. */
    @ParameterizedTest
    @MethodSource("files")
    void file_hasNoFieldThatThereIsNot(Path file) {
        assertThat(Yaml.all(read(file)).stream().map(Strict::object)).isNotEmpty();
    }

    @Test
    void unknownField_isRefused_howeverDeep() {
        String text =
                read(Manifests.FOLDER.resolve("base/gateway.yaml"))
                        .replace("failureThreshold: 120", "failureTreshold: 120");

        assertThatThrownBy(() -> Yaml.all(text).forEach(Strict::object))
                .hasMessageContaining("failureTreshold");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void services_areThere_withAllThatBelongsToThem(Manifests manifests) {
        assertThat(manifests.pods()).containsKeys(SERVICES.toArray(String[]::new));
        assertThat(manifests.all(PodDisruptionBudget.class))
                .extracting(HasMetadata::getMetadata)
                .extracting("name")
                .containsAll(SERVICES);
        assertThat(manifests.objects())
                .extracting(object -> object.getKind() + " " + name(object))
                .doesNotHaveDuplicates();
        assertThat(manifests.objects())
                .filteredOn(object -> !object.getKind().equals("Namespace"))
                .allSatisfy(object ->
                        assertThat(object.getMetadata().getNamespace()).isEqualTo("tidemark"));
    }

    @Test
    void traces_everyServiceIsToldWhereTo_andLetOutThere() {
        assumeTrue(Manifests.kubectl().isPresent(), Manifests.MISSING);
        Manifests traced = Manifests.of("production", "traces");

        URI collector = URI.create("http://collector.tracing:4318/v1/traces");
        assertThat(traced.all(ConfigMap.class))
                .filteredOn(map -> SERVICES.contains(name(map).replaceFirst("-[a-z0-9]+$", "")))
                .hasSize(SERVICES.size())
                .allSatisfy(map ->
                        assertThat(map.getData())
                                .containsEntry(
                                        "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
                                        collector.toString()));
        assertThat(traced.all(NetworkPolicy.class))
                .filteredOn(policy -> name(policy).equals("services-to-collector"))
                .singleElement()
                .extracting(NetworkPolicy::getSpec)
                .satisfies(policy -> {
                    assertThat(policy.getPodSelector().getMatchExpressions())
                            .singleElement()
                            .satisfies(names ->
                                    assertThat(names.getValues())
                                            .containsExactlyInAnyOrderElementsOf(SERVICES));
                    assertThat(policy.getEgress().getFirst().getPorts())
                            .singleElement()
                            .satisfies(port ->
                                    assertThat(port.getPort().getIntVal())
                                            .isEqualTo(collector.getPort()));
                });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void selectors_meanPodsThatThereAre(Manifests manifests) {
        for (Deployment deployment : manifests.all(Deployment.class)) {
            assertThat(manifests.selected(deployment.getSpec().getSelector().getMatchLabels()))
                    .containsExactly(name(deployment));
        }
        for (StatefulSet set : manifests.all(StatefulSet.class)) {
            assertThat(manifests.selected(set.getSpec().getSelector().getMatchLabels()))
                    .containsExactly(name(set));
            assertThat(manifests.all(Service.class))
                    .extracting(Manifests::name)
                    .contains(set.getSpec().getServiceName());
        }
        for (PodDisruptionBudget budget : manifests.all(PodDisruptionBudget.class)) {
            assertThat(manifests.selected(budget.getSpec().getSelector().getMatchLabels()))
                    .containsExactly(name(budget));
        }
        for (HorizontalPodAutoscaler scaler : manifests.all(HorizontalPodAutoscaler.class)) {
            assertThat(manifests.all(Deployment.class))
                    .extracting(Manifests::name)
                    .contains(scaler.getSpec().getScaleTargetRef().getName());
            assertThat(scaler.getSpec().getMinReplicas())
                    .isLessThan(scaler.getSpec().getMaxReplicas());
        }
        for (NetworkPolicy policy : manifests.all(NetworkPolicy.class)) {
            Map<String, String> labels = policy.getSpec().getPodSelector().getMatchLabels();
            assertThat(manifests.selected(labels == null ? Map.of() : labels))
                    .as(name(policy))
                    .isNotEmpty();
        }
        manifests
                .pods()
                .forEach((name, pod) ->
                        pod.getSpec()
                                .getTopologySpreadConstraints()
                                .forEach(constraint ->
                                        assertThat(
                                                        manifests.selected(
                                                                constraint
                                                                        .getLabelSelector()
                                                                        .getMatchLabels()))
                                                .as(name)
                                                .containsExactly(name)));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void ports_areThoseOfTheContainers(Manifests manifests) {
        for (Service service : manifests.all(Service.class)) {
            Set<String> pods = manifests.selected(service.getSpec().getSelector());
            assertThat(pods).as(name(service)).hasSize(1);
            Set<String> ports =
                    pods.stream()
                            .map(manifests.pods()::get)
                            .flatMap(pod -> portNames(pod).stream())
                            .collect(Collectors.toSet());
            assertThat(service.getSpec().getPorts())
                    .extracting(port -> port.getTargetPort().getStrVal())
                    .as(name(service))
                    .isSubsetOf(ports);
        }
        manifests
                .pods()
                .forEach((name, pod) -> {
                    for (Container container : pod.getSpec().getContainers()) {
                        Stream.of(
                                        container.getStartupProbe(),
                                        container.getLivenessProbe(),
                                        container.getReadinessProbe())
                                .filter(java.util.Objects::nonNull)
                                .map(ManifestsTest::port)
                                .filter(port -> !port.isEmpty())
                                .forEach(
                                        port -> assertThat(portNames(pod)).as(name).contains(port));
                    }
                });
        for (ServiceMonitor monitor : manifests.all(ServiceMonitor.class)) {
            List<Service> monitored =
                    manifests.all(Service.class).stream()
                            .filter(service ->
                                    service.getMetadata()
                                                    .getLabels()
                                                    .entrySet()
                                                    .containsAll(
                                                            monitor.getSpec()
                                                                    .getSelector()
                                                                    .getMatchLabels()
                                                                    .entrySet())
                                            && !service.getMetadata()
                                                    .getLabels()
                                                    .containsKey("app.kubernetes.io/component"))
                            .toList();
            assertThat(monitored).hasSize(1);
            assertThat(monitored.getFirst().getSpec().getPorts())
                    .extracting(ServicePort::getName)
                    .contains(monitor.getSpec().getEndpoints().getFirst().getPort());
        }
        for (HTTPRoute route : manifests.all(HTTPRoute.class)) {
            route.getSpec()
                    .getRules()
                    .forEach(rule ->
                            rule.getBackendRefs()
                                    .forEach(backend ->
                                            assertThat(manifests.all(Service.class))
                                                    .anyMatch(service ->
                                                            name(service).equals(backend.getName())
                                                                    && service
                                                                            .getSpec()
                                                                            .getPorts()
                                                                            .stream()
                                                                            .anyMatch(port ->
                                                                                    port.getPort()
                                                                                            .equals(
                                                                                                    backend
                                                                                                            .getPort())))));
        }
    }

    private static String port(Probe probe) {
        if (probe.getHttpGet() != null) {
            return probe.getHttpGet().getPort().getStrVal();
        }
        return probe.getTcpSocket() == null ? "" : probe.getTcpSocket().getPort().getStrVal();
    }

    private static Set<String> portNames(PodTemplateSpec pod) {
        return pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .map(ContainerPort::getName)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void configMapsAndSecrets_haveTheKeysThatAreMounted(Manifests manifests) {
        Map<String, Set<String>> maps = manifests.configMaps();
        Map<String, Set<String>> secrets = Manifests.secrets();
        manifests
                .pods()
                .forEach((name, pod) -> {
                    for (Volume volume : pod.getSpec().getVolumes()) {
                        if (volume.getConfigMap() != null) {
                            assertThat(maps).as(name).containsKey(volume.getConfigMap().getName());
                        }
                        if (volume.getSecret() != null) {
                            assertThat(secrets)
                                    .as(name)
                                    .containsKey(volume.getSecret().getSecretName());
                            assertThat(secrets.get(volume.getSecret().getSecretName()))
                                    .as(name)
                                    .containsAll(
                                            volume.getSecret().getItems().stream()
                                                    .map(KeyToPath::getKey)
                                                    .toList());
                        }
                    }
                    for (Container container : pod.getSpec().getContainers()) {
                        for (EnvFromSource source : container.getEnvFrom()) {
                            assertThat(maps)
                                    .as(name)
                                    .containsKey(source.getConfigMapRef().getName());
                        }
                        assertThat(pod.getSpec().getVolumes())
                                .extracting(Volume::getName)
                                .containsAll(
                                        container.getVolumeMounts().stream()
                                                .map(VolumeMount::getName)
                                                .filter(mount -> !isClaimed(manifests, name, mount))
                                                .toList());
                    }
                });
    }

    private static boolean isClaimed(Manifests manifests, String set, String volume) {
        return manifests.all(StatefulSet.class).stream()
                .filter(candidate -> name(candidate).equals(set))
                .flatMap(candidate -> candidate.getSpec().getVolumeClaimTemplates().stream())
                .anyMatch(claim -> name(claim).equals(volume));
    }

    /** What Kubernetes calls restricted, and a little more. */
    @ParameterizedTest
    @MethodSource("overlays")
    void pod_mayDoNothingThatItNeedNot(Manifests manifests) {
        List<String> accounts =
                manifests.all(ServiceAccount.class).stream()
                        .filter(account -> !account.getAutomountServiceAccountToken())
                        .map(Manifests::name)
                        .toList();
        manifests
                .pods()
                .forEach((name, pod) -> {
                    assertThat(accounts).as(name).contains(pod.getSpec().getServiceAccountName());
                    assertThat(pod.getSpec())
                            .as(name)
                            .hasFieldOrPropertyWithValue("serviceAccountName", name)
                            .hasFieldOrPropertyWithValue("automountServiceAccountToken", false)
                            .hasFieldOrPropertyWithValue("enableServiceLinks", false)
                            .hasFieldOrPropertyWithValue("securityContext.runAsNonRoot", true)
                            .hasFieldOrPropertyWithValue(
                                    "securityContext.seccompProfile.type", "RuntimeDefault");
                    assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isPositive();
                    for (Container container : pod.getSpec().getContainers()) {
                        assertThat(container.getSecurityContext())
                                .as(name)
                                .hasFieldOrPropertyWithValue("allowPrivilegeEscalation", false)
                                .hasFieldOrPropertyWithValue("readOnlyRootFilesystem", true)
                                .hasFieldOrPropertyWithValue("capabilities.drop", List.of("ALL"));
                        assertThat(container.getResources().getRequests())
                                .as(name)
                                .containsKeys("cpu", "memory");
                        assertThat(container.getResources().getLimits())
                                .as(name)
                                .containsKey("memory");
                        assertThat(container.getImage())
                                .as(name)
                                .matches("[a-z0-9./-]+(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})")
                                .doesNotContain("latest");
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void service_isAskedForWhatItMeans_andDrains(Manifests manifests) {
        for (String service : SERVICES) {
            Container container =
                    manifests.selected(Map.of("app.kubernetes.io/name", service)).stream()
                            .map(manifests.pods()::get)
                            .findFirst()
                            .orElseThrow()
                            .getSpec()
                            .getContainers()
                            .getFirst();
            assertThat(container)
                    .hasFieldOrPropertyWithValue(
                            "livenessProbe.httpGet.path", "/actuator/health/liveness")
                    .hasFieldOrPropertyWithValue(
                            "readinessProbe.httpGet.path", "/actuator/health/readiness");
            assertThat(container.getLifecycle().getPreStop().getSleep().getSeconds()).isPositive();
        }
        assertThat(manifests.all(Deployment.class))
                .filteredOn(deployment -> name(deployment).equals("gateway"))
                .singleElement()
                .satisfies(gateway ->
                        // Longer than NGINX's fail_timeout.
                        assertThat(gateway.getSpec().getMinReadySeconds()).isGreaterThan(2));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
