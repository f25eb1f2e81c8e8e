package dev.tidemark.system.kubernetes;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes Kubernetes' objects of maps and refuses every field that there is not. Fabric8's classes
 * take what they do not know into a map of their own, as a newer API server may know it; here
 * nothing may be there but what is.
 */
final class Strict {

    private static final Map<String, Class<? extends HasMetadata>> KINDS =
            Stream.<Class<? extends HasMetadata>>of(
                            ConfigMap.class,
                            CronJob.class,
                            Deployment.class,
                            Gateway.class,
                            HTTPRoute.class,
                            HorizontalPodAutoscaler.class,
                            Namespace.class,
                            NetworkPolicy.class,
                            PodDisruptionBudget.class,
                            PrometheusRule.class,
                            Secret.class,
                            Service.class,
                            ServiceAccount.class,
                            ServiceMonitor.class,
                            StatefulSet.class)
                    .collect(
                            Collectors.toMap(
                                    kind ->
                                            HasMetadata.getApiVersion(kind)
                                                    + " "
                                                    + HasMetadata.getKind(kind),
                                    kind -> kind));

    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .annotationIntrospector(
                            new JacksonAnnotationIntrospector() {
                                private static final long serialVersionUID = 1;

                                @Override
                                public Boolean hasAnySetter(Annotated annotated) {
                                    return false;
                                }
                            })
                    .build();

    private Strict() {}

    /**
     * @throws IllegalArgumentException which names the field that there is not
     */
    static HasMetadata object(Map<String, Object> fields) {
        String kind = fields.get("apiVersion") + " " + fields.get("kind");
        Class<? extends HasMetadata> type =
                Optional.ofNullable(KINDS.get(kind))
                        .orElseThrow(() -> new IllegalArgumentException("unknown: " + kind));
        return MAPPER.convertValue(fields, type);
    }
}
