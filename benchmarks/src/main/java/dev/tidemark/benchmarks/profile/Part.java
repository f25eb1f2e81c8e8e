package dev.tidemark.benchmarks.profile;

import java.util.regex.Pattern;

/** Whose code a class is. */
enum Part {
    TIDEMARK("Tidemark", "dev\\.tidemark\\."),
    SPRING("Spring", "org\\.springframework\\."),
    OBSERVATION("Micrometer, Brave", "io\\.micrometer\\.|brave\\.|io\\.prometheus\\."),
    REACTOR_NETTY("Reactor Netty", "reactor\\.netty\\."),
    REACTOR("Reactor", "reactor\\."),
    NETTY("Netty", "io\\.netty\\."),
    CAFFEINE("Caffeine", "com\\.github\\.benmanes\\.caffeine\\."),
    LETTUCE("Lettuce", "io\\.lettuce\\."),
    POSTGRES("pgjdbc, Hikari, jOOQ", "org\\.postgresql\\.|com\\.zaxxer\\.|org\\.jooq\\."),
    TOMCAT("Tomcat", "org\\.apache\\.|jakarta\\."),
    JDK("JDK", "java\\.|jdk\\.|sun\\.|javax\\."),
    OTHER("others", "");

    private final String title;
    private final Pattern start;

    Part(String title, String start) {
        this.title = title;
        this.start = Pattern.compile(start);
    }

    String title() {
        return title;
    }

    static Part of(String className) {
        for (Part part : values()) {
            if (part.start.matcher(className).lookingAt()) {
                return part;
            }
        }
        return OTHER;
    }
}
