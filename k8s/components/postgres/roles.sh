#!/bin/sh
# Run once, by the image's entry point, on an empty database: two roles apart, one that reads and writes rows as it is told, one that owns
# the tables and captures changes. On a database of yours `tidemark prepare` prints finer ones.
set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  -v reader_password="$(head -n 1 /run/secrets/postgres/reader-password)" \
  -v capture_password="$(head -n 1 /run/secrets/postgres/capture-password)" \
  -v database="$POSTGRES_DB" <<'SQL'
CREATE ROLE tidemark_reader LOGIN PASSWORD :'reader_password';
CREATE ROLE tidemark_capture LOGIN REPLICATION PASSWORD :'capture_password';
ALTER DATABASE :"database" OWNER TO tidemark_capture;
ALTER SCHEMA public OWNER TO tidemark_capture;
GRANT USAGE ON SCHEMA public TO tidemark_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE tidemark_capture GRANT USAGE ON SCHEMAS TO tidemark_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE tidemark_capture GRANT SELECT ON TABLES TO tidemark_reader;
SQL

# Its statements make what tidemark_capture owns.
{
  echo 'SET ROLE tidemark_capture;'
  cat /etc/tidemark/shop/shop.sql
} | psql -v ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"
