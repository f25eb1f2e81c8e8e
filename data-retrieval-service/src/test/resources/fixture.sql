-- What databases of users have, as small as it can be.
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TYPE genre AS ENUM ('drama', 'comedy', 'horror');
CREATE DOMAIN bıgınt AS bigint CHECK (VALUE > 0);
CREATE DOMAIN year AS bıgınt CHECK (VALUE BETWEEN 1900 AND 2100);

CREATE TABLE film (
    film_id integer PRIMARY KEY,
    title text NOT NULL,
    code char(5),
    slug varchar(30),
    released year,
    genre genre,
    length smallint,
    rate numeric(5, 2),
    score double precision,
    seen boolean,
    shown timestamptz,
    day date,
    tags text[],
    attributes jsonb,
    raw json,
    words tsvector,
    weeks int4range,
    handle citext,
    host inet,
    blob bytea,
    uid uuid
);
INSERT INTO film VALUES
    (1, 'ACADEMY DINOSAUR', 'AD', 'academy', 2006, 'drama', 86, 0.99, 1.5, true, '2022-02-14 21:29:46+00', '2022-02-14',
     '{a,b}', '{"x": 1, "y": [1, 2]}', '{"b": 1,  "a": 2}', to_tsvector('english', 'A dinosaur of an academy'), '[1,5)', 'Alice', '10.0.0.1', '\x01ff', '00000000-0000-0000-0000-000000000001'),
    (2, 'ACE GOLDFINGER', 'AG', 'ace', 2007, 'horror', 48, 4.99, 'NaN', false, '2022-03-01 00:00:00+00', '2022-03-01',
     '{b,c}', '{"x": 2}', NULL, to_tsvector('english', 'fingers made of gold'), '[4,9)', 'Bob', '10.0.1.0/24', NULL, NULL),
    (3, 'He said "hi", O''Neil & co. 100% \ ünïcödé 日本', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 'BIRD* COLOR_X', 'BC', 'bird', 1999, 'comedy', 120, 2.50, -0.25, NULL, '1999-12-31 23:59:59+00', '1999-12-31',
     '{}', '{}', '[]', '', 'empty', 'carol', '::1', '\x', NULL);

CREATE TABLE film_actor (
    actor_id integer,
    film_id integer REFERENCES film,
    billing text,
    PRIMARY KEY (actor_id, film_id)
);
INSERT INTO film_actor VALUES (1, 1, 'lead'), (1, 2, NULL), (2, 1, 'extra');

CREATE TABLE payment (
    payment_id integer,
    paid timestamptz,
    amount numeric(8, 2),
    PRIMARY KEY (paid, payment_id)
) PARTITION BY RANGE (paid);
CREATE TABLE payment_2022 PARTITION OF payment FOR VALUES FROM ('2022-01-01') TO ('2023-01-01') PARTITION BY RANGE (paid);
CREATE TABLE payment_2022_h1 PARTITION OF payment_2022 FOR VALUES FROM ('2022-01-01') TO ('2022-07-01');
CREATE TABLE payment_2023 PARTITION OF payment FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
INSERT INTO payment VALUES (1, '2022-01-23 13:03:52.212496+00', 3.99), (2, '2023-05-01 00:00:00+00', 5);

CREATE TABLE vehicle (id integer PRIMARY KEY, wheels integer);
CREATE TABLE truck (PRIMARY KEY (id), load integer) INHERITS (vehicle);
INSERT INTO vehicle VALUES (1, 4);
INSERT INTO truck VALUES (2, 6, 900);

CREATE TABLE keyed_by_numeric (id numeric PRIMARY KEY, name text);
INSERT INTO keyed_by_numeric VALUES (1.50, 'one and a half');
CREATE TABLE keyed_by_char (id char(4) PRIMARY KEY);
INSERT INTO keyed_by_char VALUES ('ab');
CREATE TABLE keyed_by_citext (id citext PRIMARY KEY);
INSERT INTO keyed_by_citext VALUES ('MiXed');
CREATE TABLE keyed_by_text (id text PRIMARY KEY, n integer);
INSERT INTO keyed_by_text VALUES ('a/b,c', 1), ('50% ü"\''', 2), ('..', 3), ('NULL', 4), ('{x}', 5);
CREATE TABLE keyed_by_enum (id genre PRIMARY KEY);
INSERT INTO keyed_by_enum VALUES ('drama');
CREATE TABLE key_smallint (id smallint PRIMARY KEY, n integer);
INSERT INTO key_smallint VALUES (-7, 1);
CREATE TABLE key_bigint (id bigint PRIMARY KEY, n integer);
INSERT INTO key_bigint VALUES (42, 1);
CREATE TABLE key_boolean (id boolean PRIMARY KEY, n integer);
INSERT INTO key_boolean VALUES (true, 1);
CREATE TABLE key_text (id text PRIMARY KEY, n integer);
INSERT INTO key_text VALUES (E'a "b", \\c/日 %', 1);
CREATE TABLE key_varchar (id varchar(20) PRIMARY KEY, n integer);
INSERT INTO key_varchar VALUES ('A b ', 1);
CREATE TABLE key_char (id char(6) PRIMARY KEY, n integer);
INSERT INTO key_char VALUES ('ab', 1);
CREATE TABLE key_citext (id citext PRIMARY KEY, n integer);
INSERT INTO key_citext VALUES ('MiXed', 1);
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE key_caseless (id text COLLATE caseless PRIMARY KEY, n integer);
INSERT INTO key_caseless VALUES ('MiXed', 1);
CREATE TABLE key_uuid (id uuid PRIMARY KEY, n integer);
INSERT INTO key_uuid VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1);
CREATE TABLE key_date (id date PRIMARY KEY, n integer);
INSERT INTO key_date VALUES ('2022-03-01', 1);
CREATE TABLE key_timestamptz (id timestamptz PRIMARY KEY, n integer);
INSERT INTO key_timestamptz VALUES ('2022-07-01 12:00:00.5+00', 1);
CREATE TABLE key_timestamp (id timestamp PRIMARY KEY, n integer);
INSERT INTO key_timestamp VALUES ('2022-07-01 12:00:00', 1);
CREATE TABLE key_interval (id interval PRIMARY KEY, n integer);
INSERT INTO key_interval VALUES ('1 day', 1);
CREATE TABLE key_numeric (id numeric PRIMARY KEY, n integer);
INSERT INTO key_numeric VALUES (1.50, 1);
CREATE TABLE key_float (id double precision PRIMARY KEY, n integer);
INSERT INTO key_float VALUES ('-0', 1);
CREATE TABLE key_inet (id inet PRIMARY KEY, n integer);
INSERT INTO key_inet VALUES ('10.0.0.1', 1);
CREATE TABLE key_bytea (id bytea PRIMARY KEY, n integer);
INSERT INTO key_bytea VALUES ('\x01ff', 1);
CREATE TABLE key_enum (id genre PRIMARY KEY, n integer);
INSERT INTO key_enum VALUES ('drama', 1);
CREATE TABLE key_domain (id year PRIMARY KEY, n integer);
INSERT INTO key_domain VALUES (2006, 1);
CREATE TABLE key_array (id text[] PRIMARY KEY, n integer);
INSERT INTO key_array VALUES ('{a,"b c"}', 1);
CREATE TYPE place AS (shelf char(4), at numeric);
CREATE TABLE key_composite (id place PRIMARY KEY, n integer);
INSERT INTO key_composite VALUES (('x', 1.0), 1);
CREATE TABLE key_parts (id integer, on_ boolean, at timestamptz, n integer, PRIMARY KEY (at, id, on_));
INSERT INTO key_parts VALUES (1, false, '2022-07-01 12:00+00', 1);

CREATE TABLE keyless (n integer, t text);
INSERT INTO keyless VALUES (2, 'b'), (1, 'a');
CREATE TABLE measure (place point, area box, info json);
CREATE TABLE nothing (id integer PRIMARY KEY);

CREATE TABLE "Odd ""Table"".x; DROP" (
    "Id" integer PRIMARY KEY,
    "a b" text,
    "quo""te" text,
    "select" integer,
    "and" integer,
    "ünï" text,
    "Q?{0}:x" text
);
INSERT INTO "Odd ""Table"".x; DROP" VALUES (1, 'space', 'quoted', 10, 20, 'ü', 'mark');

CREATE TABLE staff (id integer PRIMARY KEY, name text, password text, salary integer);
INSERT INTO staff VALUES (1, 'Mike', 'hash', 100), (2, 'Jon', 'other', 200);
CREATE TABLE secret_table (id integer PRIMARY KEY);
CREATE TABLE not_granted (id integer PRIMARY KEY);

CREATE VIEW drama AS SELECT f.film_id, f.title, count(a.actor_id) AS actors
    FROM film f LEFT JOIN film_actor a USING (film_id) WHERE genre = 'drama' GROUP BY f.film_id;
CREATE VIEW drama_titles AS SELECT title FROM drama;
CREATE MATERIALIZED VIEW unpopulated AS SELECT title FROM film WITH NO DATA;
CREATE VIEW raising AS SELECT 1 / (film_id - film_id) AS n FROM film;
CREATE TYPE pair AS (a integer, b integer);
CREATE TABLE named_as_a_row (id integer PRIMARY KEY, x pair, t integer, xx xml);
INSERT INTO named_as_a_row VALUES (1, '(2,3)', 4, '<five/>');
CREATE MATERIALIZED VIEW film_count AS SELECT count(*) AS films FROM film;
CREATE VIEW slow AS SELECT 1 AS id, pg_sleep(30)::text AS slept;

CREATE TABLE guarded (id integer PRIMARY KEY, owner text);
CREATE TABLE guards (name text PRIMARY KEY);
INSERT INTO guarded VALUES (1, 'shown'), (2, 'kept');
INSERT INTO guards VALUES ('shown');
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY shown ON guarded USING (owner IN (SELECT name FROM guards));

CREATE SCHEMA archive;
CREATE TABLE archive.film (film_id integer PRIMARY KEY, title text);
INSERT INTO archive.film VALUES (1, 'OLD');
CREATE SCHEMA private;
CREATE TABLE private.film (film_id integer PRIMARY KEY);

CREATE TABLE big (id integer PRIMARY KEY, filler text);
INSERT INTO big SELECT n, repeat(md5(n::text), 160) FROM generate_series(1, 10000) n;
CREATE TABLE breaking AS SELECT n AS id, CASE WHEN n = 4000 THEN 'x' ELSE n::text END || repeat(' ', 1000) AS n FROM generate_series(1, 5000) n;
ANALYZE;

DO $$ BEGIN
    CREATE ROLE tidemark_reader LOGIN PASSWORD 'p@ss: wörd/%';
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
GRANT USAGE ON SCHEMA public, archive, private TO tidemark_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public, archive, private TO tidemark_reader;
REVOKE ALL ON not_granted FROM tidemark_reader;
REVOKE ALL ON staff FROM tidemark_reader;
GRANT SELECT (id, name, password) ON staff TO tidemark_reader;
