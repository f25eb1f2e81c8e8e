/**
 * The manifests in {@code k8s}, read as strictly as no API server does: start with {@link
 * dev.tidemark.system.kubernetes.ManifestsTest}. Without a cluster: whether one takes and runs them
 * is not found out here.
 */
@NullMarked
package dev.tidemark.system.kubernetes;

import org.jspecify.annotations.NullMarked;
