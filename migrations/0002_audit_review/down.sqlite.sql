-- SPDX-License-Identifier: GPL-3.0-or-later
-- The trail as it was written row by row; holds, seals and facets go. Rows that were removed under a seal stay removed.

DROP TRIGGER audit_head_derive;
DROP TRIGGER audit_head_update;
DROP TRIGGER audit_logs_insert;
DROP TRIGGER audit_logs_delete;
DROP TRIGGER operations_delete;
DROP TRIGGER external_changes_delete;
DROP INDEX idx_audit_logs_ip_address_id;
DROP INDEX idx_audit_logs_actor_id;
DROP TABLE audit_seals;
DROP TABLE audit_holds;
DROP TABLE audit_seen;
DROP TABLE audit_facets;
DROP TABLE audit_settings;

CREATE TRIGGER audit_logs_insert BEFORE INSERT ON audit_logs
WHEN NOT EXISTS (SELECT 1 FROM audit_head WHERE NEW.id = last_id + 1 AND NEW.previous_hash = last_hash
                 AND NEW.occurred_at >= last_occurred_at) BEGIN
    SELECT RAISE(ABORT, 'audit_logs is append-only: a new row continues the chain at audit_head');
END;
CREATE TRIGGER audit_logs_delete BEFORE DELETE ON audit_logs BEGIN
    SELECT RAISE(ABORT, 'audit_logs is append-only');
END;
CREATE TRIGGER audit_logs_derive AFTER INSERT ON audit_logs BEGIN
    INSERT INTO audit_rollups (bucket_start, action, status, events)
    VALUES (NEW.occurred_at - NEW.occurred_at % 3600000000, NEW.action, NEW.status, 1)
    ON CONFLICT (bucket_start, action, status) DO UPDATE SET events = events + 1;
    INSERT INTO audit_names (entity_type, entity_id, entity_name)
    SELECT NEW.entity_type, coalesce(NEW.entity_id, ''), coalesce(NEW.entity_name, '')
    WHERE NOT EXISTS (SELECT 1 FROM audit_names WHERE entity_type = NEW.entity_type
                      AND entity_id = coalesce(NEW.entity_id, '') AND entity_name = coalesce(NEW.entity_name, ''));
END;
CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head
WHEN NEW.last_id IS NOT OLD.last_id + 1
  OR NOT EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.last_id AND hash = NEW.last_hash
                 AND occurred_at = NEW.last_occurred_at) BEGIN
    SELECT RAISE(ABORT, 'audit_head moves only to the audit row that was just written');
END;
CREATE TRIGGER operations_delete BEFORE DELETE ON operations BEGIN
    SELECT RAISE(ABORT, 'operations is append-only');
END;
CREATE TRIGGER external_changes_delete BEFORE DELETE ON external_changes BEGIN
    SELECT RAISE(ABORT, 'external_changes is append-only');
END;
