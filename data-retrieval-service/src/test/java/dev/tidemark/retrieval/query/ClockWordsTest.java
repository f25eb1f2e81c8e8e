package dev.tidemark.retrieval.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.retrieval.table.SqlType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockWordsTest {

    @ParameterizedTest
    @CsvSource({
        "date, b, D, today, true",
        "date, b, D, ' TOMORROW ', true",
        "date, b, D, 2022-01-01, false",
        "date, b, D, infinity, false",
        "time, b, D, Now, true",
        "timestamp, b, D, yesterday 12:00, true",
        "timestamptz, b, D, 2022-01-01 12:00 Europe/Berlin, false",
        "_date, b, A, '{2022-01-01,today}', true",
        "daterange, r, R, '[2022-01-01,today)', true",
        "int4range, r, R, '[now,)', false",
        // The offset of a named zone is that of today.
        "timetz, b, D, 12:00 America/New_York, true",
        "timetz, b, D, 12:00+01, false",
        "text, b, S, now, false",
        "jsonb, b, U, '\"now\"', false",
        "mood, e, E, now, false",
        "pair, c, C, '(1,today)', true",
        "pair, c, C, '(1,2)', false"
    })
    void value_dependsOnTimeIfItsTypeReadsWordsForThePresent(
            String name, char kind, char category, String text, boolean expected) {
        SqlType type = new SqlType("pg_catalog", name, name, kind, category, true, ',');

        assertThat(ClockWords.dependsOnTime(text, type)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "text, pg_catalog, timestamptz, true",
        "text, pg_catalog, int4, false",
        "date, pg_catalog, timestamptz, false",
        "timestamptz, pg_catalog, text, false",
        "text, shop, due_date, true"
    })
    void cast_dependsOnTimeIfTextIsReadAsATime(
            String from, String schema, String name, boolean expected) {
        SqlType type = new SqlType("pg_catalog", from, from, 'b', 'U', true, ',');

        assertThat(ClockWords.castDependsOnTime(type, schema, name)).isEqualTo(expected);
    }
}
