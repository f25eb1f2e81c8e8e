package dev.tidemark.quickstart.process;

import java.util.Locale;

/**
 * The operating system and processor that programs are unpacked for.
 *
 * @param system {@code linux} or {@code darwin}
 * @param processor {@code amd64} or {@code arm64}
 */
public record Platform(String system, String processor) {
    /** This machine's. */
    public static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Platform of(String name, String architecture) {
        String lower = name.toLowerCase(Locale.ROOT);
        String system = lower.contains("linux") ? "linux" : lower.contains("mac") ? "darwin" : "";
        String processor =
                switch (architecture) {
                    case "amd64", "x86_64" -> "amd64";
                    case "aarch64", "arm64" -> "arm64";
                    default -> "";
                };
        if (system.isEmpty() || processor.isEmpty()) {
            throw new IllegalStateException(
                    "no embedded PostgreSQL and Redis for %s on %s; Linux and macOS on amd64 and arm64 are supported"
                            .formatted(name, architecture));
        }
        return new Platform(system, processor);
    }
}
