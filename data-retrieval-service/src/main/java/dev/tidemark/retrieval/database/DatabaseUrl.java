package dev.tidemark.retrieval.database;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is and who asks, read from a libpq connection URI (PostgreSQL documentation,
 * 32.1.1.2).
 *
 * @param hosts {@code host:port}, tried in their order
 * @param parameters in pgjdbc's names
 */
record DatabaseUrl(
        List<String> hosts,
        String database,
        String user,
        @Nullable String password,
        Map<String, String> parameters) {

    /** libpq's parameters and what pgjdbc calls them; what has another form is mapped in code. */
    private static final Map<String, String> JDBC_NAMES =
            Map.ofEntries(
                    Map.entry("sslmode", "sslmode"),
                    Map.entry("sslrootcert", "sslrootcert"),
                    Map.entry("sslcert", "sslcert"),
                    Map.entry("sslkey", "sslkey"),
                    Map.entry("sslpassword", "sslpassword"),
                    Map.entry("sslnegotiation", "sslNegotiation"),
                    Map.entry("channel_binding", "channelBinding"),
                    Map.entry("gssencmode", "gssEncMode"),
                    Map.entry("krbsrvname", "kerberosServerName"),
                    Map.entry("connect_timeout", "connectTimeout"),
                    Map.entry("options", "options"),
                    Map.entry("require_auth", "requireAuth"),
                    Map.entry("service", "service"));

    private static final Map<String, String> TARGET_SERVER_TYPES =
            Map.of(
                    "any", "any",
                    "read-write", "primary",
                    "primary", "primary",
                    "read-only", "secondary",
                    "standby", "secondary",
                    "prefer-standby", "preferSecondary");

    private static final String SERVER_TYPE = "targetServerType";

    DatabaseUrl {
        hosts = List.copyOf(hosts);
        parameters = Map.copyOf(parameters);
    }

    DatabaseUrl withPassword(String other) {
        return new DatabaseUrl(hosts, database, user, other, parameters);
    }

    /** The primary's, wherever it is among several hosts: sessions are not ordered otherwise. */
    DatabaseUrl ofPrimary() {
        String type = parameters.getOrDefault(SERVER_TYPE, "any");
        require(
                type.equals("any") || type.equals("primary"),
                "tidemark.database.url asks for a standby: name the primary, and standbys in"
                        + " tidemark.database.read-urls");
        return hosts.size() == 1 ? this : with(SERVER_TYPE, "primary");
    }

    /** A replica's: each is known by itself, so it is one host. */
    DatabaseUrl ofReplica() {
        require(
                hosts.size() == 1,
                "tidemark.database.url names several hosts: give each standby a URL of its own");
        return with(SERVER_TYPE, "any");
    }

    private DatabaseUrl with(String parameter, String value) {
        Map<String, String> all = new TreeMap<>(parameters);
        all.put(parameter, value);
        return new DatabaseUrl(hosts, database, user, password, all);
    }

    /** The host, or the first one, with its port. */
    String place() {
        return hosts.getFirst();
    }

    static DatabaseUrl parse(String text) {
        String rest = afterScheme(text);
        int question = rest.indexOf('?');
        Map<String, String> given =
                question < 0 ? Map.of() : parameters(rest.substring(question + 1));
        rest = question < 0 ? rest : rest.substring(0, question);
        int slash = rest.indexOf('/');
        String database = slash < 0 ? "" : decode(rest.substring(slash + 1));
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        String userinfo = at < 0 ? "" : authority.substring(0, at);
        int colon = userinfo.indexOf(':');
        String user = decode(colon < 0 ? userinfo : userinfo.substring(0, colon));
        @Nullable String password = colon < 0 ? null : decode(userinfo.substring(colon + 1));

        user = given.getOrDefault("user", user);
        password = given.getOrDefault("password", password);
        database = given.getOrDefault("dbname", database);
        if (user.isEmpty()) {
            user = System.getProperty("user.name");
        }
        List<String> hosts =
                hosts(given.getOrDefault("host", authority.substring(at + 1)), given.get("port"));
        return new DatabaseUrl(
                hosts, database.isEmpty() ? user : database, user, password, jdbc(given));
    }

    private static String afterScheme(String text) {
        for (String scheme : List.of("postgresql://", "postgres://")) {
            if (text.startsWith(scheme)) {
                return text.substring(scheme.length());
            }
        }
        throw new InvalidConfigurationException(
                "tidemark.database.url is not a PostgreSQL URI: write"
                        + " postgresql://user@host:port/database");
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            require(
                    equals > 0,
                    "tidemark.database.url has a parameter without a value after the '?'");
            parameters.put(
                    decode(parameter.substring(0, equals)),
                    decode(parameter.substring(equals + 1)));
        }
        return parameters;
    }

    private static Map<String, String> jdbc(Map<String, String> given) {
        Map<String, String> jdbc = new TreeMap<>();
        given.forEach((name, value) -> {
            switch (name) {
                case "user", "password", "dbname", "host", "port" -> {}
                // Tidemark says who it is, and the pool pings by itself.
                case "application_name",
                        "fallback_application_name",
                        "client_encoding",
                        "keepalives" -> {}
                case "load_balance_hosts" ->
                        jdbc.put("loadBalanceHosts", Boolean.toString(value.equals("random")));
                case "target_session_attrs" -> {
                    String type = TARGET_SERVER_TYPES.get(value);
                    require(
                            type != null,
                            "tidemark.database.url has an unknown target_session_attrs");
                    jdbc.put(SERVER_TYPE, type == null ? "any" : type);
                }
                default -> {
                    String jdbcName = JDBC_NAMES.get(name);
                    require(
                            jdbcName != null,
                            "tidemark.database.url has a parameter that is not known: " + name);
                    jdbc.put(jdbcName == null ? name : jdbcName, value);
                }
            }
        });
        return jdbc;
    }

    private static List<String> hosts(String text, @Nullable String port) {
        List<String> hosts = new ArrayList<>();
        for (String host : text.split(",", -1)) {
            String name = decode(host);
            require(
                    !name.startsWith("/"),
                    "tidemark.database.url names a Unix socket; a host is needed");
            boolean hasPort = name.lastIndexOf(':') > name.lastIndexOf(']');
            String number =
                    hasPort
                            ? name.substring(name.lastIndexOf(':') + 1)
                            : port == null ? "5432" : port;
            require(
                    number.matches("\\d{1,5}")
                            && Integer.parseInt(number) > 0
                            && Integer.parseInt(number) < 65536,
                    "tidemark.database.url has a port that is not one");
            String bare = hasPort ? name.substring(0, name.lastIndexOf(':')) : name;
            hosts.add((bare.isEmpty() ? "localhost" : bare) + ':' + number);
        }
        return hosts;
    }

    /** The JDBC URL; without user and password, so that it may be logged. */
    String jdbcUrl() {
        return "jdbc:postgresql://"
                + String.join(",", hosts)
                + '/'
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What the driver needs besides. */
    Properties properties() {
        Properties properties = new Properties();
        parameters.forEach(properties::setProperty);
        properties.setProperty("user", user);
        if (password != null) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    private static String decode(String text) {
        try {
            // A plus sign is itself in a URI; only HTML forms take it for a space.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationException(
                    "tidemark.database.url has a '%' that two hexadecimal digits do not follow");
        }
    }

    @Override
    public String toString() {
        return user + "@" + String.join(",", hosts) + "/" + database;
    }
}
