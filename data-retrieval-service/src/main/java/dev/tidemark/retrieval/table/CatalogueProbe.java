package dev.tidemark.retrieval.table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Whether a name that is not in a catalogue is in the database by now. */
final class CatalogueProbe {

    private static final int TIMEOUT_SECONDS = 1;

    private final DataSource database;
    private final ExposureProperties exposure;

    CatalogueProbe(DataSource database, ExposureProperties exposure) {
        this.database = database;
        this.exposure = exposure;
    }

    /** Whether a table is served, or has a served column, that a catalogue does not have. */
    boolean isBehind(Catalogue catalogue, TableName name) throws SQLException {
        if (exposure.hides(name)) {
            return false;
        }
        Table known = catalogue.tables().get(name);
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement(CatalogueSql.COLUMN_NAMES)) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.setString(1, name.schema());
            statement.setString(2, name.name());
            try (ResultSet columns = statement.executeQuery()) {
                while (columns.next()) {
                    String column = columns.getString(1);
                    if (!exposure.hides(name, column) && (known == null || !has(known, column))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean has(Table table, String column) {
        return table.columns().stream().anyMatch(known -> known.name().equals(column));
    }
}
