package dev.tidemark.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.DatabaseIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSealTest {

    private static final DatabaseIdentity HERE = new DatabaseIdentity(-7, 3, 16_384, 42);
    private static final DatabaseIdentity ELSEWHERE = new DatabaseIdentity(-7, 4, 16_384, 42);

    private final TokenSeal seal = new TokenSeal(new byte[32]);
    private final Sessions sessions = new Sessions(seal, false);

    private static Token token(DatabaseIdentity identity, long lsn) {
        return new Token(identity, new Lsn(lsn));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 0x1F6_A560L, -1})
    void token_isReadBack(long lsn) throws BadTokenException {
        String text = seal.seal(token(HERE, lsn));

        assertThat(text).matches("[A-Za-z0-9_-]{66}");
        assertThat(seal.open(text)).isEqualTo(token(HERE, lsn));
        assertThat(seal.seal(token(HERE, lsn))).isEqualTo(text);
    }

    @Test
    void everyChangedCharacter_isNoticed() {
        String text = seal.seal(token(HERE, 99));
        for (int i = 0; i < text.length() - 1; i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String forged = text.substring(0, i) + other + text.substring(i + 1);
            assertThatThrownBy(() -> seal.open(forged))
                    .isInstanceOf(BadTokenException.class)
                    .hasMessageContaining("not made here");
        }
    }

    @Test
    void anotherKey_isNoticed() {
        byte[] key = new byte[32];
        key[31] = 1;
        String text = new TokenSeal(key).seal(token(HERE, 99));

        assertThatThrownBy(() -> seal.open(text)).hasMessageContaining("another key");
    }

    @Test
    void otherKey_isTaken_butSealsNothing() throws BadTokenException {
        byte[] key = new byte[32];
        key[31] = 1;
        TokenSeal turning = new TokenSeal(key, new byte[32]);

        assertThat(turning.open(seal.seal(token(HERE, 99)))).isEqualTo(token(HERE, 99));
        assertThat(turning.open(turning.seal(token(HERE, 98)))).isEqualTo(token(HERE, 98));
        assertThat(turning.seal(token(HERE, 99)))
                .isEqualTo(new TokenSeal(key).seal(token(HERE, 99)));
        assertThatThrownBy(() -> new TokenSeal(key, new byte[31])).hasMessageContaining("31 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA====",
                "ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééép",
            })
    void whatIsNoToken_isRefused(String text) {
        assertThatThrownBy(() -> seal.open(text)).isInstanceOf(BadTokenException.class);
    }

    @Test
    void ofSeveralTokens_theGreatestOfEachHistoryCounts() throws BadTokenException {
        String low = seal.seal(token(HERE, 5));
        String high = seal.seal(token(HERE, -1));
        String other = seal.seal(token(ELSEWHERE, 7));

        Session session = sessions.read(List.of(low + ", " + high, other, " , " + low));
        assertThat(session.tokens())
                .containsExactlyInAnyOrder(token(HERE, -1), token(ELSEWHERE, 7));
        assertThat(sessions.read(List.of("")).isEmpty()).isTrue();
        assertThatThrownBy(() -> sessions.read(List.of((low + ",").repeat(17))))
                .hasMessageContaining("more than 16");
    }

    @Test
    void session_isKnownOnlyWhereAllOfItIs() {
        Session session = Session.NONE.with(token(HERE, 5));

        assertThat(session.isKnownTo(HERE, new Lsn(5))).isTrue();
        assertThat(session.isKnownTo(HERE, new Lsn(4))).isFalse();
        assertThat(session.isKnownTo(HERE, new Lsn(-1))).isTrue();
        assertThat(session.isKnownTo(ELSEWHERE, new Lsn(5))).isFalse();
        assertThat(session.with(token(ELSEWHERE, 1)).isKnownTo(HERE, new Lsn(5))).isFalse();
        assertThat(Session.NONE.isKnownTo(HERE, Lsn.UNKNOWN)).isTrue();
    }

    @Test
    void answersToken_isTheGreaterOfItsHistory() {
        Session session = Session.NONE.with(token(HERE, 5));

        assertThat(session.after(Optional.of(token(HERE, 4)))).contains(token(HERE, 5));
        assertThat(session.after(Optional.of(token(HERE, 6)))).contains(token(HERE, 6));
        assertThat(session.after(Optional.of(token(ELSEWHERE, 1)))).contains(token(ELSEWHERE, 1));
        assertThat(session.after(Optional.empty())).isEmpty();
        assertThat(Token.of(HERE, Lsn.UNKNOWN)).isEmpty();
        assertThat(Token.of(DatabaseIdentity.UNKNOWN, new Lsn(1))).isEmpty();
    }

    @Test
    void keyFile_mustBeThereAndLongEnough(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("key");
        assertThatThrownBy(() -> SessionConfiguration.key(file))
                .hasMessageContaining("cannot be read");
        Files.write(file, new byte[31]);
        assertThatThrownBy(() -> SessionConfiguration.key(file)).hasMessageContaining("has 31");
        Files.write(file, new byte[32]);
        assertThat(SessionConfiguration.key(file)).hasSize(32);
        assertThat(SessionConfiguration.key(null)).hasSizeGreaterThanOrEqualTo(32);
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() ->
                        SessionConfiguration.seal(
                                new TokenProperties(file, missing, false, Duration.ZERO)))
                .hasMessageContaining("other-key-file cannot be read");
        assertThat(SessionConfiguration.seal(new TokenProperties(null, file, false, Duration.ZERO)))
                .satisfies(turning ->
                        assertThat(turning.open(seal.seal(token(HERE, 1))))
                                .isEqualTo(token(HERE, 1)));
    }
}
