-- The role by which deliveries are pulled from a PostgreSQL of the institution (finance, evaluations): it reads the tables
-- that are granted to it, and nothing else. For the administrator of that database:
--
--   psql --dbname=finance --set=ON_ERROR_STOP=1 --set=tables='fin.bfr_lines' --set=schema=fin --file=source.sql
--   psql --dbname=finance --command='\password kwaliteitsmonitor_read'
--
-- Better still, grant a view that holds no more columns than the feed needs (`columns` in feeds.yaml): what is not in it
-- cannot leave. Run again, it changes nothing.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kwaliteitsmonitor_read') THEN
        CREATE ROLE kwaliteitsmonitor_read LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS
            CONNECTION LIMIT 8;
    END IF;
END $$;

-- Defaults of a session, which a session can change: the rights below are what holds.
ALTER ROLE kwaliteitsmonitor_read SET default_transaction_read_only = on;
ALTER ROLE kwaliteitsmonitor_read SET statement_timeout = '15min';
ALTER ROLE kwaliteitsmonitor_read SET lock_timeout = '30s';
ALTER ROLE kwaliteitsmonitor_read SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE kwaliteitsmonitor_read SET search_path = '';

GRANT USAGE ON SCHEMA :schema TO kwaliteitsmonitor_read;
GRANT SELECT ON :tables TO kwaliteitsmonitor_read;
