package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XidsTest {

    @ParameterizedTest
    @CsvSource({
        "1000, 1000",
        "1000, 999",
        "1000, 1001",
        "4294967296, 4294967295",
        "4294967290, 4294967300",
        "4294967300, 4294967290",
        "12884901888, 12884901887",
        "12884901887, 15032385533",
        "15032385533, 12884901888",
    })
    void xid_isTheNearestToTheReference(long xid, long reference) {
        assertThat(Xids.widen((int) xid, reference)).isEqualTo(xid);
    }
}
