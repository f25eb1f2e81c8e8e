package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.guard.Client;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rows that are not there, and clients that look for many of them. */
class MissingRowsTest {

    private static final Client WALKER = new Client("walker");
    private static final Client OTHER = new Client("other");

    private final Bench bench = new Bench();

    /** A row that is not there. */
    private Bench.Reading missing(int row, String... headers) {
        Bench.Reading reading = bench.readRow(WALKER, -row, headers);
        if (!reading.isOver()) {
            bench.origin.last().answer();
        }
        return reading;
    }

    /** Up to its burst. */
    private void walked() {
        for (int row = 1; row <= 3; row++) {
            assertThat(missing(row).whole().entry().answer().status()).isEqualTo(404);
        }
    }

    @Test
    void missingRow_isANegativeEntry_untilAnInsertTells() {
        missing(1);
        assertThat(missing(1).status()).startsWith("tidemark-near; hit");
        bench.database.write("film");

        Bench.Reading reading = missing(1);
        assertThat(reading.status()).contains("fwd-status=404");
        reading.whole();
        assertThat(bench.origin.fetches).hasSize(2);
    }

    @Test
    void walker_isRefused_whereTheDatabaseWouldHaveToLook() {
        walked();
        Bench.Reading next = missing(4);

        assertThat(next.problem()).isEqualTo(429);
        assertThat(bench.origin.fetches).hasSize(3);
        assertThat(bench.shared.leased()).isZero();
        bench.pass(Duration.ofSeconds(1));
        assertThat(missing(4).whole().entry().answer().status()).isEqualTo(404);
        assertThat(missing(5).problem()).isEqualTo(429);
    }

    @Test
    void walker_stillGetsWhatIsCached_nearAndShared() {
        bench.readRow(7);
        bench.origin.last().answer();
        bench.read(bench.gateway());
        bench.origin.last().answer();
        walked();

        assertThat(bench.readRow(WALKER, 7).status()).startsWith("tidemark-near; hit");
        assertThat(bench.readRow(WALKER, 1).status()).startsWith("tidemark-shared; hit");
    }

    @Test
    void walker_isNotHelpedByDirectives_norByHangingUp() {
        for (int row = 1; row <= 3; row++) {
            bench.readRow(WALKER, -row, "Cache-Control", "no-store").hangUp();
        }
        assertThat(missing(4).problem()).isEqualTo(429);
        assertThat(missing(4, "Cache-Control", "no-store").problem()).isEqualTo(429);
        assertThat(missing(4, "Cache-Control", "no-cache").problem()).isEqualTo(429);
        assertThat(missing(4, "Tidemark-Token", bench.token()).problem()).isEqualTo(429);
        assertThat(missing(4, "Cache-Control", "only-if-cached").problem()).isEqualTo(504);
    }

    @Test
    void walkerWhoHangsUp_isChargedWhenTheFetchLands() {
        for (int row = 1; row <= 3; row++) {
            bench.readRow(WALKER, -row).hangUp();
            bench.origin.last().answer();
        }
        assertThat(missing(4).problem()).isEqualTo(429);
    }

    @Test
    void otherClients_goOn_andRowsThatAreThereCostNothing() {
        walked();
        for (int row = 1; row <= 20; row++) {
            Bench.Reading reading = bench.readRow(OTHER, row);
            bench.origin.last().answer();
            assertThat(reading.whole().entry().answer().status()).isEqualTo(200);
        }
    }

    @Test
    void whatTheOriginRefuses_countsToo_butNotItsFailures() {
        for (int row = 1; row <= 3; row++) {
            bench.readRow(WALKER, row);
            bench.origin.last().fail();
            bench.readRow(WALKER, row);
            bench.origin.last().refuse(500);
        }
        for (int row = 1; row <= 3; row++) {
            bench.readRow(WALKER, row);
            bench.origin.last().refuse(400);
        }
        assertThat(missing(4).problem()).isEqualTo(429);
    }

    @Test
    void refreshOfANegativeEntry_isNobodysFault() {
        bench.database.policy =
                new Policy(
                        Duration.ofMinutes(1),
                        Duration.ofHours(1),
                        Duration.ZERO,
                        true,
                        Duration.ofMinutes(10),
                        Duration.ofHours(1));
        missing(1);
        bench.pass(Duration.ofSeconds(61));
        for (int i = 0; i < 10; i++) {
            missing(1);
            bench.origin.last().answer();
            bench.pass(Duration.ofSeconds(61));
        }
        assertThat(bench.meters.counter("tidemark.guard.missed").count()).isOne();
    }
}
