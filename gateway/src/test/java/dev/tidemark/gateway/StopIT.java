package dev.tidemark.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp;
import dev.tidemark.gateway.fake.RawHttp.Response;
import dev.tidemark.gateway.fake.StandInOrigin;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A gateway that is told to stop, as in each rolling update, while clients wait for it. */
class StopIT {

    /** In less than 2 KiB. */
    private static final int AHEAD = 25;

    @Test
    void stop_letsEveryAnswerThatIsUnderWayEnd_andTakesNobodyElse() throws IOException {
        try (Gateway gateway = new Gateway();
                Socket slow = gateway.http.connect();
                Socket streamed = gateway.http.connect();
                Socket idle = gateway.http.connect()) {
            InputStream slowAnswer = new BufferedInputStream(slow.getInputStream());
            InputStream stream = new BufferedInputStream(streamed.getInputStream(), 1);
            InputStream idleAnswer = new BufferedInputStream(idle.getInputStream());
            send(idle, "/rest/v1/film/1");
            assertThat(RawHttp.next("GET", idleAnswer).status()).isEqualTo(200);
            send(slow, "/rest/v1/slow/1");
            send(streamed, "/rest/v1/big");
            stream.mark(1);
            assertThat(stream.read()).isEqualTo('H');
            stream.reset();
            await().until(() -> gateway.origin.fetches("slow/1") == 1);

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);
            await().until(() -> refuses(gateway));
            assertThat(stopped).isNotDone();
            assertThat(RawHttp.next("GET", stream).body()).hasSize(StandInOrigin.BIG_BYTES);
            assertThat(stopped).as("one is still waited for").isNotDone();
            gateway.origin.openGate();
            Response answer = RawHttp.next("GET", slowAnswer);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Connection")).isEqualTo("close");

            assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
            assertThat(idleAnswer.read()).as("nothing more").isNegative();
        }
    }

    @Test
    void stop_cutsNoAnswerShort_ofAClientThatHasTakenNoneYet() throws IOException {
        try (Gateway gateway = new Gateway();
                Socket ahead = gateway.http.connect()) {
            gateway.http.get("/rest/v1/noisy/1");
            byte[] requests =
                    """
                    GET /rest/v1/noisy/1 HTTP/1.1\r
                    Host: a\r
                    Accept-Encoding: gzip\r
                    \r
                    """
                            .repeat(AHEAD)
                            .getBytes(ISO_8859_1);
            long before = hits(gateway);
            long sent = 0;
            long answered;
            do {
                // All of it is read at once: where something is not, nothing may arrive any more.
                ahead.getOutputStream().write(requests);
                sent += AHEAD;
                answered = steadyHits(gateway) - before;
            } while (answered == sent);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);
            await().until(() -> refuses(gateway));
            assertThat(stopped).isNotDone();

            InputStream answers = new BufferedInputStream(ahead.getInputStream());
            long whole = 0;
            answers.mark(1);
            while (answers.read() >= 0) {
                answers.reset();
                assertThat(RawHttp.next("GET", answers).status()).isEqualTo(200);
                whole++;
                answers.mark(1);
            }
            assertThat(whole).isGreaterThanOrEqualTo(answered);
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    private static long steadyHits(Gateway gateway) {
        AtomicLong last = new AtomicLong(-1);
        await().during(Duration.ofMillis(100))
                .until(() -> last.getAndSet(hits(gateway)), hits -> hits == last.get());
        return last.get();
    }

    private static long hits(Gateway gateway) {
        return (long) gateway.meter("tidemark_lookups_total{layer=\"near\",outcome=\"hit\"");
    }

    private static boolean refuses(Gateway gateway) {
        try (Socket socket = gateway.http.connect()) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static void send(Socket socket, String target) throws IOException {
        socket.getOutputStream()
                .write(("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(ISO_8859_1));
    }
}
