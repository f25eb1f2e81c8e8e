package dev.tidemark.benchmarks.program;

import dev.tidemark.benchmarks.measure.MeasurementException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that a person has installed on this machine. */
public final class Installed {

    private Installed() {}

    /** The first file of this name on the path, or where Debian has servers and PostgreSQL. */
    public static Optional<Path> find(String name) {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)),
                        // Where a user's path does not look.
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * The same, where nothing can be measured without it.
     *
     * @param wanted what to say is needed, such as {@code nginx 1.22 or newer}
     * @param debianPackage which package has it
     */
    public static Path require(String name, String wanted, String debianPackage) {
        return find(name)
                .orElseThrow(() ->
                        new MeasurementException(
                                "%s is needed: install Debian's package %s"
                                        .formatted(wanted, debianPackage)));
    }
}
