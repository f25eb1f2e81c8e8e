package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.read.Items;
import dev.tidemark.benchmarks.read.LoadPlan;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What all loads can be told. */
final class LoadOptions {

    @Option(names = "--rounds", paramLabel = "N")
    int rounds = 5;

    @Option(names = "--seconds", paramLabel = "N")
    int seconds = 5;

    @Option(names = "--warm-up", paramLabel = "N")
    int warmUp = 20;

    @Option(names = "--connections", paramLabel = "N")
    int connections = 64;

    @Option(names = "--jvm-option", paramLabel = "OPTION")
    List<String> jvmOptions = List.of();

    @Option(names = "--entries", paramLabel = "N")
    int entries = 100_000;

    @Option(names = "--rate", paramLabel = "N")
    int rate = 400;

    @Option(names = "--seed", paramLabel = "N")
    long seed = 1;

    LoadPlan plan(CommandLine command) {
        require(command, rounds >= 1, "--rounds must be at least 1");
        require(command, seconds >= 1, "--seconds must be at least 1");
        require(command, warmUp >= 1, "--warm-up must be at least 1");
        require(
                command,
                connections >= 1 && connections <= 1_000,
                "--connections must be from 1 to 1000");
        require(
                command,
                entries >= 1_000 && entries <= Items.ROWS,
                "--entries must be from 1000 to " + Items.ROWS);
        require(command, rate >= 1, "--rate must be positive");
        return new LoadPlan(
                rounds,
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(warmUp),
                connections,
                jvmOptions);
    }

    private static void require(CommandLine command, boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(command, message);
        }
    }
}
