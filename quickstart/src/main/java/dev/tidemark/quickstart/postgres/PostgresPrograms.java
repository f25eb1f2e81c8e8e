package dev.tidemark.quickstart.postgres;

import dev.tidemark.quickstart.process.Command;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.LogTail;
import dev.tidemark.quickstart.process.Platform;
import dev.tidemark.quickstart.process.ProgramCache;
import dev.tidemark.quickstart.process.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The programs {@code initdb} and {@code postgres}, unpacked, and the way to run them.
 *
 * @param folder with {@code bin}, {@code lib} and {@code share}
 * @param prefix what to put ahead of every command line
 */
record PostgresPrograms(Path folder, List<String> prefix) {
    /** The major version of the programs, as {@code PG_VERSION} has it. */
    static final String MAJOR_VERSION = "18";

    private static final String VERSION = "18.6.0";

    /**
     * In messages that this launcher shows or reads, and so that "C" means the same on every
     * system.
     */
    static final Map<String, String> ENVIRONMENT = Map.of("LC_ALL", "C", "TZ", "UTC");

    static PostgresPrograms unpacked() {
        Platform platform = Platform.current();
        Path folder =
                ProgramCache.ofThisUser()
                        .archive(
                                "postgresql-%s-%s-%s"
                                        .formatted(
                                                VERSION, platform.system(), platform.processor()),
                                resource(platform));
        return new PostgresPrograms(folder, prefix(platform));
    }

    private static String resource(Platform platform) {
        String processor = platform.processor().equals("amd64") ? "x86_64" : "arm_64";
        return "postgres-%s-%s.txz".formatted(platform.system(), processor);
    }

    /**
     * PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, without
     * needing a second account.
     */
    private static List<String> prefix(Platform platform) {
        if (!System.getProperty("user.name").equals("root")) {
            return List.of();
        }
        var unshare = List.of("unshare", "--user");
        var command = new ArrayList<>(unshare);
        command.add("true");
        if (!platform.system().equals("linux") || !succeeds(command)) {
            throw new PostgresException(
                    "PostgreSQL does not run as root and user namespaces are not available here: start it as another user");
        }
        return unshare;
    }

    private static boolean succeeds(List<String> command) {
        try {
            return Command.run(
                            new ProcessBuilder(command)
                                    .redirectErrorStream(true)
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD))
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    List<String> command(String program, List<String> arguments) {
        var command = new ArrayList<>(prefix);
        command.add(folder.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return command;
    }

    /** Makes a new data directory; the user {@code postgres} has the password. */
    void initdb(Path directory, String password) {
        Path workshop = Guard.ofThisJvm().newFolder("initdb");
        try {
            Path passwordFile = SecretFile.write(workshop.resolve("password"), password);
            Path log = workshop.resolve("log");
            var builder =
                    new ProcessBuilder(
                            command(
                                    "initdb",
                                    List.of(
                                            "--pgdata=" + directory,
                                            "--username=" + PostgresServer.SUPERUSER,
                                            "--pwfile=" + passwordFile,
                                            "--auth=scram-sha-256",
                                            "--encoding=UTF8",
                                            "--locale=C",
                                            "--locale-provider=builtin",
                                            "--builtin-locale=C.UTF-8",
                                            "--text-search-config=english",
                                            "--no-sync",
                                            "--no-instructions")));
            builder.environment().putAll(ENVIRONMENT);
            int status =
                    Command.run(builder.redirectErrorStream(true).redirectOutput(log.toFile()));
            if (status != 0) {
                throw new PostgresException(
                        "initdb failed: " + String.join(" ", LogTail.of(log, 3)));
            }
            Files.delete(passwordFile);
        } catch (IOException e) {
            throw new PostgresException("initdb cannot be run: " + e.getMessage(), e);
        }
    }
}
