package dev.tidemark.retrieval.database;

import io.micrometer.observation.ObservationRegistry;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import net.ttddyy.observation.tracing.DataSourceObservationListener;

/**
 * Makes each statement a part of the trace of the request that runs it, with its text but never its
 * parameters, which are values. Where no traces are exported nothing stands in between.
 */
final class StatementSpans {

    private final ObservationRegistry observations;
    private final boolean exported;

    /**
     * @param collector where traces are exported to; blank for nowhere
     */
    StatementSpans(ObservationRegistry observations, String collector) {
        this.observations = observations;
        this.exported = !collector.isBlank();
    }

    /** The same source, whose statements are told. */
    DataSource of(DataSource source) {
        return exported
                ? ProxyDataSourceBuilder.create(source)
                        .listener(new DataSourceObservationListener(observations))
                        .build()
                : source;
    }
}
