package dev.tidemark.quickstart.launch;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A program that the launcher takes for one of the services: it keeps the same contract (a
 * properties file, readiness on the management port, SIGTERM) and nothing else, so that the
 * launcher is tested before and without the services. It writes its end into a journal beside the
 * project's folder.
 */
public final class FakeService {
    private static final String LOCATION = "--spring.config.additional-location=";

    private FakeService() {}

    public static void main(String[] arguments) throws IOException {
        var properties = new Properties();
        Path file = Path.of(URI.create(arguments[0].substring(LOCATION.length())));
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        String version = FakeService.class.getPackage().getImplementationVersion();
        System.out.println(
                "fake service of "
                        + file.getFileName()
                        + (version == null ? "" : ", version " + version));
        if (properties.containsKey("fake.failure")) {
            System.out.println(properties.getProperty("fake.failure"));
            System.exit(3);
        }
        var address =
                new InetSocketAddress(
                        InetAddress.getByName(properties.getProperty("management.server.address")),
                        Integer.parseInt(properties.getProperty("management.server.port")));
        HttpServer server = HttpServer.create(address, 0);
        server.createContext(
                "/actuator/health/readiness",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
        Path journal = Path.of(properties.getProperty("fake.journal", "journal"));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            try {
                                Files.writeString(
                                        journal,
                                        file.getFileName() + "\n",
                                        StandardOpenOption.CREATE,
                                        StandardOpenOption.APPEND);
                            } catch (IOException e) {
                                System.out.println("no journal: " + e);
                            }
                        }));
    }

    /** Makes a folder in which the launcher finds a jar of each service. */
    public static Path home(Path folder) throws IOException {
        return home(folder, new Manifest());
    }

    /** The same of a version, which its services write into their logs. */
    static Path home(Path folder, String version) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        return home(folder, manifest);
    }

    private static Path home(Path folder, Manifest manifest) throws IOException {
        for (String name : List.of(Service.ORIGIN, Service.CACHE, Service.GATEWAY)) {
            Path program = new Program(name, folder).jar();
            Files.createDirectories(program.getParent());
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.getMainAttributes()
                    .put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
            String entry = FakeService.class.getName().replace('.', '/') + ".class";
            try (OutputStream file = Files.newOutputStream(program);
                    var jar = new JarOutputStream(file, manifest);
                    InputStream in =
                            Objects.requireNonNull(
                                    FakeService.class.getResourceAsStream("/" + entry))) {
                jar.putNextEntry(new JarEntry(entry));
                in.transferTo(jar);
            }
        }
        return folder;
    }

    /** The lines of a journal, oldest first. */
    static List<String> journal(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    }
}
