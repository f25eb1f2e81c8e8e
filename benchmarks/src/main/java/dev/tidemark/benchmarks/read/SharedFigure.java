package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Requests;
import dev.tidemark.benchmarks.load.Wrk;
import dev.tidemark.benchmarks.load.Zipf;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Ratio;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.benchmarks.peer.Webdis;
import dev.tidemark.quickstart.launch.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Hits in the shared cache: gateway, cache-service and Redis Cluster, with a near cache that has
 * room for nothing, against webdis and one Redis.
 */
public final class SharedFigure {

    public static final String ZIPFIAN = "shared-cache hit ÷ webdis, Zipfian";
    public static final String HOT = "shared-cache hit ÷ webdis, one key";

    /** A sequence so long repeats itself once in several seconds. */
    private static final int SEQUENCE = 1 << 18;

    private SharedFigure() {}

    /**
     * Measures it.
     *
     * @param suite one of {@link MeasuredSuite#withoutNearCache}
     * @param entries how many there are; the one hot key is among them
     */
    public static Finding measure(
            MeasuredSuite suite, int entries, long seed, LoadPlan plan, Progress progress) {
        Wrk wrk = Wrk.withConnections(plan.connections());
        try (Webdis webdis = Webdis.start(suite.bodies(entries))) {
            progress.notice("filling the shared cache with %,d entries".formatted(entries));
            suite.fill(Items.ids(entries).stream().map(Items::target).toList());
            suite.awaitAnswer(suite.gateway(), Items.target(Items.id(0)), "tidemark-shared; hit");
            Map<String, List<Long>> processes =
                    Map.of(
                            "gateway", suite.gatewayPids(),
                            "cache-service", suite.cachePids(),
                            "redis", suite.redisPids());
            Map<String, List<Long>> webdisProcesses =
                    Map.of("webdis", webdis.webdisPids(), "redis", webdis.redisPids());
            List<Integer> ids = zipfian(entries, SEQUENCE, seed);
            int hot = Items.id(entries / 2);
            Contender webdisZipf =
                    new Contender(
                            webdis.name() + ", Zipfian",
                            wrk.on(webdis.uri(), "webdis", gets(ids, webdis::target)),
                            webdisProcesses,
                            false);
            Contender sharedZipf =
                    new Contender(
                            "gateway → cache-service → Redis Cluster, Zipfian",
                            wrk.on(suite.gateway(), "shared", gets(ids, Items::target)),
                            processes,
                            true);
            Contender webdisHot =
                    new Contender(
                            webdis.name() + ", one key",
                            wrk.on(webdis.uri(), "webdis-hot", Requests.of(webdis.target(hot))),
                            webdisProcesses,
                            false);
            Contender sharedHot =
                    new Contender(
                            "gateway → cache-service, one key",
                            wrk.on(suite.gateway(), "hot", Requests.of(Items.target(hot))),
                            processes,
                            true);
            Contest contest =
                    new Contest(
                                    plan,
                                    List.of(webdisZipf, sharedZipf, webdisHot, sharedHot),
                                    progress)
                            .run();
            suite.awaitAnswer(suite.gateway(), Items.target(Items.id(0)), "tidemark-shared; hit");
            Table table =
                    contest.table(
                            "Shared-cache hits",
                            List.of(
                                    "rows of %d bytes of JSON; Zipfian (s = %.2f) over %,d entries, or one key; the near cache has room for nothing"
                                            .formatted(Items.BODY_BYTES, Zipf.EXPONENT, entries)));
            List<Ratio> ratios =
                    List.of(
                            contest.ratio(ZIPFIAN, sharedZipf, webdisZipf, 0.5, 0.7),
                            contest.ratio(HOT, sharedHot, webdisHot, 0.5, 0.7));
            return new Finding(
                    List.of(table), ratios, Map.of("shared", contest.chart("Shared-cache hits")));
        }
    }

    private static Requests gets(List<Integer> ids, IntFunction<String> target) {
        return Requests.gets(ids.stream().map(target::apply).toList());
    }

    /** Ids of rows, the frequent ones spread over the table. */
    static List<Integer> zipfian(int entries, int number, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] ofRank = IntStream.range(0, entries).toArray();
        for (int i = entries - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = ofRank[i];
            ofRank[i] = ofRank[other];
            ofRank[other] = swapped;
        }
        Zipf zipf = new Zipf(entries, Zipf.EXPONENT, random.split());
        List<Integer> ids = new ArrayList<>(number);
        for (int i = 0; i < number; i++) {
            ids.add(Items.id(ofRank[zipf.next()]));
        }
        return ids;
    }
}
