package dev.tidemark.retrieval.read;

import dev.tidemark.retrieval.database.Lanes;
import dev.tidemark.retrieval.policy.LivePolicies;
import dev.tidemark.retrieval.problem.ProblemReportValve;
import dev.tidemark.retrieval.query.LimitsProperties;
import dev.tidemark.retrieval.replica.Replicas;
import dev.tidemark.retrieval.table.LiveCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.catalina.core.StandardHost;
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
            Replicas replicas,
            MeterRegistry meters) {
        return new TableReads(catalogue, policies, limits, database, lanes, replicas, meters);
    }

    /** Every path that nothing else is mapped to: the endpoint itself knows which are tables. */
    @Bean
    SimpleUrlHandlerMapping readMapping(TableReads reads) {
        return new SimpleUrlHandlerMapping(Map.of("/**", new ReadEndpoint(reads)), 1);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat() {
        return factory -> {
            // Keys may have slashes, percent-encoded, which Tomcat would refuse.
            factory.addConnectorCustomizers(connector -> {
                String passThrough = EncodedSolidusHandling.PASS_THROUGH.getValue();
                connector.setEncodedSolidusHandling(passThrough);
                connector.setEncodedReverseSolidusHandling(passThrough);
            });
            factory.addContextCustomizers(context -> {
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(ProblemReportValve.class.getName());
                }
            });
        };
    }
}
