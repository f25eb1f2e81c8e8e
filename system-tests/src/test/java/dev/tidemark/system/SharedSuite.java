package dev.tidemark.system;

import dev.tidemark.benchmarks.failure.Experiment;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import dev.tidemark.system.observe.OtlpCollector;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The suite of several instances of each service that classes of tests share, since starting one
 * takes longer than most tests: started for the first that asks for it, and closed after the last
 * test of all. Each class has tables of its own in it, and leaves every part of it running.
 */
public final class SharedSuite implements ParameterResolver {

    /**
     * The order of classes with suites of their own, which this one would take processors from:
     * before that of classes that say nothing.
     */
    static final int BEFORE_IT_STARTS = Order.DEFAULT - 1;

    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(SharedSuite.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Suite.class || type == OtlpCollector.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(STORE);
        OtlpCollector collector =
                store.computeIfAbsent(
                        OtlpCollector.class, _ -> OtlpCollector.start(), OtlpCollector.class);
        return parameter.getParameter().getType() == OtlpCollector.class
                ? collector
                : store.computeIfAbsent(Suite.class, _ -> start(collector), Suite.class);
    }

    private static Suite start(OtlpCollector collector) {
        String endpoint = "management.opentelemetry.tracing.export.otlp.endpoint";
        return Suite.start(
                SuiteOptions.sample(RunningSuite.HOME.toAbsolutePath().normalize())
                        .withInstances("gateway", 3)
                        .withInstances("cache-service", 2)
                        .withInstances("data-retrieval-service", 2)
                        .withProperty("gateway", endpoint, collector.endpoint())
                        .withProperty("cache-service", endpoint, collector.endpoint())
                        .withProperty("data-retrieval-service", endpoint, collector.endpoint())
                        // Only what a test asks for.
                        .withProperty("gateway", "management.tracing.sampling.probability", "0")
                        .withProperty("gateway", "tidemark.check.rate", "5")
                        // Rows change several times a second: later, little is left to compare.
                        .withProperty("gateway", "tidemark.check.windows", "100ms,1s,5s")
                        .withProperty("gateway", "tidemark.check.pending-max", "1000")
                        .withProperty(
                                "data-retrieval-service",
                                "tidemark.writable",
                                "counter,observed," + Experiment.TABLE)
                        .withJvmOptions(List.of(BufferLeaks.WATCHED)),
                Progress.silent());
    }
}
