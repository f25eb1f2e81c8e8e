package dev.tidemark.retrieval.read;

import dev.tidemark.retrieval.database.Lanes;
import dev.tidemark.retrieval.policy.LivePolicies;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.table.LiveCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/** The reads and the paths they are served at. */
@Configuration(proxyBeanMethods = false)
class ReadConfiguration {

    @Bean
    TableReads tableReads(
            LiveCatalogue catalogue,
            LivePolicies policies,
            LimitsProperties limits,
            DataSource database,
            Lanes lanes,
            MeterRegistry meters) {
        return new TableReads(catalogue, policies, limits, database, lanes, meters);
    }

    /** Every path that nothing else is mapped to: the endpoint itself knows which are tables. */
    @Bean
    SimpleUrlHandlerMapping readMapping(TableReads reads) {
        return new SimpleUrlHandlerMapping(Map.of("/**", new ReadEndpoint(reads)), 1);
    }

    /** A slash in a key is percent-encoded, and Tomcat would refuse that. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> encodedSlashes() {
        return factory ->
                factory.addConnectorCustomizers(connector ->
                        connector.setEncodedSolidusHandling(
                                EncodedSolidusHandling.PASS_THROUGH.getValue()));
    }
}
