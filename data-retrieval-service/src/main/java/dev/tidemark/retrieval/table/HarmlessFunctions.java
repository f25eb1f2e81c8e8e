package dev.tidemark.retrieval.table;

import java.util.Set;

/**
 * Functions of PostgreSQL's own that are declared STABLE only because of settings that are pinned
 * on our connections (time zone, formats) or that only an administrator changes (locale, default
 * text search configuration). By the name of the function, or of the code behind it where others of
 * that name are not harmless: {@code age(timestamptz)} reads the clock.
 */
final class HarmlessFunctions {

    /**
     * Comparisons, casts and arithmetic across time zones; texts and JSON of values; text search.
     */
    private static final Set<String> NAMES =
            Set.of(
                    """
                    date_cmp_timestamptz date_eq_timestamptz date_ge_timestamptz
                    date_gt_timestamptz date_le_timestamptz date_lt_timestamptz
                    date_ne_timestamptz date_timestamptz timestamp_cmp_timestamptz
                    timestamp_eq_timestamptz timestamp_ge_timestamptz
                    timestamp_gt_timestamptz timestamp_le_timestamptz
                    timestamp_lt_timestamptz timestamp_ne_timestamptz
                    timestamp_timestamptz timestamptz_cmp_date timestamptz_cmp_timestamp
                    timestamptz_eq_date timestamptz_eq_timestamp timestamptz_ge_date
                    timestamptz_ge_timestamp timestamptz_gt_date timestamptz_gt_timestamp
                    timestamptz_le_date timestamptz_le_timestamp timestamptz_lt_date
                    timestamptz_lt_timestamp timestamptz_ne_date timestamptz_ne_timestamp
                    timestamptz_date timestamptz_time timestamptz_timestamp
                    timestamptz_timetz timestamptz_part extract_timestamptz
                    timestamptz_trunc timestamptz_trunc_zone timestamptz_pl_interval
                    timestamptz_mi_interval interval_pl_timestamptz
                    timestamptz_pl_interval_at_zone timestamptz_mi_interval_at_zone
                    in_range_timestamptz_interval generate_series_timestamptz
                    generate_series_timestamptz_at_zone make_timestamptz
                    make_timestamptz_at_timezone timestamptz_to_char timestamp_to_char
                    interval_to_char int4_to_char int8_to_char float4_to_char
                    float8_to_char numeric_to_char numeric_to_number to_date to_timestamp
                    text_concat text_concat_ws text_format text_format_nv textanycat
                    anytextcat array_to_text array_to_text_null quote_literal
                    quote_nullable cash_numeric numeric_cash int4_cash int8_cash
                    enum_first enum_last enum_range_all enum_range_bounds to_json to_jsonb
                    row_to_json row_to_json_pretty array_to_json array_to_json_pretty
                    json_build_array json_build_array_noargs json_build_object
                    json_build_object_noargs jsonb_build_array jsonb_build_array_noargs
                    jsonb_build_object jsonb_build_object_noargs json_agg_transfn
                    json_agg_strict_transfn json_object_agg_transfn
                    json_object_agg_strict_transfn json_object_agg_unique_transfn
                    json_object_agg_unique_strict_transfn json_agg_finalfn
                    json_object_agg_finalfn jsonb_agg_transfn jsonb_agg_strict_transfn
                    jsonb_agg_finalfn jsonb_object_agg_transfn
                    jsonb_object_agg_strict_transfn jsonb_object_agg_unique_transfn
                    jsonb_object_agg_unique_strict_transfn jsonb_object_agg_finalfn
                    to_tsvector to_tsquery plainto_tsquery phraseto_tsquery
                    websearch_to_tsquery jsonb_to_tsvector json_to_tsvector
                    jsonb_string_to_tsvector json_string_to_tsvector ts_headline
                    interval_in enum_in
                    json_agg jsonb_agg json_agg_strict jsonb_agg_strict
                    json_object_agg json_object_agg_strict json_object_agg_unique
                    json_object_agg_unique_strict jsonb_object_agg jsonb_object_agg_strict
                    jsonb_object_agg_unique jsonb_object_agg_unique_strict
                    """
                            .strip()
                            .split("\\s+"));

    private HarmlessFunctions() {}

    /**
     * Whether a function of PostgreSQL's own may be followed although it is not immutable.
     *
     * @param code {@code pg_proc.prosrc}
     */
    static boolean contain(String name, String code) {
        return NAMES.contains(code) || NAMES.contains(name);
    }
}
