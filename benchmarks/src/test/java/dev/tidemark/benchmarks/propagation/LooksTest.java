package dev.tidemark.benchmarks.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.benchmarks.propagation.Looks.Sighting;
import org.junit.jupiter.api.Test;

class LooksTest {

    private final Looks looks = new Looks();

    @Test
    void entryIsGone_byTheTimeOfTheSlowestHit_afterTheFirstMissWasSent() {
        looks.found(100, 130);
        looks.found(200, 210);
        assertThat(looks.missed(300, 900)).contains(new Sighting(200, 330));
    }

    @Test
    void entryIsGone_whenTheMissIsAnswered_ifThatIsSooner() {
        looks.found(100, 190);
        assertThat(looks.missed(200, 220)).contains(new Sighting(100, 220));
    }

    @Test
    void entryThatWasNeverThere_isNoSighting() {
        assertThat(looks.missed(100, 110)).isEmpty();
    }
}
