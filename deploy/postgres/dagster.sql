-- The roles of the database in which Dagster remembers runs, events and schedules: each may do what it needs and no more.
--
--   dagster_owner    owns the tables: to set up and to migrate (`dagster instance migrate`), never for a service
--   dagster_run      daemon, webserver, code servers and runs: reads and writes rows, makes and drops nothing
--   dagster_read     a look at runs and events by other programs: reads
--
-- Run in the database itself, as its administrator, once and after each upgrade; running it again changes nothing:
--
--   createdb dagster && psql --dbname=dagster --set=ON_ERROR_STOP=1 --file=dagster.sql
--   psql --dbname=dagster --command='\password dagster_owner'      and so for the others: no password stands in a file
--   KWALITEITSMONITOR_DAGSTER_URL=postgresql+psycopg2://dagster_owner@host/dagster dagster instance migrate
--
-- and the services with dagster_run in that address. In pg_hba.conf let these roles into this database alone, by
-- scram-sha-256, over hostssl.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['dagster_owner', 'dagster_run', 'dagster_read'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name);
        END IF;
    END LOOP;
    -- Nobody but these: what every role may do by birth is taken back.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO dagster_owner, dagster_run, dagster_read', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO dagster_owner', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO dagster_run, dagster_read;
GRANT USAGE, CREATE ON SCHEMA public TO dagster_owner;

-- What is there already, and what its owner makes from now on.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO dagster_run;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO dagster_run;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO dagster_read;
ALTER DEFAULT PRIVILEGES FOR ROLE dagster_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dagster_run;
ALTER DEFAULT PRIVILEGES FOR ROLE dagster_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO dagster_run;
ALTER DEFAULT PRIVILEGES FOR ROLE dagster_owner IN SCHEMA public GRANT SELECT ON TABLES TO dagster_read;

ALTER ROLE dagster_run SET idle_in_transaction_session_timeout = '10min';
ALTER ROLE dagster_read SET default_transaction_read_only = on;
ALTER ROLE dagster_read SET statement_timeout = '60s';
