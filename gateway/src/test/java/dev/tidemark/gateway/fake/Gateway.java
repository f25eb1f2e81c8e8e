package dev.tidemark.gateway.fake;

import dev.tidemark.gateway.GatewayApplication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** The real gateway on free ports, between stand-ins that really listen. */
public final class Gateway implements AutoCloseable {

    public final StandInOrigin origin = new StandInOrigin();
    public final StandInFeed feed = new StandInFeed(origin.database.log);
    public final StandInSharedCache shared = new StandInSharedCache(feed);
    private final Disposable heart =
            Flux.interval(Duration.ofMillis(50)).subscribe(tick -> origin.database.heartbeat());
    public final RawHttp http;
    public final RawHttp management;
    private final ConfigurableApplicationContext context;

    /**
     * @param settings as on a command line, {@code --name=value}
     */
    public Gateway(String... settings) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--logging.structured.format.console=",
                                "--tidemark.breaker.open-for=300ms",
                                // Fetches are counted. A test that wants them says so.
                                "--tidemark.check.rate=${check.rate:0}",
                                "--tidemark.origin.addresses=" + origin.address(),
                                "--tidemark.cache.addresses=" + shared.address()));
        arguments.addAll(List.of(settings));
        context =
                new SpringApplicationBuilder(GatewayApplication.class)
                        .run(arguments.toArray(String[]::new));
        http = new RawHttp(port("local.server.port"));
        management = new RawHttp(port("local.management.port"));
    }

    private int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    public int port() {
        return port("local.server.port");
    }

    /** The value of a meter as Prometheus sees it: the sum of all series whose text begins so. */
    public double meter(String series) {
        return management
                .get("/actuator/prometheus", "Accept: text/plain")
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Stops it as an orchestrator would, which waits for what is under way. */
    public void stop() {
        context.close();
    }

    @Override
    public void close() {
        stop();
        heart.dispose();
        origin.close();
        shared.close();
    }
}
