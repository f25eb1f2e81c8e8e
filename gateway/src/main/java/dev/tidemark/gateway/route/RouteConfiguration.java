package dev.tidemark.gateway.route;

import static org.springframework.web.reactive.function.server.RequestPredicates.methods;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import dev.tidemark.gateway.aside.ReadFlow;
import dev.tidemark.gateway.aside.ServingRule;
import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.connection.ConnectionProperties;
import dev.tidemark.gateway.guard.Clients;
import dev.tidemark.gateway.security.UncheckedCredentialsRule;
import dev.tidemark.gateway.session.Sessions;
import dev.tidemark.gateway.trace.TraceContext;
import dev.tidemark.gateway.write.WriteFlow;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.Channel;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.netty.NettyPipeline;

/** Wires the seats. */
@Configuration(proxyBeanMethods = false)
class RouteConfiguration {

    /** For people who try the address in a browser. */
    private static final String WELCOME =
            """
            {"name":"Tidemark",\
            "description":"a cached REST API over the tables of a PostgreSQL database",\
            "list":"/rest/v1/{table}?column=eq.value&limit=20",\
            "row":"/rest/v1/{table}/{key}"}
            """;

    @Bean
    ResponseWriter responseWriter(Sessions sessions, Compressor compressor) {
        return new ResponseWriter(sessions, new DateField(InstantSource.system()), compressor);
    }

    @Bean
    EdgeFilter edgeFilter(
            ApplicationContext main,
            CorsProperties properties,
            ResponseWriter writer,
            WriteFlow writes) {
        return new EdgeFilter(main, properties.cors(), writer, writes.bodyBytesMax());
    }

    @Bean
    NearFilter nearFilter(
            ServingRule rule,
            Sessions sessions,
            UncheckedCredentialsRule uncheckedCredentials,
            ReadFlow flow,
            ResponseWriter writer) {
        return new NearFilter(rule, sessions, uncheckedCredentials, flow, writer);
    }

    @Bean
    ProblemHandler problemHandler(ResponseWriter writer) {
        return new ProblemHandler(writer);
    }

    /** Nothing is ever sent to the route's address: its filter answers. */
    @Bean
    RouteLocator readRoutes(
            RouteLocatorBuilder routes, ReadFlow flow, Clients clients, ResponseWriter writer) {
        return routes.routes()
                .route(
                        "read",
                        route ->
                                route.path(ReadRoute.PATTERN)
                                        .filters(filters ->
                                                filters.filter(
                                                        new ReadFilter(flow, clients, writer),
                                                        ReadFilter.ORDER))
                                        .uri("no://op"))
                .build();
    }

    /** Ahead of the route of reads, which takes every method. */
    @Bean
    RouteLocator writeRoutes(
            RouteLocatorBuilder routes,
            WriteFlow flow,
            UncheckedCredentialsRule uncheckedCredentials,
            ConnectionProperties connection,
            ResponseWriter writer) {
        return routes.routes()
                .route(
                        "write",
                        route ->
                                route.order(-1)
                                        .method(
                                                HttpMethod.POST,
                                                HttpMethod.PATCH,
                                                HttpMethod.PUT,
                                                HttpMethod.DELETE)
                                        .and()
                                        .path(ReadRoute.PATTERN)
                                        .filters(filters ->
                                                filters.filter(
                                                        new WriteFilter(
                                                                flow,
                                                                uncheckedCredentials,
                                                                connection.bodyTimeout(),
                                                                writer),
                                                        ReadFilter.ORDER))
                                        .uri("no://op"))
                .build();
    }

    @Bean
    RouterFunction<ServerResponse> welcome() {
        return RouterFunctions.route(
                path("/").and(methods(HttpMethod.GET, HttpMethod.HEAD)),
                request ->
                        ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_JSON)
                                .header("X-Content-Type-Options", "nosniff")
                                .bodyValue(WELCOME));
    }

    /** What requests and answers take outside of the heap while they pass. */
    @Bean
    MeterBinder bufferMeters() {
        return new NettyAllocatorMetrics((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT);
    }

    @Bean
    NettyServerCustomizer besideTheCodec() {
        return server -> server.doOnChannelInit((observer, channel, remote) -> extend(channel));
    }

    private static void extend(Channel channel) {
        channel.pipeline()
                .addAfter(NettyPipeline.HttpCodec, "tidemark.bare-refusals", new BareRefusals())
                .addAfter(NettyPipeline.HttpCodec, "tidemark.raw-target", new RawTarget());
    }

    @Bean
    ReadsUnderWay readsUnderWay() {
        return new ReadsUnderWay();
    }

    /** Not by a bean of Netty's own customizers, which the management port inherits. */
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> plainReads(
            ServingRule rule,
            Sessions sessions,
            UncheckedCredentialsRule credentials,
            ReadFlow flow,
            Clients clients,
            ResponseWriter writer,
            CorsProperties properties,
            TraceContext traces,
            MeterRegistry registry,
            ReadsUnderWay underWay,
            NettyServerProperties connections) {
        Duration idleTimeout = connections.getIdleTimeout();
        PlainReads reads =
                new PlainReads(
                        idleTimeout == null || idleTimeout.isZero()
                                ? ChronoUnit.FOREVER.getDuration()
                                : idleTimeout,
                        rule,
                        sessions,
                        credentials,
                        flow,
                        clients,
                        writer,
                        properties.cors(),
                        traces,
                        new RequestMeters(registry));
        return factory ->
                factory.addServerCustomizers(server ->
                        server.doOnChannelInit((observer, channel, remote) ->
                                // Behind all others: what is answered here goes no further.
                                channel.pipeline()
                                        .addBefore(
                                                NettyPipeline.HttpTrafficHandler,
                                                "tidemark.plain-reads",
                                                new PlainReadHandler(reads, underWay))));
    }
}
