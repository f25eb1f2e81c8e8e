package dev.tidemark.cache.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.concurrent.CompletableFuture;

/** Runs scripts on the node that serves their keys. */
final class Scripts {

    private final ClusterConnection connection;

    Scripts(ClusterConnection connection) {
        this.connection = connection;
    }

    /** The script's reply; fails with a {@link RedisException} if the node cannot be asked. */
    CompletableFuture<Object> run(Script script, KeyPair keys, byte[]... arguments) {
        var connected = connection.get();
        if (connected.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new RedisException("not yet connected to the Redis Cluster"));
        }
        try {
            return run(connected.get().async(), script, keys.both(), arguments);
        } catch (RedisException e) {
            // A slot that nobody serves is noticed before anything is sent.
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The script's reply, by the commands of a connection. */
    static CompletableFuture<Object> run(
            RedisScriptingAsyncCommands<byte[], byte[]> commands,
            Script script,
            byte[][] keys,
            byte[]... arguments) {
        return commands.evalsha(script.sha1(), script.output(), keys, arguments)
                .toCompletableFuture()
                .exceptionallyCompose(failure ->
                        failure instanceof RedisNoScriptException
                                // A node that has just become master.
                                ? commands.eval(script.text(), script.output(), keys, arguments)
                                        .toCompletableFuture()
                                : CompletableFuture.failedFuture(failure));
    }
}
