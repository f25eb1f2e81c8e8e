package dev.tidemark.quickstart.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * libpq's password file, {@code ~/.pgpass} or what {@code PGPASSFILE} names.
 *
 * @see <a href="https://www.postgresql.org/docs/18/libpq-pgpass.html">PostgreSQL: the password
 *     file</a>
 */
record PasswordFile(Path path) {
    private static final int FIELDS = 5;

    static PasswordFile of(Map<String, String> environment) {
        String given = environment.get("PGPASSFILE");
        return new PasswordFile(
                given == null || given.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".pgpass")
                        : Path.of(given));
    }

    /**
     * The password of the first line that fits; null if there is none or others can read the file,
     * which libpq refuses too.
     */
    @Nullable String passwordFor(PostgresAddress address) {
        try {
            if (!Files.isRegularFile(path) || isReadByOthers()) {
                return null;
            }
            var wanted =
                    List.of(
                            address.host(),
                            Integer.toString(address.port()),
                            address.database(),
                            address.user());
            for (String line : Files.readAllLines(path)) {
                List<String> fields = fields(line);
                if (!line.startsWith("#") && fields.size() == FIELDS && fits(fields, wanted)) {
                    return fields.getLast();
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private boolean isReadByOthers() throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        return permissions.contains(PosixFilePermission.GROUP_READ)
                || permissions.contains(PosixFilePermission.OTHERS_READ);
    }

    private static boolean fits(List<String> fields, List<String> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            if (!fields.get(i).equals("*") && !fields.get(i).equals(wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Splits at colons; a backslash takes the next character as it is. */
    private static List<String> fields(String line) {
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                field.append(line.charAt(++i));
            } else if (c == ':') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
