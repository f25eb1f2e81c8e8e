package dev.tidemark.retrieval.write;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.retrieval.database.Lanes;
import dev.tidemark.retrieval.policy.LivePolicies;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.table.ExposureProperties;
import dev.tidemark.retrieval.table.LiveCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/** The writes and the requests that ask for them. */
@Configuration(proxyBeanMethods = false)
class WriteConfiguration {

    @Bean
    TableWrites tableWrites(
            LiveCatalogue catalogue,
            LivePolicies policies,
            WritableProperties writable,
            WriteProperties properties,
            ExposureProperties exposure,
            LimitsProperties limits,
            DataSource database,
            Lanes lanes,
            MeterRegistry meters) {
        return new TableWrites(
                catalogue,
                policies,
                writable,
                properties,
                exposure,
                limits,
                database,
                lanes.writes(),
                meters);
    }

    /** By method, which paths alone cannot choose by; ahead of the reads, which take all paths. */
    @Bean
    HandlerMapping writeMapping(TableWrites writes, WriteProperties properties) {
        WriteEndpoint endpoint = new WriteEndpoint(writes, properties.bodyBytesMax());
        AbstractHandlerMapping mapping =
                new AbstractHandlerMapping() {
                    @Override
                    protected @Nullable Object getHandlerInternal(HttpServletRequest request) {
                        return WriteRequest.isWrite(request.getMethod())
                                        && request.getRequestURI().startsWith(CanonicalRequest.ROOT)
                                ? endpoint
                                : null;
                    }
                };
        mapping.setOrder(0);
        return mapping;
    }
}
