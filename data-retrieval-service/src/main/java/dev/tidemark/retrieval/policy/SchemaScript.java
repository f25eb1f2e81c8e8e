package dev.tidemark.retrieval.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * One step in the making of Tidemark's schema, with what Flyway notes of it: for who runs it by
 * hand, so that Flyway takes it for done.
 *
 * @param checksum as Flyway computes it
 */
public record SchemaScript(int version, String description, String file, int checksum, String sql) {

    private static final Pattern NAME = Pattern.compile("V(\\d+)__(.+)\\.sql");

    /** Where Flyway notes what was done, as Flyway itself makes it. */
    public static final String HISTORY =
            """
            CREATE TABLE tidemark.flyway_schema_history (
                installed_rank integer NOT NULL CONSTRAINT flyway_schema_history_pk PRIMARY KEY,
                version varchar(50),
                description varchar(200) NOT NULL,
                type varchar(20) NOT NULL,
                script varchar(1000) NOT NULL,
                checksum integer,
                installed_by varchar(100) NOT NULL,
                installed_on timestamp NOT NULL DEFAULT now(),
                execution_time integer NOT NULL,
                success boolean NOT NULL
            );
            CREATE INDEX flyway_schema_history_s_idx ON tidemark.flyway_schema_history (success);
            """;

    /** All of them, in their order. */
    public static List<SchemaScript> all() {
        List<SchemaScript> scripts = new ArrayList<>();
        try {
            for (Resource resource :
                    new PathMatchingResourcePatternResolver()
                            .getResources("classpath:db/migration/V*.sql")) {
                Matcher name = NAME.matcher(String.valueOf(resource.getFilename()));
                if (name.matches()) {
                    String sql = resource.getContentAsString(StandardCharsets.UTF_8);
                    scripts.add(
                            new SchemaScript(
                                    Integer.parseInt(name.group(1)),
                                    name.group(2).replace('_', ' '),
                                    name.group(),
                                    checksum(sql),
                                    sql));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scripts.sort(Comparator.comparingInt(SchemaScript::version));
        return List.copyOf(scripts);
    }

    /** Of the lines without what ends them. */
    private static int checksum(String sql) {
        CRC32 crc = new CRC32();
        sql.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    /** The statement that notes it as done. */
    public String noting() {
        return String.format(
                Locale.ROOT,
                "INSERT INTO tidemark.flyway_schema_history (installed_rank, version, description,"
                        + " type, script, checksum, installed_by, execution_time, success)%n"
                        + "    SELECT coalesce(max(installed_rank), 0) + 1, '%d', '%s', 'SQL', '%s',"
                        + " %d, current_user, 0, true FROM tidemark.flyway_schema_history;",
                version,
                description,
                file,
                checksum);
    }
}
