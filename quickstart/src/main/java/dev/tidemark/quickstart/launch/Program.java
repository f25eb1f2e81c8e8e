package dev.tidemark.quickstart.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A service as the build leaves it: its own jar beside those that it needs, and an archive of the
 * classes that it loads to start (JVM's class data sharing), which halves what a start takes.
 *
 * @param home the project's folder
 */
record Program(String module, Path home) {

    Path jar() {
        return folder().resolve(module + ".jar");
    }

    private Path folder() {
        return home.resolve(module).resolve("target").resolve(module);
    }

    void requireBuilt() {
        if (!Files.isReadable(jar())) {
            throw new StartException(
                    "%s is missing: start with ./tidemark, which builds it".formatted(jar()));
        }
    }

    /**
     * What a JVM is told to run a copy of it, which is made in a folder where there is none yet: a
     * build in the meantime would pull the jars from under the running JVM.
     */
    List<String> runFrom(Path parent) throws IOException {
        Path copy = parent.resolve(module);
        if (!Files.exists(copy)) {
            copy(copy);
        }
        List<String> arguments = new ArrayList<>();
        Path archive = copy.resolve(module + ".jsa");
        if (Files.exists(archive)) {
            arguments.add("-XX:SharedArchiveFile=" + archive);
        }
        arguments.addAll(List.of("-jar", copy.resolve(module + ".jar").toString()));
        return arguments;
    }

    private void copy(Path to) throws IOException {
        try (Stream<Path> files = Files.walk(folder())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(folder().relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectory(copy);
                } else {
                    link(copy, file);
                }
            }
        }
    }

    private static void link(Path copy, Path file) throws IOException {
        try {
            Files.createLink(copy, file);
        } catch (UnsupportedOperationException | IOException e) {
            // On another file system. The archive is good for jars with the same times only.
            Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
