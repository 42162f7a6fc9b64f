-- SPDX-License-Identifier: GPL-3.0-or-later
-- The trail as it was written row by row; holds, seals and facets go. Rows that were removed under a seal stay removed.

DROP TRIGGER audit_head_derive ON audit_head;
DROP TRIGGER audit_logs_insert ON audit_logs;
DROP TRIGGER audit_logs_change ON audit_logs;
DROP TRIGGER operations_change ON operations;
DROP TRIGGER external_changes_delete ON external_changes;
DO $$
DECLARE
    part text;
BEGIN
    FOR part IN SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'audit_logs'::regclass LOOP
        EXECUTE format('DROP TRIGGER audit_logs_direct ON %I', part);
    END LOOP;
END $$;
DROP INDEX idx_audit_logs_ip_address_id;
DROP INDEX idx_audit_logs_actor_id;
DROP FUNCTION remove_sealed_audit(bigint);
DROP TABLE audit_seals;
DROP TABLE audit_holds;
DROP TABLE audit_seen;
DROP TABLE audit_facets;
DROP TABLE audit_settings;
DROP FUNCTION guard_audit_hold();
DROP FUNCTION guard_audit_seal();
DROP FUNCTION guard_removal();

CREATE OR REPLACE FUNCTION guard_audit_log() RETURNS trigger LANGUAGE plpgsql SET search_path = headgate, pg_temp AS $$
BEGIN
    PERFORM FROM audit_head
    WHERE NEW.id = last_id + 1 AND NEW.previous_hash = last_hash AND NEW.occurred_at >= last_occurred_at
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'audit_logs is append-only: a new row continues the chain at audit_head'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION guard_audit_head() RETURNS trigger LANGUAGE plpgsql SET search_path = headgate, pg_temp AS $$
BEGIN
    PERFORM FROM audit_logs
    WHERE NEW.last_id = OLD.last_id + 1 AND id = NEW.last_id
      AND occurred_at = NEW.last_occurred_at AND hash = NEW.last_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'audit_head moves only to the audit row that was just written'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION derive_from_audit_log() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = headgate, pg_temp AS $$
BEGIN
    INSERT INTO audit_rollups (bucket_start, action, status, events)
    VALUES (date_trunc('hour', NEW.occurred_at, 'UTC'), NEW.action, NEW.status, 1)
    ON CONFLICT (bucket_start, action, status) DO UPDATE SET events = audit_rollups.events + 1;
    INSERT INTO audit_names (entity_type, entity_id, entity_name)
    SELECT NEW.entity_type, coalesce(NEW.entity_id, ''), coalesce(NEW.entity_name, '')
    WHERE NOT EXISTS (SELECT FROM audit_names WHERE entity_type = NEW.entity_type
                      AND entity_id = coalesce(NEW.entity_id, '') AND entity_name = coalesce(NEW.entity_name, ''))
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION ensure_partitions(from_month date, to_month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = headgate, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    maintenance text := coalesce(current_setting('headgate.maintenance', true), '');
    made integer := 0;
    parent text;
    time_column text;
    part text;
    month timestamptz;
    occupied boolean;
BEGIN
    IF to_month < from_month OR to_month > from_month + interval '50 years' THEN
        RAISE EXCEPTION 'not a range of months: % to %', from_month, to_month
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('headgate.ensure_partitions'));
    PERFORM set_config('headgate.maintenance', 'partitions', true);
    FOR parent, time_column IN
        VALUES ('audit_logs', 'occurred_at'), ('pipeline_metrics', 'recorded_at'), ('query_history', 'created_at')
    LOOP
        FOR month IN SELECT generate_series(date_trunc('month', from_month::timestamptz),
                                            date_trunc('month', to_month::timestamptz), interval '1 month')
        LOOP
            part := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
            CONTINUE WHEN to_regclass(format('headgate.%I', part)) IS NOT NULL;
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I >= $1 AND %2$I < $2)', parent || '_default', time_column)
                INTO occupied USING month, month + interval '1 month';
            IF occupied THEN
                RAISE WARNING 'the default partition of % already holds rows of %', parent, to_char(month, 'YYYY-MM');
                CONTINUE;
            END IF;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                           part, parent, month, month + interval '1 month');
            IF parent = 'audit_logs' THEN
                EXECUTE format('CREATE TRIGGER audit_logs_truncate BEFORE TRUNCATE ON %I'
                               ' EXECUTE FUNCTION refuse_change()', part);
                EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER audit_logs_truncate', part);
            END IF;
            made := made + 1;
        END LOOP;
    END LOOP;
    PERFORM set_config('headgate.maintenance', maintenance, true);
    RETURN made;
END $$;
COMMENT ON FUNCTION guard_audit_log() IS 'A new audit row must continue the chain';
COMMENT ON FUNCTION guard_audit_head() IS 'The head follows the chain row by row';
COMMENT ON FUNCTION derive_from_audit_log() IS 'Keeps audit_rollups and audit_names';
CREATE TRIGGER audit_logs_insert BEFORE INSERT ON audit_logs FOR EACH ROW EXECUTE FUNCTION guard_audit_log();
ALTER TABLE audit_logs ENABLE ALWAYS TRIGGER audit_logs_insert;
CREATE TRIGGER audit_logs_change BEFORE UPDATE OR DELETE ON audit_logs
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_logs ENABLE ALWAYS TRIGGER audit_logs_change;
CREATE TRIGGER audit_logs_derive AFTER INSERT ON audit_logs FOR EACH ROW EXECUTE FUNCTION derive_from_audit_log();
ALTER TABLE audit_logs ENABLE ALWAYS TRIGGER audit_logs_derive;
CREATE TRIGGER operations_change BEFORE UPDATE OR DELETE ON operations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE operations ENABLE ALWAYS TRIGGER operations_change;
CREATE TRIGGER external_changes_delete BEFORE DELETE ON external_changes
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE external_changes ENABLE ALWAYS TRIGGER external_changes_delete;
