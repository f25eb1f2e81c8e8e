package dev.tidemark.quickstart.launch;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds out whether the gateway could listen where it is told to, and if not, who does. */
final class PortOwner {
    private static final List<Path> LINUX_TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String LISTEN_STATE = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private PortOwner() {}

    /** Throws what a person should read if a server could not listen there now. */
    static void requireFree(String address, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (UnknownHostException e) {
            throw new StartException("--listen %s: there is no such address".formatted(address), e);
        } catch (BindException e) {
            throw new StartException(reason(address, port, String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new StartException(
                    "port %d of %s cannot be used: %s".formatted(port, address, e.getMessage()), e);
        }
    }

    private static String reason(String address, int port, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("permission")) {
            return "port %d may only be used by root: choose one from 1024 with --port"
                    .formatted(port);
        }
        if (lower.contains("assign")) {
            return "--listen %s is not an address of this machine".formatted(address);
        }
        return "port %d is taken%s: choose another with --port"
                .formatted(port, find(port).map(owner -> " by " + owner).orElse(""));
    }

    /** Name and id of the process that listens on a port, if this user can see it. */
    static Optional<String> find(int port) {
        return Files.exists(LINUX_TABLES.getFirst()) ? findOnLinux(port) : findWithLsof(port);
    }

    private static Optional<String> findOnLinux(int port) {
        Set<String> sockets = new HashSet<>();
        for (Path table : LINUX_TABLES) {
            try {
                for (String line : Files.readAllLines(table)) {
                    List<String> fields = List.of(line.strip().split("\\s+", -1));
                    if (fields.size() > INODE
                            && fields.get(STATE).equals(LISTEN_STATE)
                            && fields.get(LOCAL_ADDRESS).endsWith(":%04X".formatted(port))) {
                        sockets.add("socket:[" + fields.get(INODE) + "]");
                    }
                }
            } catch (IOException e) {
                // No IPv6, for example: the other table may have it.
            }
        }
        return ProcessHandle.allProcesses()
                .filter(process -> holdsOneOf(process.pid(), sockets))
                .findFirst()
                .map(PortOwner::describe);
    }

    private static boolean holdsOneOf(long pid, Set<String> sockets) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return descriptors.anyMatch(descriptor -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException e) {
                    return false;
                }
            });
        } catch (IOException e) {
            return false;
        }
    }

    private static String describe(ProcessHandle process) {
        String command =
                process.info()
                        .command()
                        .map(path -> String.valueOf(Path.of(path).getFileName()))
                        .orElse("another program");
        return "%s (pid %d)".formatted(command, process.pid());
    }

    private static Optional<String> findWithLsof(int port) {
        try {
            Process lsof =
                    new ProcessBuilder("lsof", "-nP", "-t", "-sTCP:LISTEN", "-iTCP:" + port)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String output =
                    new String(lsof.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return output.lines()
                    .findFirst()
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
                    .map(PortOwner::describe);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
