-- SPDX-License-Identifier: GPL-3.0-or-later
-- Prepares one database of a PostgreSQL server for a team's workspace. Run by a superuser, in that database, before
-- the schema is made; it may be run again at any time, e.g. to set other passwords or on a further database:
--
--   HEADGATE_CONSOLE_PASSWORD=… HEADGATE_ADMIN_PASSWORD=… psql -X -d DATABASE -f roles.postgresql.sql
--
-- headgate_owner    owns the schema; nobody logs in as it
-- headgate_console  the console's login: reads, and writes only what its work needs
-- headgate_admin    login for migrations: may SET ROLE headgate_owner, has no rights without it
--
-- The passwords come from the environment or from \set console_password, \set admin_password on standard input;
-- without one an existing password stays, and a new role cannot log in with a password.

\set ON_ERROR_STOP on
\if :{?console_password}
\else
  \getenv console_password HEADGATE_CONSOLE_PASSWORD
\endif
\if :{?admin_password}
\else
  \getenv admin_password HEADGATE_ADMIN_PASSWORD
\endif

BEGIN;
SELECT pg_advisory_xact_lock(hashtext('headgate.roles')) \g /dev/null

SELECT 'CREATE ROLE headgate_owner NOLOGIN' WHERE to_regrole('headgate_owner') IS NULL \gexec
SELECT 'CREATE ROLE headgate_console LOGIN' WHERE to_regrole('headgate_console') IS NULL \gexec
SELECT 'CREATE ROLE headgate_admin LOGIN NOINHERIT' WHERE to_regrole('headgate_admin') IS NULL \gexec
ALTER ROLE headgate_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE headgate_console LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE headgate_admin LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE;
-- The statement that sets a password must not reach the server's log.
SET LOCAL log_statement = 'none';
SET LOCAL log_min_error_statement = 'panic';
\if :{?console_password}
ALTER ROLE headgate_console PASSWORD :'console_password';
\endif
\if :{?admin_password}
ALTER ROLE headgate_admin PASSWORD :'admin_password';
\endif
GRANT headgate_owner TO headgate_admin;

SELECT format('GRANT CONNECT ON DATABASE %I TO headgate_console, headgate_admin', current_database()) \gexec
SELECT format('GRANT CREATE ON DATABASE %I TO headgate_owner', current_database()) \gexec
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

-- Nothing in the schema is altered or dropped in passing, by the owner or a superuser either: a migration, the making
-- of partitions and retention say so first with SET LOCAL headgate.maintenance. The guard stands in a schema of its
-- own, which headgate_owner cannot change.
CREATE SCHEMA IF NOT EXISTS headgate_guard;
CREATE OR REPLACE FUNCTION headgate_guard.refuse_ddl() RETURNS event_trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched text;
BEGIN
    IF coalesce(current_setting('headgate.maintenance', true), '') <> ''
       AND pg_has_role(current_user, 'headgate_owner', 'USAGE') THEN
        RETURN;
    END IF;
    IF tg_event = 'sql_drop' THEN
        SELECT object_identity INTO touched FROM pg_event_trigger_dropped_objects()
        WHERE schema_name = 'headgate' OR object_identity ~ '(^| |\()headgate(\.|$)' LIMIT 1;
    ELSE
        -- By owner too: what was just renamed or moved away has another schema's name by now.
        SELECT object_identity INTO touched FROM pg_event_trigger_ddl_commands()
        WHERE schema_name = 'headgate' OR object_identity ~ '(^| |\()headgate(\.|$)'
           OR EXISTS (SELECT FROM pg_class WHERE classid = 'pg_class'::regclass AND oid = objid
                      AND relowner = to_regrole('headgate_owner'))
           OR EXISTS (SELECT FROM pg_proc WHERE classid = 'pg_proc'::regclass AND oid = objid
                      AND proowner = to_regrole('headgate_owner'))
           OR EXISTS (SELECT FROM pg_namespace WHERE classid = 'pg_namespace'::regclass AND oid = objid
                      AND nspowner = to_regrole('headgate_owner'))
        LIMIT 1;
    END IF;
    IF touched IS NOT NULL THEN
        RAISE EXCEPTION '% may not touch %', tg_tag, touched
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Schema changes belong in a migration; retention sets headgate.maintenance in its transaction.';
    END IF;
END $$;
DROP EVENT TRIGGER IF EXISTS headgate_refuse_ddl;
CREATE EVENT TRIGGER headgate_refuse_ddl ON ddl_command_end EXECUTE FUNCTION headgate_guard.refuse_ddl();
ALTER EVENT TRIGGER headgate_refuse_ddl ENABLE ALWAYS;
DROP EVENT TRIGGER IF EXISTS headgate_refuse_drop;
CREATE EVENT TRIGGER headgate_refuse_drop ON sql_drop EXECUTE FUNCTION headgate_guard.refuse_ddl();
ALTER EVENT TRIGGER headgate_refuse_drop ENABLE ALWAYS;
COMMIT;
