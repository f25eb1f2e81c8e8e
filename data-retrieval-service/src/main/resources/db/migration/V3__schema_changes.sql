-- Under which name and by which publication a table is followed: so that it can still be said of
-- which table the answers are no longer valid when the table is renamed or gone.
ALTER TABLE tidemark.followed ADD COLUMN name text;
ALTER TABLE tidemark.followed ADD COLUMN publication text;

-- What each served table and view was like when it was last told in the log. Written by the reader
-- of the replication slot, which compares it with the catalogue: the only way to notice a change of
-- schema where no event trigger can be made.
CREATE TABLE tidemark.told (
    name text PRIMARY KEY,
    mark text NOT NULL
);

-- Counted up with each change of a policy; read with the incarnation in every statement, so that no
-- answer is kept under a policy that was since replaced. Random at first, since the table is emptied
-- by a crash.
ALTER TABLE tidemark.incarnation
    ADD COLUMN policies bigint NOT NULL DEFAULT floor(random() * 1e15)::bigint;

-- Why the changes of a table cannot be captured; null if they can. Publishing such a table would
-- make the user's own UPDATE and DELETE fail. The same rule as FollowabilityRule's.
CREATE FUNCTION tidemark.capture_obstacle(relation oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE tree AS (
        SELECT relation AS oid
        UNION
        SELECT i.inhrelid FROM tree
        JOIN pg_class p ON p.oid = tree.oid AND p.relkind = 'p'
        JOIN pg_inherits i ON i.inhparent = tree.oid
    ), member AS (
        SELECT c.*, r.relreplident AS rootidentity,
               x.indexrelid, x.indisprimary, x.indimmediate, x.indisvalid,
               EXISTS (SELECT FROM pg_attribute a
                       WHERE a.attrelid = c.oid AND a.attgenerated <> '' AND NOT a.attisdropped
                         AND (c.relreplident = 'f' OR a.attnum = ANY (x.indkey))) AS generated
        FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_class r ON r.oid = relation
        LEFT JOIN pg_index x ON x.indrelid = c.oid
            AND CASE c.relreplident WHEN 'd' THEN x.indisprimary
                                    WHEN 'i' THEN x.indisreplident ELSE false END
        WHERE c.oid = relation OR c.relkind <> 'p'
    )
    SELECT m.oid::regclass || ' ' ||
           CASE WHEN m.relkind NOT IN ('r', 'p') THEN 'is not an ordinary table'
                WHEN m.relpersistence <> 'p' THEN 'is not logged'
                WHEN m.relreplident = 'n' THEN 'has REPLICA IDENTITY NOTHING'
                WHEN m.relreplident <> 'f' AND m.indexrelid IS NULL THEN 'has no replica identity'
                WHEN NOT m.indimmediate THEN 'has a deferrable replica identity'
                WHEN NOT m.indisvalid THEN 'has a replica identity that is not valid'
                WHEN m.generated THEN 'has a generated column in its replica identity'
                ELSE 'has another replica identity than its root' END
    FROM member m
    WHERE m.relkind NOT IN ('r', 'p') OR m.relpersistence <> 'p' OR m.relreplident = 'n'
       OR (m.relreplident <> 'f'
           AND (m.indexrelid IS NULL OR NOT m.indimmediate OR NOT m.indisvalid))
       OR m.generated
       OR (m.oid <> relation AND m.relreplident = 'i' AND m.rootidentity = 'd'
           AND NOT m.indisprimary)
    UNION ALL
    SELECT 'there is no table ' || relation
    WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = relation)
    LIMIT 1
$$;

-- Under which names the answers are tagged that a table's rows are in.
CREATE FUNCTION tidemark.names_of(relation oid) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    -- Its own name, and those of all that it is a partition or an heir of: their answers include
    -- its rows.
    WITH RECURSIVE up AS (
        SELECT relation AS oid
        UNION
        SELECT i.inhparent FROM up JOIN pg_inherits i ON i.inhrelid = up.oid
    )
    SELECT n.nspname || '.' || c.relname
    FROM up JOIN pg_class c ON c.oid = up.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'tidemark'
$$;

-- The tables and views that an object is part of or used by. Of tables that are altered, views need
-- no mention: their answers bear the names of the tables behind them. But their rows, and those of
-- composite types, may be values elsewhere, which are printed with the names of their columns.
CREATE FUNCTION tidemark.relations_of(class oid, object oid) RETURNS SETOF oid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE used AS (
        SELECT class AS classid, object AS objid
        UNION
        SELECT user_.classid, user_.objid
        FROM used CROSS JOIN LATERAL (
            SELECT d.classid, d.objid FROM pg_depend d
            WHERE d.refclassid = used.classid AND d.refobjid = used.objid
              AND used.classid NOT IN ('pg_class'::regclass, 'pg_trigger'::regclass)
            UNION ALL
            SELECT 'pg_type'::regclass, c.reltype FROM pg_class c
            WHERE used.classid = 'pg_class'::regclass AND c.oid = used.objid AND c.reltype <> 0
        ) user_
    )
    SELECT objid FROM used WHERE classid = 'pg_class'::regclass
    UNION
    SELECT r.ev_class FROM used JOIN pg_rewrite r ON r.oid = used.objid
    WHERE used.classid = 'pg_rewrite'::regclass
    UNION
    SELECT p.polrelid FROM used JOIN pg_policy p ON p.oid = used.objid
    WHERE used.classid = 'pg_policy'::regclass
    UNION
    SELECT a.adrelid FROM used JOIN pg_attrdef a ON a.oid = used.objid
    WHERE used.classid = 'pg_attrdef'::regclass
    UNION
    -- Nothing is recorded as depending on the schema public.
    SELECT c.oid FROM pg_class c WHERE class = 'pg_namespace'::regclass AND c.relnamespace = object
$$;

-- Puts right what has just ceased to be true of the tables that are followed, in the transaction
-- that made it so: before the user's next UPDATE can fail, and before anyone can read an answer that
-- is taken for followed.
CREATE FUNCTION tidemark.review_followed() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    table_ record;
BEGIN
    FOR table_ IN
        SELECT f.relid, f.name, f.publication, c.oid IS NOT NULL AS there,
               n.nspname || '.' || c.relname AS now_named,
               c.oid IS NOT NULL AND tidemark.capture_obstacle(f.relid) IS NOT NULL AS lost,
               EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                       WHERE r.prrelid = f.relid AND p.pubname = f.publication) AS published
        FROM tidemark.followed f
        LEFT JOIN pg_class c ON c.oid = f.relid
        LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE f.publication IS NOT NULL
    LOOP
        IF NOT table_.there OR table_.lost OR NOT table_.published THEN
            -- First of all: what follows fires this trigger again.
            DELETE FROM tidemark.followed WHERE relid = table_.relid;
            PERFORM pg_logical_emit_message(true, 'tidemark.table', table_.name);
            IF table_.lost AND table_.published THEN
                EXECUTE format('ALTER PUBLICATION %I DROP TABLE ONLY %I.%I',
                               table_.publication,
                               (SELECT n.nspname FROM pg_class c
                                JOIN pg_namespace n ON n.oid = c.relnamespace
                                WHERE c.oid = table_.relid),
                               (SELECT relname FROM pg_class WHERE oid = table_.relid));
            END IF;
        ELSIF table_.now_named IS DISTINCT FROM table_.name THEN
            -- Who wrote to it before and has yet to commit is told under the old name.
            UPDATE tidemark.followed SET name = table_.now_named, since = pg_current_xact_id()
            WHERE relid = table_.relid;
            PERFORM pg_logical_emit_message(true, 'tidemark.table', table_.name);
            PERFORM pg_logical_emit_message(true, 'tidemark.table', table_.now_named);
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION tidemark.on_ddl() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name_ text;
BEGIN
    -- Whatever goes wrong here must not be the user's trouble: the catalogue is looked at anyway.
    BEGIN
        IF TG_TAG IN ('COMMENT', 'SECURITY LABEL', 'CREATE STATISTICS', 'ALTER STATISTICS',
                      'CREATE SEQUENCE', 'ALTER SEQUENCE', 'CREATE TRIGGER', 'ALTER TRIGGER',
                      'CREATE SUBSCRIPTION', 'ALTER SUBSCRIPTION')
           OR NOT EXISTS (SELECT FROM tidemark.followed)
           -- DROP is told by the other trigger, and has no commands here.
           OR NOT EXISTS (SELECT FROM pg_event_trigger_ddl_commands() c
                          WHERE c.schema_name IS DISTINCT FROM 'pg_temp'
                            AND c.schema_name IS DISTINCT FROM 'tidemark') THEN
            RETURN;
        END IF;
        FOR name_ IN
            SELECT DISTINCT n.name
            FROM pg_event_trigger_ddl_commands() c
            CROSS JOIN LATERAL tidemark.relations_of(c.classid, c.objid) r
            CROSS JOIN LATERAL tidemark.names_of(r) n (name)
            WHERE c.schema_name IS DISTINCT FROM 'pg_temp' AND c.command_tag <> 'CREATE INDEX'
        LOOP
            PERFORM pg_logical_emit_message(true, 'tidemark.table', name_);
        END LOOP;
        PERFORM tidemark.review_followed();
        IF TG_TAG NOT IN ('CREATE PUBLICATION', 'ALTER PUBLICATION') THEN
            PERFORM pg_logical_emit_message(true, 'tidemark.schema', TG_TAG);
        END IF;
    EXCEPTION WHEN OTHERS THEN
        NULL;
    END;
END
$$;

CREATE FUNCTION tidemark.on_drop() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name_ text;
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM tidemark.followed)
           OR NOT EXISTS (SELECT FROM pg_event_trigger_dropped_objects() o
                          WHERE NOT o.is_temporary
                            AND o.schema_name IS DISTINCT FROM 'tidemark') THEN
            RETURN;
        END IF;
        FOR name_ IN
            -- Of a policy, a rule, a column, a constraint: the table's.
            SELECT DISTINCT o.address_names[1] || '.' || o.address_names[2]
            FROM pg_event_trigger_dropped_objects() o
            WHERE NOT o.is_temporary AND cardinality(o.address_names) >= 2
              AND o.object_type IN ('table', 'view', 'materialized view', 'foreign table',
                                    'table column', 'view column', 'policy', 'rule',
                                    'table constraint')
            UNION
            -- Of which table something was a partition can no longer be known.
            SELECT f.name FROM tidemark.followed f JOIN pg_class c ON c.oid = f.relid
            WHERE (c.relkind = 'p' OR c.relhassubclass)
              AND EXISTS (SELECT FROM pg_event_trigger_dropped_objects() o
                          WHERE o.object_type IN ('table', 'foreign table')
                            AND NOT o.is_temporary
                            AND o.objid NOT IN (SELECT relid FROM tidemark.followed))
        LOOP
            PERFORM pg_logical_emit_message(true, 'tidemark.table', name_);
        END LOOP;
        PERFORM tidemark.review_followed();
        PERFORM pg_logical_emit_message(true, 'tidemark.schema', TG_TAG);
    EXCEPTION WHEN OTHERS THEN
        NULL;
    END;
END
$$;

REVOKE ALL ON FUNCTION tidemark.review_followed() FROM PUBLIC;

-- Only superusers may (and those whom a cloud lets): without them the catalogue is looked at every
-- second.
DO $$
BEGIN
    CREATE EVENT TRIGGER tidemark_ddl ON ddl_command_end EXECUTE FUNCTION tidemark.on_ddl();
    CREATE EVENT TRIGGER tidemark_drop ON sql_drop EXECUTE FUNCTION tidemark.on_drop();
    -- In sessions that replay another database's changes, too.
    ALTER EVENT TRIGGER tidemark_ddl ENABLE ALWAYS;
    ALTER EVENT TRIGGER tidemark_drop ENABLE ALWAYS;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'no event triggers: schema changes are noticed within a second or two';
END
$$;

-- A policy takes effect where its table's answers are: they are read again.
CREATE FUNCTION tidemark.on_policy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given text;
    name_ text;
BEGIN
    FOR given IN
        SELECT DISTINCT g FROM unnest(
            CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.table_name]
                       WHEN 'DELETE' THEN ARRAY[OLD.table_name]
                       WHEN 'UPDATE' THEN ARRAY[OLD.table_name, NEW.table_name]
                       ELSE (SELECT array_agg(p.table_name) FROM tidemark.cache_policy p)
            END) g
    LOOP
        -- Which schema is the default one is known to the services only: all that have such a
        -- table.
        FOR name_ IN
            SELECT given WHERE position('.' IN given) > 0
            UNION ALL
            SELECT n.nspname || '.' || c.relname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE position('.' IN given) = 0 AND c.relname = given
              AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
        LOOP
            PERFORM pg_logical_emit_message(true, 'tidemark.table', name_);
        END LOOP;
    END LOOP;
    UPDATE tidemark.incarnation SET policies = policies + 1;
    RETURN NULL;
END
$$;
-- At the end of the transaction: until it has committed it locks the row that counts policies up,
-- which is the reader's too.
CREATE CONSTRAINT TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON tidemark.cache_policy
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tidemark.on_policy();
CREATE TRIGGER tell_truncate BEFORE TRUNCATE ON tidemark.cache_policy
    FOR EACH STATEMENT EXECUTE FUNCTION tidemark.on_policy();
