package dev.tidemark.retrieval;

import dev.tidemark.retrieval.dba.DbaCommands;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The data retrieval service as a process; or one of the DBA's commands, which is over at once. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RetrievalApplication {

    public static void main(String[] arguments) {
        if (DbaCommands.isMeant(arguments)) {
            System.exit(DbaCommands.run(arguments));
        }
        SpringApplication.run(RetrievalApplication.class, arguments);
    }
}
