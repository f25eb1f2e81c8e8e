package dev.tidemark.benchmarks.peer;

import dev.tidemark.quickstart.launch.Progress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** All peers that are installed, each with the same bodies, and what to install for the others. */
public final class Peers implements AutoCloseable {

    private final List<Peer> running = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    private Peers() {}

    /**
     * Starts those that are installed.
     *
     * @param origin in front of which those are put that cache HTTP
     * @param targets what the origin has each row under
     */
    public static Peers start(
            URI origin,
            IntFunction<String> targets,
            Map<Integer, String> bodies,
            Progress progress) {
        Peers peers = new Peers();
        try {
            peers.running.add(NginxPeer.caching(origin, targets));
            if (Varnish.isInstalled()) {
                peers.running.add(Varnish.start(origin, targets));
            } else {
                peers.missing.add("Varnish (Debian's packages varnish and gcc)");
            }
            if (Webdis.isInstalled()) {
                peers.running.add(Webdis.start(bodies));
            } else {
                peers.missing.add("webdis (Debian's package webdis)");
            }
            Infinispan.script()
                    .ifPresentOrElse(
                            script -> peers.running.add(Infinispan.start(script, bodies)),
                            () ->
                                    peers.missing.add(
                                            "Infinispan Server (its folder in "
                                                    + Infinispan.VARIABLE
                                                    + ")"));
            Hazelcast.jar()
                    .ifPresentOrElse(
                            jar -> peers.running.add(Hazelcast.start(jar, bodies)),
                            () ->
                                    peers.missing.add(
                                            "Hazelcast (its folder in "
                                                    + Hazelcast.VARIABLE
                                                    + ")"));
        } catch (RuntimeException e) {
            peers.close();
            throw e;
        }
        peers.missing.forEach(peer -> progress.notice("not installed: " + peer));
        return peers;
    }

    public List<Peer> running() {
        return List.copyOf(running);
    }

    /** Each with what to install. */
    public List<String> missing() {
        return List.copyOf(missing);
    }

    @Override
    public void close() {
        running.reversed().forEach(Peer::close);
    }
}
