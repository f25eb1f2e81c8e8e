#!/bin/sh
# Run once, by the image's entry point, on an empty database: roles apart, one that reads, one that owns the tables and captures changes, and
# where there is a password for it one that writes as well, and one for the exporter of metrics. On a database of yours `tidemark prepare`
# prints finer ones.
set -eu

secrets=/run/secrets/postgres

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  -v reader_password="$(head -n 1 "$secrets/reader-password")" \
  -v capture_password="$(head -n 1 "$secrets/capture-password")" \
  -v database="$POSTGRES_DB" <<'SQL'
CREATE ROLE tidemark_reader LOGIN PASSWORD :'reader_password';
CREATE ROLE tidemark_capture LOGIN REPLICATION PASSWORD :'capture_password';
ALTER DATABASE :"database" OWNER TO tidemark_capture;
ALTER SCHEMA public OWNER TO tidemark_capture;
GRANT USAGE ON SCHEMA public TO tidemark_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE tidemark_capture GRANT USAGE ON SCHEMAS TO tidemark_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE tidemark_capture GRANT SELECT ON TABLES TO tidemark_reader;
SQL

if [ -r "$secrets/writer-password" ]; then
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v writer_password="$(head -n 1 "$secrets/writer-password")" <<'SQL'
CREATE ROLE tidemark_writer LOGIN PASSWORD :'writer_password' IN ROLE tidemark_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE tidemark_capture IN SCHEMA public GRANT INSERT, UPDATE, DELETE ON TABLES TO tidemark_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE tidemark_capture IN SCHEMA public GRANT USAGE ON SEQUENCES TO tidemark_writer;
SQL
fi

if [ -r "$secrets/monitor-password" ]; then
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v monitor_password="$(head -n 1 "$secrets/monitor-password")" <<'SQL'
CREATE ROLE tidemark_monitor LOGIN PASSWORD :'monitor_password' IN ROLE pg_monitor;
SQL
fi

# Its statements make what tidemark_capture owns.
{
  echo 'SET ROLE tidemark_capture;'
  cat /etc/tidemark/shop/shop.sql
} | psql -v ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"
