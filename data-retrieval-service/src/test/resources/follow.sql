-- What can be followed, and all kinds of what cannot.
CREATE TABLE film (film_id integer PRIMARY KEY, title text, shown date);
INSERT INTO film VALUES (1, 'ACADEMY DINOSAUR', '2022-02-14'), (2, 'ACE GOLDFINGER', '2030-01-01');
CREATE TABLE actor (actor_id integer PRIMARY KEY, name text);
INSERT INTO actor VALUES (1, 'PENELOPE');
CREATE TABLE actor_old (actor_id integer PRIMARY KEY, name text);
CREATE TABLE doomed (id integer PRIMARY KEY, n integer);
INSERT INTO doomed VALUES (1, 1);
CREATE TABLE doomed_unseen (id integer PRIMARY KEY, n integer);
INSERT INTO doomed_unseen VALUES (1, 1);
CREATE TABLE gone (id integer PRIMARY KEY);

CREATE TABLE keyless (n integer);
CREATE TABLE deferrable_key (id integer PRIMARY KEY DEFERRABLE);
CREATE UNLOGGED TABLE unlogged (id integer PRIMARY KEY);
CREATE TABLE no_identity (id integer PRIMARY KEY);
ALTER TABLE no_identity REPLICA IDENTITY NOTHING;
CREATE TABLE full_identity (n integer);
ALTER TABLE full_identity REPLICA IDENTITY FULL;
CREATE TABLE full_generated (n integer, m integer GENERATED ALWAYS AS (n + 1) STORED);
ALTER TABLE full_generated REPLICA IDENTITY FULL;
CREATE TABLE index_identity (id integer PRIMARY KEY, code text NOT NULL UNIQUE);
ALTER TABLE index_identity REPLICA IDENTITY USING INDEX index_identity_code_key;
CREATE TABLE index_lost (id integer PRIMARY KEY, code text NOT NULL);
CREATE UNIQUE INDEX lost ON index_lost (code);
ALTER TABLE index_lost REPLICA IDENTITY USING INDEX lost;
DROP INDEX lost;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE foreign_table (id integer) SERVER nowhere;
CREATE TABLE names (id integer PRIMARY KEY, class regclass);
CREATE TYPE address AS (street text);
CREATE TYPE household AS (head text, homes address[]);
CREATE TABLE dwellers (id integer PRIMARY KEY, household household);
CREATE TYPE humour AS ENUM ('dry');
CREATE TABLE jokes (id integer PRIMARY KEY, humour humour);

CREATE TABLE parted (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE parted_2_1 PARTITION OF parted_2 FOR VALUES FROM (10) TO (20);
INSERT INTO parted VALUES (1), (11);
CREATE TABLE parted_badly (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE parted_badly_1 PARTITION OF parted_badly FOR VALUES FROM (0) TO (10);
ALTER TABLE parted_badly_1 REPLICA IDENTITY NOTHING;
CREATE TABLE parted_mixed (id integer PRIMARY KEY, code text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE parted_mixed_1 PARTITION OF parted_mixed FOR VALUES FROM (0) TO (10);
CREATE UNIQUE INDEX mixed ON parted_mixed_1 (code);
ALTER TABLE parted_mixed_1 REPLICA IDENTITY USING INDEX mixed;
CREATE TABLE vehicle (id integer PRIMARY KEY, wheels integer);
INSERT INTO vehicle VALUES (1, 4);
CREATE TABLE truck (plate text PRIMARY KEY) INHERITS (vehicle);
INSERT INTO truck VALUES (2, 6, 'B-X 1');

CREATE MATERIALIZED VIEW film_count AS SELECT count(*) AS films FROM film;
CREATE VIEW titles AS SELECT film_id, upper(title) AS title FROM film;
CREATE VIEW nested AS SELECT t.title, a.name FROM titles t, actor a;
CREATE VIEW steady AS
    SELECT date_trunc('month', f.shown::timestamptz) AS month, json_agg(f.title) AS titles,
           sum(f.film_id) OVER (ORDER BY f.film_id) AS n
    FROM film f GROUP BY f.film_id, f.shown;
CREATE VIEW constant AS SELECT 1 AS one;
CREATE VIEW recent AS SELECT * FROM film WHERE shown > now();
CREATE VIEW today AS SELECT * FROM film WHERE shown = CURRENT_DATE;
CREATE VIEW clocked AS SELECT film_id, age(shown) AS age FROM film;
CREATE VIEW lottery AS SELECT film_id, random() AS n FROM film;
CREATE VIEW sample AS SELECT * FROM film TABLESAMPLE bernoulli (50);
CREATE VIEW parsed AS SELECT title::timestamptz AS t FROM film WHERE film_id < 0;
CREATE VIEW sized AS SELECT relname, relpages FROM pg_class;
CREATE VIEW over_recent AS SELECT title FROM recent;
CREATE VIEW over_keyless AS SELECT * FROM keyless;
CREATE VIEW over_count AS SELECT * FROM film_count;
CREATE FUNCTION trusted(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)';
CREATE FUNCTION untracked() RETURNS SETOF film STABLE LANGUAGE sql AS 'SELECT * FROM public.film';
CREATE VIEW by_trusted AS SELECT trusted(title) AS title FROM film;
CREATE VIEW by_untracked AS SELECT * FROM untracked();
CREATE AGGREGATE odd_sum (integer) (sfunc = int4pl, stype = integer);
CREATE FUNCTION jitter(integer, integer) RETURNS integer VOLATILE LANGUAGE sql AS 'SELECT $1 + 1';
CREATE AGGREGATE jitter_sum (integer) (sfunc = jitter, stype = integer);
CREATE VIEW by_aggregate AS SELECT odd_sum(film_id) AS n FROM film;
CREATE VIEW by_jitter AS SELECT jitter_sum(film_id) AS n FROM film;

CREATE TABLE guarded (id integer PRIMARY KEY, owner text);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_user ON guarded USING (owner = current_user);
CREATE TABLE guarded_by_setting (id integer PRIMARY KEY, owner text);
ALTER TABLE guarded_by_setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_setting ON guarded_by_setting USING (owner = current_setting('x.owner', true));
CREATE TABLE guarded_well (id integer PRIMARY KEY, owner text);
ALTER TABLE guarded_well ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_actor ON guarded_well USING (owner IN (SELECT name FROM actor));
CREATE POLICY for_writers ON guarded_well FOR INSERT WITH CHECK (owner = current_user);
CREATE TABLE unguarded (id integer PRIMARY KEY);
CREATE POLICY asleep ON unguarded USING (now() IS NULL);

CREATE SCHEMA hidden;
CREATE TABLE hidden.behind (id integer PRIMARY KEY, n integer);
INSERT INTO hidden.behind VALUES (1, 1);
CREATE VIEW of_hidden AS SELECT n FROM hidden.behind;
