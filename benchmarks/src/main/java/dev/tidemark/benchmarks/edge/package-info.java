/**
 * The load balancer in front of the gateways: a real NGINX with the configuration that is in
 * deploy/nginx. Start reading at {@link dev.tidemark.benchmarks.edge.Nginx}. Depends on the
 * quickstart's processes.
 */
@NullMarked
package dev.tidemark.benchmarks.edge;

import org.jspecify.annotations.NullMarked;
