-- SPDX-License-Identifier: GPL-3.0-or-later
-- The review of the audit trail: facets, what each actor was seen to do, legal holds, sealed stretches and their removal.
-- The trail is written in batches: rows first, then the head once, whose trigger derives from the whole stretch.
-- min_compatible: 2

CREATE TABLE audit_settings (
    -- How long the trail is kept; one row
    id INTEGER PRIMARY KEY CHECK (id = 1),  -- always 1
    retention_days INTEGER NOT NULL DEFAULT 2557 CHECK (retention_days >= 2190),  -- days that an event stays; seven years, never under six
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
INSERT INTO audit_settings (id) VALUES (1);

CREATE TABLE audit_facets (
    -- Audit rows per month (UTC) and value of a column; kept by a trigger
    facet TEXT NOT NULL CHECK (facet IN ('actor', 'entity_type', 'ip_address')),  -- the column
    bucket_start INTEGER NOT NULL,  -- begin of the month
    value TEXT NOT NULL,  -- its value
    events INTEGER NOT NULL DEFAULT 0,  -- number of rows
    PRIMARY KEY (facet, bucket_start, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_seen (
    -- What each actor was seen with; kept by a trigger. A first time stands out
    actor TEXT NOT NULL,  -- as in audit_logs
    kind TEXT NOT NULL CHECK (kind IN ('address', 'action', 'hour')),  -- what was seen
    value TEXT NOT NULL,  -- the address, the action, the hour of the day in UTC
    first_id INTEGER NOT NULL,  -- audit row of the first time
    first_at INTEGER NOT NULL,  -- its time
    last_at INTEGER NOT NULL,  -- time of the last
    events INTEGER NOT NULL,  -- how often
    PRIMARY KEY (actor, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_holds (
    -- Legal holds: what they cover is not removed, however old. Released, never deleted
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 255),  -- name in commands
    reason TEXT NOT NULL,  -- why
    from_at INTEGER,  -- covers events from here on; none = from the beginning
    to_at INTEGER CHECK (to_at >= from_at),  -- covers events before this; none = to the end
    entity_type TEXT CHECK (length(entity_type) <= 100),  -- covers this kind of thing, also under the name of its table; none = any
    entity_id TEXT CHECK (length(entity_id) <= 255),  -- covers this one; none = any
    actor TEXT,  -- covers what this actor did; none = anybody
    created_by TEXT NOT NULL,  -- who ordered it
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when
    released_by TEXT,  -- who released it
    released_at INTEGER CHECK ((released_at IS NULL) = (released_by IS NULL))  -- when; none = it holds
) STRICT;

CREATE TABLE audit_seals (
    -- Stretches of the trail that were exported; what stands under a seal may be removed when its time has come
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    first_id INTEGER NOT NULL,  -- first audit row
    last_id INTEGER NOT NULL CHECK (last_id >= first_id),  -- last audit row
    first_at INTEGER NOT NULL,  -- time of the first
    last_at INTEGER NOT NULL CHECK (last_at >= first_at),  -- time of the last
    previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),  -- hash that the first continues
    last_hash BLOB NOT NULL CHECK (length(last_hash) = 32),  -- hash of the last
    events INTEGER NOT NULL CHECK (events = last_id - first_id + 1),  -- number of rows
    file_name TEXT NOT NULL,  -- archive that holds them
    file_sha256 BLOB NOT NULL CHECK (length(file_sha256) = 32),  -- its checksum
    sealed_by TEXT NOT NULL,  -- who
    sealed_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when
    removed_at INTEGER  -- when the rows were removed; none = they are here
) STRICT;
CREATE UNIQUE INDEX idx_audit_seals_last_id ON audit_seals (last_id);

CREATE INDEX idx_audit_logs_actor_id ON audit_logs (actor, id);
CREATE INDEX idx_audit_logs_ip_address_id ON audit_logs (ip_address, id);

-- Writing -----------------------------------------------------------------------------------------------------------

-- A row continues the row before it, or the head; nothing may stand at its place or behind it.
DROP TRIGGER audit_logs_insert;
CREATE TRIGGER audit_logs_insert BEFORE INSERT ON audit_logs
WHEN EXISTS (SELECT 1 FROM audit_logs WHERE id >= NEW.id)
  OR NOT EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.id - 1 AND hash = NEW.previous_hash AND occurred_at <= NEW.occurred_at
                 UNION ALL
                 SELECT 1 FROM audit_head WHERE last_id = NEW.id - 1 AND last_hash = NEW.previous_hash
                 AND last_occurred_at <= NEW.occurred_at) BEGIN
    SELECT RAISE(ABORT, 'audit_logs is append-only: a new row continues the chain at audit_head');
END;

-- The console writes with row triggers off, which would cost more than the rows, and is held to the chain here.
DROP TRIGGER audit_head_update;
CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head
WHEN NEW.last_id <= OLD.last_id
  OR NEW.last_id IS NOT (SELECT max(id) FROM audit_logs)
  OR NEW.last_id - OLD.last_id <> (SELECT count(*) FROM audit_logs WHERE id > OLD.last_id)
  OR NOT EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.last_id AND hash = NEW.last_hash
                 AND occurred_at = NEW.last_occurred_at)
  OR EXISTS (SELECT 1 FROM audit_logs AS fresh LEFT JOIN audit_logs AS before ON before.id = fresh.id - 1 AND before.id > OLD.last_id
             WHERE fresh.id > OLD.last_id
             AND (fresh.previous_hash <> coalesce(before.hash, OLD.last_hash)
                  OR fresh.occurred_at < coalesce(before.occurred_at, OLD.last_occurred_at))) BEGIN
    SELECT RAISE(ABORT, 'audit_head moves only to the audit row that was just written');
END;

DROP TRIGGER audit_logs_derive;
CREATE TRIGGER audit_head_derive AFTER UPDATE ON audit_head BEGIN
    INSERT INTO audit_rollups (bucket_start, action, status, events)
    SELECT occurred_at - occurred_at % 3600000000, action, status, count(*)
    FROM audit_logs WHERE id > OLD.last_id AND id <= NEW.last_id GROUP BY 1, 2, 3
    ON CONFLICT (bucket_start, action, status) DO UPDATE SET events = events + excluded.events;
    INSERT INTO audit_names (entity_type, entity_id, entity_name)
    SELECT DISTINCT entity_type, coalesce(entity_id, ''), coalesce(entity_name, '')
    FROM audit_logs WHERE id > OLD.last_id AND id <= NEW.last_id
    ON CONFLICT (entity_type, entity_id, entity_name) DO NOTHING;
    INSERT INTO audit_facets (facet, bucket_start, value, events)
    SELECT 'actor', CAST(strftime('%s', occurred_at / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000000, actor, count(*)
    FROM audit_logs WHERE id > OLD.last_id AND id <= NEW.last_id GROUP BY 2, 3
    ON CONFLICT (facet, bucket_start, value) DO UPDATE SET events = events + excluded.events;
    INSERT INTO audit_facets (facet, bucket_start, value, events)
    SELECT 'entity_type', CAST(strftime('%s', occurred_at / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000000, entity_type, count(*)
    FROM audit_logs WHERE id > OLD.last_id AND id <= NEW.last_id GROUP BY 2, 3
    ON CONFLICT (facet, bucket_start, value) DO UPDATE SET events = events + excluded.events;
    INSERT INTO audit_facets (facet, bucket_start, value, events)
    SELECT 'ip_address', CAST(strftime('%s', occurred_at / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000000, ip_address, count(*)
    FROM audit_logs WHERE id > OLD.last_id AND id <= NEW.last_id AND ip_address IS NOT NULL GROUP BY 2, 3
    ON CONFLICT (facet, bucket_start, value) DO UPDATE SET events = events + excluded.events;
    INSERT INTO audit_seen (actor, kind, value, first_id, first_at, last_at, events)
    SELECT actor, 'address', ip_address, min(id), min(occurred_at), max(occurred_at), count(*)
    FROM audit_logs WHERE id > OLD.last_id AND id <= NEW.last_id AND ip_address IS NOT NULL GROUP BY 1, 3
    ON CONFLICT (actor, kind, value) DO UPDATE SET last_at = excluded.last_at, events = events + excluded.events;
    INSERT INTO audit_seen (actor, kind, value, first_id, first_at, last_at, events)
    SELECT actor, 'action', action, min(id), min(occurred_at), max(occurred_at), count(*)
    FROM audit_logs WHERE id > OLD.last_id AND id <= NEW.last_id GROUP BY 1, 3
    ON CONFLICT (actor, kind, value) DO UPDATE SET last_at = excluded.last_at, events = events + excluded.events;
    INSERT INTO audit_seen (actor, kind, value, first_id, first_at, last_at, events)
    SELECT actor, 'hour', CAST(occurred_at / 3600000000 % 24 AS TEXT), min(id), min(occurred_at), max(occurred_at), count(*)
    FROM audit_logs WHERE id > OLD.last_id AND id <= NEW.last_id AND action <> 'EXTERNAL' GROUP BY 1, 3
    ON CONFLICT (actor, kind, value) DO UPDATE SET last_at = excluded.last_at, events = events + excluded.events;
END;

-- What is there already.
INSERT INTO audit_facets (facet, bucket_start, value, events)
SELECT 'actor', CAST(strftime('%s', occurred_at / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000000, actor, count(*)
FROM audit_logs GROUP BY 2, 3;
INSERT INTO audit_facets (facet, bucket_start, value, events)
SELECT 'entity_type', CAST(strftime('%s', occurred_at / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000000, entity_type, count(*)
FROM audit_logs GROUP BY 2, 3;
INSERT INTO audit_facets (facet, bucket_start, value, events)
SELECT 'ip_address', CAST(strftime('%s', occurred_at / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000000, ip_address, count(*)
FROM audit_logs WHERE ip_address IS NOT NULL GROUP BY 2, 3;
INSERT INTO audit_seen (actor, kind, value, first_id, first_at, last_at, events)
SELECT actor, 'address', ip_address, min(id), min(occurred_at), max(occurred_at), count(*)
FROM audit_logs WHERE ip_address IS NOT NULL GROUP BY 1, 3;
INSERT INTO audit_seen (actor, kind, value, first_id, first_at, last_at, events)
SELECT actor, 'action', action, min(id), min(occurred_at), max(occurred_at), count(*) FROM audit_logs GROUP BY 1, 3;
INSERT INTO audit_seen (actor, kind, value, first_id, first_at, last_at, events)
SELECT actor, 'hour', CAST(occurred_at / 3600000000 % 24 AS TEXT), min(id), min(occurred_at), max(occurred_at), count(*)
FROM audit_logs WHERE action <> 'EXTERNAL' GROUP BY 1, 3;

-- Removing ----------------------------------------------------------------------------------------------------------
-- From the beginning only, under a seal, when its time has come, and not what a hold covers.

DROP TRIGGER audit_logs_delete;
CREATE TRIGGER audit_logs_delete BEFORE DELETE ON audit_logs
WHEN EXISTS (SELECT 1 FROM audit_logs WHERE id < OLD.id)
  OR NOT EXISTS (SELECT 1 FROM audit_seals WHERE OLD.id BETWEEN first_id AND last_id AND removed_at IS NULL
                 AND last_at < (SELECT CAST(round((julianday('now') - 2440587.5 - retention_days) * 86400) AS INTEGER) * 1000000
                                FROM audit_settings))
  OR EXISTS (SELECT 1 FROM audit_holds WHERE released_at IS NULL
             AND OLD.occurred_at >= coalesce(from_at, OLD.occurred_at) AND (to_at IS NULL OR OLD.occurred_at < to_at)
             AND (entity_type IS NULL OR OLD.entity_type IN (entity_type, entity_type || 's')) AND (entity_id IS NULL OR OLD.entity_id = entity_id)
             AND OLD.actor = coalesce(actor, OLD.actor)) BEGIN
    SELECT RAISE(ABORT, 'audit_logs is append-only: rows go from the beginning, under a seal, in their time and held by nobody');
END;

DROP TRIGGER operations_delete;
CREATE TRIGGER operations_delete BEFORE DELETE ON operations
WHEN NOT EXISTS (SELECT 1 FROM audit_seals WHERE removed_at IS NOT NULL AND OLD.audit_id <= last_id) BEGIN
    SELECT RAISE(ABORT, 'operations is append-only');
END;
DROP TRIGGER external_changes_delete;
CREATE TRIGGER external_changes_delete BEFORE DELETE ON external_changes
WHEN NOT EXISTS (SELECT 1 FROM audit_seals WHERE removed_at IS NOT NULL AND OLD.sealed_audit_id <= last_id) BEGIN
    SELECT RAISE(ABORT, 'external_changes is append-only');
END;

CREATE TRIGGER audit_seals_insert BEFORE INSERT ON audit_seals
WHEN EXISTS (SELECT 1 FROM audit_seals WHERE id = NEW.id OR last_id >= NEW.first_id)
  OR NEW.removed_at IS NOT NULL
  OR NEW.first_id <> coalesce((SELECT max(last_id) + 1 FROM audit_seals), (SELECT min(id) FROM audit_logs), 0)
  OR NOT EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.first_id AND previous_hash = NEW.previous_hash AND occurred_at = NEW.first_at)
  OR NOT EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.last_id AND hash = NEW.last_hash AND occurred_at = NEW.last_at) BEGIN
    SELECT RAISE(ABORT, 'a seal covers the stretch of the audit trail that follows the last seal');
END;
CREATE TRIGGER audit_seals_update BEFORE UPDATE ON audit_seals
WHEN OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL OR EXISTS (SELECT 1 FROM audit_logs WHERE id <= OLD.last_id)
  OR NEW.id IS NOT OLD.id OR NEW.first_id IS NOT OLD.first_id OR NEW.last_id IS NOT OLD.last_id OR NEW.first_at IS NOT OLD.first_at
  OR NEW.last_at IS NOT OLD.last_at OR NEW.previous_hash IS NOT OLD.previous_hash OR NEW.last_hash IS NOT OLD.last_hash
  OR NEW.events IS NOT OLD.events OR NEW.file_name IS NOT OLD.file_name OR NEW.file_sha256 IS NOT OLD.file_sha256
  OR NEW.sealed_by IS NOT OLD.sealed_by OR NEW.sealed_at IS NOT OLD.sealed_at BEGIN
    SELECT RAISE(ABORT, 'audit_seals is append-only: a seal only learns that its rows are gone');
END;
CREATE TRIGGER audit_seals_delete BEFORE DELETE ON audit_seals BEGIN
    SELECT RAISE(ABORT, 'audit_seals is append-only');
END;

CREATE TRIGGER audit_holds_insert BEFORE INSERT ON audit_holds
WHEN EXISTS (SELECT 1 FROM audit_holds WHERE id = NEW.id OR name = NEW.name) OR NEW.released_at IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'audit_holds is append-only: a hold of this name is there');
END;
CREATE TRIGGER audit_holds_update BEFORE UPDATE ON audit_holds
WHEN OLD.released_at IS NOT NULL OR NEW.released_at IS NULL
  OR NEW.id IS NOT OLD.id OR NEW.name IS NOT OLD.name OR NEW.reason IS NOT OLD.reason OR NEW.from_at IS NOT OLD.from_at
  OR NEW.to_at IS NOT OLD.to_at OR NEW.entity_type IS NOT OLD.entity_type OR NEW.entity_id IS NOT OLD.entity_id
  OR NEW.actor IS NOT OLD.actor OR NEW.created_by IS NOT OLD.created_by OR NEW.created_at IS NOT OLD.created_at BEGIN
    SELECT RAISE(ABORT, 'audit_holds is append-only: a hold is released once and changed in nothing else');
END;
CREATE TRIGGER audit_holds_delete BEFORE DELETE ON audit_holds BEGIN
    SELECT RAISE(ABORT, 'audit_holds is append-only');
END;

CREATE TRIGGER audit_settings_insert BEFORE INSERT ON audit_settings BEGIN
    SELECT RAISE(ABORT, 'audit_settings has exactly one row');
END;
CREATE TRIGGER audit_settings_delete BEFORE DELETE ON audit_settings BEGIN
    SELECT RAISE(ABORT, 'audit_settings has exactly one row');
END;
CREATE TRIGGER audit_settings_touch AFTER UPDATE OF
    id, retention_days, created_at
ON audit_settings BEGIN
    UPDATE audit_settings SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

-- Changes from outside ----------------------------------------------------------------------------------------------

CREATE TRIGGER audit_settings_external_update AFTER UPDATE OF
    id, retention_days, created_at
ON audit_settings WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('audit_settings', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'retention_days', OLD.retention_days, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version), json_object(
        'id', NEW.id, 'retention_days', NEW.retention_days, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER audit_holds_external_insert AFTER INSERT ON audit_holds
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('audit_holds', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'name', NEW.name, 'reason', NEW.reason, 'from_at', NEW.from_at, 'to_at', NEW.to_at,
        'entity_type', NEW.entity_type, 'entity_id', NEW.entity_id, 'actor', NEW.actor, 'created_by', NEW.created_by,
        'created_at', NEW.created_at, 'released_by', NEW.released_by, 'released_at', NEW.released_at));
END;
CREATE TRIGGER audit_holds_external_update AFTER UPDATE ON audit_holds
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('audit_holds', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'name', OLD.name, 'reason', OLD.reason, 'from_at', OLD.from_at, 'to_at', OLD.to_at,
        'entity_type', OLD.entity_type, 'entity_id', OLD.entity_id, 'actor', OLD.actor, 'created_by', OLD.created_by,
        'created_at', OLD.created_at, 'released_by', OLD.released_by, 'released_at', OLD.released_at), json_object(
        'id', NEW.id, 'name', NEW.name, 'reason', NEW.reason, 'from_at', NEW.from_at, 'to_at', NEW.to_at,
        'entity_type', NEW.entity_type, 'entity_id', NEW.entity_id, 'actor', NEW.actor, 'created_by', NEW.created_by,
        'created_at', NEW.created_at, 'released_by', NEW.released_by, 'released_at', NEW.released_at));
END;
