package dev.tidemark.cache;

import java.security.Security;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The shared cache as a process. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class CacheServiceApplication {

    public static void main(String[] args) {
        // Nodes move between addresses: the JDK would keep to the old ones for 30 s.
        Security.setProperty("networkaddress.cache.ttl", "5");
        SpringApplication.run(CacheServiceApplication.class, args);
    }
}
