package dev.tidemark.quickstart.process;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Programs unpacked from jars into the user's cache folder, once. Each appears by one atomic
 * rename, so that what is there is complete, whoever else unpacks it at the same time.
 */
public final class ProgramCache {
    private final Path folder;

    ProgramCache(Path folder) {
        this.folder = folder;
    }

    /**
     * The one in the user's cache folder, or in this JVM's temporary folder where that cannot be
     * written.
     */
    public static ProgramCache ofThisUser() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getProperty("user.home"));
        Path caches =
                xdg != null && !xdg.isBlank()
                        ? Path.of(xdg)
                        : Platform.current().system().equals("darwin")
                                ? home.resolve("Library/Caches")
                                : home.resolve(".cache");
        Path folder = caches.resolve("tidemark");
        try {
            Files.createDirectories(folder);
            return new ProgramCache(
                    Files.isWritable(folder) ? folder : Guard.ofThisJvm().newFolder("programs"));
        } catch (IOException e) {
            return new ProgramCache(Guard.ofThisJvm().newFolder("programs"));
        }
    }

    /** The file of a program that is one resource. */
    public Path program(String name, String resource) {
        return unpacked(
                name,
                target -> {
                    try (InputStream in = open(resource)) {
                        Files.copy(in, target);
                        Files.setPosixFilePermissions(
                                target, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                });
    }

    /** The folder of a program that is a tar archive compressed with xz. */
    public Path archive(String name, String resource) {
        return unpacked(
                name,
                target -> {
                    try (InputStream in = open(resource)) {
                        untar(in, Files.createDirectory(target));
                    }
                });
    }

    private Path unpacked(String name, Unpacking unpacking) {
        Path target = folder.resolve(name);
        if (Files.exists(target)) {
            return target;
        }
        try {
            Path workshop = Files.createTempDirectory(folder, ".unpacking-");
            try {
                Path complete = workshop.resolve(name);
                unpacking.into(complete);
                publish(complete, target);
            } finally {
                delete(workshop);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot unpack " + name + " into " + folder + ": " + e.getMessage(), e);
        }
    }

    private static void publish(Path complete, Path target) throws IOException {
        try {
            Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (FileSystemException e) {
            // A folder cannot be renamed onto another: somebody else was first.
            if (!Files.exists(target)) {
                throw e;
            }
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = ProgramCache.class.getResourceAsStream("/" + resource);
        if (in == null) {
            throw new FileNotFoundException(resource + " is not on the class path");
        }
        return in;
    }

    private static void untar(InputStream in, Path folder) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                if (!file.startsWith(folder)) {
                    throw new IOException(
                            "archive entry outside of its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(Objects.requireNonNull(file.getParent()));
                    if (entry.isSymbolicLink()) {
                        Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                    } else if (entry.isLink()) {
                        Files.createLink(file, folder.resolve(entry.getLinkName()));
                    } else {
                        Files.copy(tar, file);
                        boolean executable = (entry.getMode() & 0100) != 0;
                        Files.setPosixFilePermissions(
                                file,
                                PosixFilePermissions.fromString(
                                        executable ? "rwxr-xr-x" : "rw-r--r--"));
                    }
                }
            }
        }
    }

    /** Deletes a file or a folder with all that is in it, if it is there. */
    public static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @FunctionalInterface
    private interface Unpacking {
        void into(Path target) throws IOException;
    }
}
