-- SPDX-License-Identifier: GPL-3.0-or-later
-- The whole first schema for SQLite 3.40 or newer. The engine runs this step in one transaction; by hand it wants
-- BEGIN IMMEDIATE before and COMMIT after.
--
-- A moment is an INTEGER, microseconds since 1970-01-01 00:00 UTC; a json a TEXT; tags a JSON array of strings.
-- A shipped step is never edited: what changes the schema is a new step.

PRAGMA application_id = 0x48474154;

CREATE TABLE session_operation (
    -- The operation id of the open transaction: filled after BEGIN, emptied before COMMIT
    op_id TEXT NOT NULL
) STRICT;

-- The workspace itself --------------------------------------------------------------------------------------------

CREATE TABLE schema_version (
    -- Applied steps of the schema, one row each
    version INTEGER NOT NULL PRIMARY KEY,  -- number of the step
    name TEXT NOT NULL,  -- name of the step
    checksum TEXT NOT NULL,  -- sha256: and the SHA-256 of the step's text, line endings normalised
    min_compatible INTEGER NOT NULL,  -- the oldest console step that may still work on this schema
    applied_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when the step was applied
    applied_by TEXT NOT NULL DEFAULT '',  -- database user, and operating-system user where known
    execution_ms INTEGER NOT NULL DEFAULT 0,  -- how long the step took
    state TEXT NOT NULL DEFAULT 'applied' CHECK (state IN ('applied', 'stamped', 'dirty'))  -- dirty: a step was left half done
) STRICT;

CREATE TABLE schema_history (
    -- Every act on the schema; append-only
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of the acts
    version INTEGER NOT NULL,  -- number of the step
    name TEXT NOT NULL,  -- name of the step
    action TEXT NOT NULL CHECK (action IN ('apply', 'revert', 'stamp', 'fail', 'repair', 'adopt')),  -- what was done
    checksum TEXT NOT NULL DEFAULT '',  -- checksum of the text that ran
    occurred_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was done
    applied_by TEXT NOT NULL DEFAULT '',  -- who did it
    application TEXT NOT NULL DEFAULT '',  -- program and version that did it
    execution_ms INTEGER NOT NULL DEFAULT 0,  -- how long it took
    detail TEXT  -- error or explanation
) STRICT;
CREATE INDEX idx_schema_history_version ON schema_history (version);

CREATE TABLE schema_journal (
    -- One row per statement of a step that cannot run in a transaction
    version INTEGER NOT NULL,  -- number of the step
    statement INTEGER NOT NULL,  -- position of the statement in the step, from 1
    checksum TEXT NOT NULL,  -- SHA-256 of the statement
    state TEXT NOT NULL CHECK (state IN ('started', 'done')),  -- done: the statement has finished
    started_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when the statement was sent
    finished_at INTEGER,  -- when it finished
    PRIMARY KEY (version, statement)
) STRICT;

CREATE TABLE workspace (
    -- The workspace itself; one row
    id INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (id = 1),  -- always 1
    uuid TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36 AND uuid = lower(uuid)),  -- identity of the workspace, kept by copies and backups
    name TEXT NOT NULL CHECK (length(name) <= 255),  -- name shown in the window
    environment TEXT NOT NULL DEFAULT 'development' CHECK (environment IN ('development', 'test', 'staging', 'production')),  -- decides colour and questions asked
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;

CREATE TABLE users (
    -- People known to the workspace; deactivated, never deleted
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    username TEXT NOT NULL UNIQUE CHECK (length(username) <= 255) CHECK (username <> ''),  -- name used to sign in
    email TEXT UNIQUE CHECK (length(email) <= 320),  -- address
    password_hash TEXT CHECK (length(password_hash) <= 512),  -- Argon2id, encoded with its parameters
    full_name TEXT CHECK (length(full_name) <= 255),  -- name for people
    role TEXT NOT NULL DEFAULT 'viewer' CHECK (role IN ('viewer', 'operator', 'admin')),  -- what this user may do
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),  -- false: may not sign in
    is_admin INTEGER GENERATED ALWAYS AS (role = 'admin') VIRTUAL,  -- role is admin
    api_key_hash TEXT UNIQUE CHECK (length(api_key_hash) <= 512),  -- hash of the API key; the key is shown once
    last_login_at INTEGER,  -- last successful sign-in
    failed_logins INTEGER NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),  -- failed sign-ins since the last success
    locked_until INTEGER,  -- refused until then
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),  -- anything else
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_users_is_active ON users (is_active);
CREATE INDEX idx_users_created_at ON users (created_at);

CREATE TABLE key_slots (
    -- How one user or agent opens the data key that seals the secrets
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    user_id INTEGER,  -- user; null for an agent
    holder TEXT NOT NULL CHECK (length(holder) <= 255),  -- operating-system user or agent that this slot is for
    kind TEXT NOT NULL CHECK (kind IN ('keychain', 'passphrase', 'key_file')),  -- what opens the slot
    parameters TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(parameters)),  -- Argon2id parameters and salt, keychain entry, path of the key file
    wrapped_key BLOB,  -- the data key, sealed; null when the keychain holds it
    key_check BLOB NOT NULL,  -- tells a wrong key from a damaged slot
    last_used_at INTEGER,  -- when it last opened the data key
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_key_slots_user_id ON key_slots (user_id);
CREATE INDEX idx_key_slots_holder_kind ON key_slots (holder, kind);

CREATE TABLE saved_filters (
    -- Named filters of the lists
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    user_id INTEGER,  -- owner; null: everybody
    page TEXT NOT NULL CHECK (length(page) <= 100),  -- the list it belongs to
    name TEXT NOT NULL CHECK (length(name) <= 255),  -- name in the menu
    filter TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(filter) AND json_type(filter) = 'object'),  -- the filter
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE UNIQUE INDEX idx_saved_filters_user_id_page_name ON saved_filters (coalesce(user_id, 0), page, name);

CREATE TABLE jobs (
    -- Long work that one process at a time may do
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    kind TEXT NOT NULL CHECK (length(kind) <= 100),  -- what is done
    subject TEXT NOT NULL DEFAULT '' CHECK (length(subject) <= 255),  -- to what
    holder TEXT CHECK (length(holder) <= 255),  -- process that holds the lease
    heartbeat_at INTEGER,  -- last sign of life of the holder
    fencing_token INTEGER NOT NULL DEFAULT 0,  -- grows with every lease; work checks it in the transaction that it writes
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),  -- where it stands
    progress REAL NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),  -- 0 to 1
    checkpoint TEXT CHECK (checkpoint IS NULL OR json_valid(checkpoint)),  -- where to go on
    error_message TEXT,  -- why it failed
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_jobs_kind_subject ON jobs (kind, subject);
CREATE INDEX idx_jobs_state ON jobs (state);

-- Data movement ---------------------------------------------------------------------------------------------------

CREATE TABLE connections (
    -- Databases and services that the console knows
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    name TEXT NOT NULL UNIQUE CHECK (length(name) <= 255) CHECK (name <> ''),  -- what people call it
    connection_type TEXT NOT NULL CHECK (connection_type IN ('source', 'target', 'both')),  -- the roles it may play in a pipeline
    database_type TEXT NOT NULL CHECK (database_type IN ('postgresql', 'mysql', 'sqlserver', 'sqlite', 'kafka_connect')),  -- what answers there
    host TEXT CHECK (length(host) <= 255),  -- host name or address; null for a file
    port INTEGER CHECK (port BETWEEN 1 AND 65535),  -- null: the type's default
    database_name TEXT NOT NULL DEFAULT '',  -- database, or the file of SQLite
    username TEXT,  -- login
    secret BLOB,  -- sealed password
    config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config) AND json_type(config) = 'object'),  -- sslmode, sslrootcert, sslcert, sslkey, connect_timeout, options, driver …
    environment TEXT NOT NULL DEFAULT 'development' CHECK (environment IN ('development', 'test', 'staging', 'production')),  -- decides colour and questions asked
    is_read_only INTEGER NOT NULL DEFAULT 0 CHECK (is_read_only IN (0, 1)),  -- the console writes nothing there
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),  -- false: kept, not used
    description TEXT,  -- notes
    tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags) AND json_type(tags) = 'array'),  -- labels
    owner_user_id INTEGER,  -- who looks after it
    last_test_status TEXT CHECK (last_test_status IN ('success', 'warning', 'failure', 'cancelled')),  -- copy from the newest test
    last_tested_at INTEGER,  -- copy from the newest test
    last_response_ms REAL,  -- copy from the newest test, milliseconds
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_connections_connection_type_is_active ON connections (connection_type, is_active);
CREATE INDEX idx_connections_tags ON connections (tags);

CREATE TABLE connection_tests (
    -- History of staged tests
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    connection_id INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,  -- the connection tested
    status TEXT NOT NULL CHECK (status IN ('success', 'warning', 'failure', 'cancelled')),  -- overall verdict
    response_time_ms REAL NOT NULL,  -- the whole test, milliseconds
    tested_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when the test began
    tested_by_user_id INTEGER,  -- who asked for it
    server_version TEXT,  -- as the server says it
    server_identity TEXT CHECK (server_identity IS NULL OR json_valid(server_identity)),  -- address, port, database, system identifier, in recovery
    stages TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(stages)),  -- in order: stage, status, ms, message, hint, fix_sql, fix_kind
    error_code TEXT,  -- SQLSTATE or error number of the failed stage
    error_message TEXT  -- the server's own words
) STRICT;
CREATE INDEX idx_connection_tests_connection_id_tested_at ON connection_tests (connection_id, tested_at DESC);
CREATE INDEX idx_connection_tests_tested_at ON connection_tests (tested_at);

CREATE TABLE pipelines (
    -- What is moved from where to where
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    name TEXT NOT NULL UNIQUE CHECK (length(name) <= 255) CHECK (name <> ''),  -- what people call it
    description TEXT,  -- notes
    pipeline_type TEXT NOT NULL CHECK (pipeline_type IN ('cdc', 'ETL', 'ELT', 'streaming', 'batch')),  -- kind of movement
    source_connection_id INTEGER REFERENCES connections (id) ON DELETE RESTRICT,  -- where rows come from
    target_connection_id INTEGER REFERENCES connections (id) ON DELETE RESTRICT,  -- where rows go
    tables TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tables)),  -- schema, table, target schema, target table, columns
    mode TEXT NOT NULL CHECK (mode IN ('full_load_only', 'cdc_only', 'full_load_and_cdc')),  -- what is copied
    status TEXT NOT NULL DEFAULT 'STOPPED' CHECK (status IN ('STOPPED', 'STARTING', 'RUNNING', 'STOPPING', 'ERROR')),  -- state of the whole
    full_load_status TEXT NOT NULL DEFAULT 'NOT_STARTED' CHECK (full_load_status IN ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'FAILED')),  -- state of the full load
    cdc_status TEXT NOT NULL DEFAULT 'NOT_STARTED' CHECK (cdc_status IN ('NOT_STARTED', 'STARTING', 'RUNNING', 'STOPPED', 'ERROR')),  -- state of change capture
    lifecycle TEXT NOT NULL DEFAULT 'draft' CHECK (lifecycle IN ('draft', 'active', 'paused', 'failed')),  -- where it stands in its life
    engine TEXT NOT NULL DEFAULT 'builtin' CHECK (engine IN ('builtin', 'postgresql_logical', 'kafka_connect')),  -- what does the work
    source_config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(source_config) AND json_type(source_config) = 'object'),  -- engine settings of the source
    destination_config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(destination_config) AND json_type(destination_config) = 'object'),  -- engine settings of the target
    transformation_config TEXT CHECK (transformation_config IS NULL OR json_valid(transformation_config)),  -- changes made on the way
    secret BLOB,  -- sealed engine secrets
    schedule_cron TEXT CHECK (length(schedule_cron) <= 255),  -- when it starts by itself
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),  -- false: kept, not run
    owner_user_id INTEGER,  -- who looks after it
    tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags) AND json_type(tags) = 'array'),  -- labels
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),  -- anything else
    last_run_at INTEGER,  -- copy from the newest run
    last_run_status TEXT CHECK (last_run_status IN ('success', 'failure', 'cancelled')),  -- copy from the newest run
    last_run_duration_ms INTEGER,  -- copy from the newest run
    last_run_rows_processed INTEGER,  -- copy from the newest run
    last_run_error TEXT,  -- copy from the newest run
    total_runs INTEGER NOT NULL DEFAULT 0,  -- runs so far
    successful_runs INTEGER NOT NULL DEFAULT 0,  -- runs that succeeded
    failed_runs INTEGER NOT NULL DEFAULT 0,  -- runs that failed
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_pipelines_status ON pipelines (status);
CREATE INDEX idx_pipelines_cdc_status ON pipelines (cdc_status);
CREATE INDEX idx_pipelines_pipeline_type ON pipelines (pipeline_type);
CREATE INDEX idx_pipelines_is_active ON pipelines (is_active);
CREATE INDEX idx_pipelines_owner_user_id ON pipelines (owner_user_id);
CREATE INDEX idx_pipelines_last_run_at ON pipelines (last_run_at);
CREATE INDEX idx_pipelines_source_connection_id ON pipelines (source_connection_id);
CREATE INDEX idx_pipelines_target_connection_id ON pipelines (target_connection_id);
CREATE INDEX idx_pipelines_tags ON pipelines (tags);

CREATE TABLE pipeline_runs (
    -- Runs of the pipelines
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,  -- the pipeline
    run_type TEXT NOT NULL CHECK (run_type IN ('full_load', 'cdc', 'validation')),  -- what ran
    status TEXT NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),  -- where it stands
    started_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- begin
    completed_at INTEGER,  -- end
    duration_ms INTEGER,  -- how long it took
    rows_read INTEGER NOT NULL DEFAULT 0,  -- rows read
    rows_written INTEGER NOT NULL DEFAULT 0,  -- rows written
    rows_failed INTEGER NOT NULL DEFAULT 0,  -- rows that could not be written
    bytes_written INTEGER NOT NULL DEFAULT 0,  -- bytes written
    error_count INTEGER NOT NULL DEFAULT 0,  -- errors met
    error_message TEXT,  -- the first or deciding error
    triggered_by TEXT NOT NULL DEFAULT '',  -- user, schedule or agent that started it
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),  -- anything else
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_pipeline_runs_pipeline_id_started_at ON pipeline_runs (pipeline_id, started_at DESC);
CREATE INDEX idx_pipeline_runs_status ON pipeline_runs (status);

CREATE TABLE pipeline_metrics (
    -- Samples of every running pipeline
    pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,  -- the pipeline
    recorded_at INTEGER NOT NULL,  -- when it was measured
    throughput_rows_per_second REAL,  -- rows per second
    throughput_bytes_per_second REAL,  -- bytes per second
    lag_ms REAL,  -- delay of the target, milliseconds
    lag_bytes INTEGER,  -- delay of the target, bytes of log
    error_count INTEGER NOT NULL DEFAULT 0,  -- errors since the start of the run
    connector_status TEXT,  -- as the engine says it
    source_offset TEXT CHECK (source_offset IS NULL OR json_valid(source_offset)),  -- written only when it changes
    target_offset TEXT CHECK (target_offset IS NULL OR json_valid(target_offset)),  -- written only when it changes
    PRIMARY KEY (pipeline_id, recorded_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE pipeline_metrics_minute (
    -- Samples per minute, kept by the writer
    pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,  -- the pipeline
    measure TEXT NOT NULL CHECK (measure IN ('throughput_rows_per_second', 'throughput_bytes_per_second', 'lag_ms', 'lag_bytes', 'error_count')),  -- what was measured
    bucket_start INTEGER NOT NULL,  -- begin of the minute
    min_value REAL NOT NULL,  -- smallest sample
    min_at INTEGER NOT NULL,  -- its time
    max_value REAL NOT NULL,  -- largest sample
    max_at INTEGER NOT NULL,  -- its time
    first_value REAL NOT NULL,  -- first sample
    first_at INTEGER NOT NULL,  -- its time
    last_value REAL NOT NULL,  -- last sample
    last_at INTEGER NOT NULL,  -- its time
    sum_value REAL NOT NULL,  -- sum of the samples
    sample_count INTEGER NOT NULL,  -- number of samples
    PRIMARY KEY (pipeline_id, measure, bucket_start)
) STRICT, WITHOUT ROWID;

CREATE TABLE pipeline_metrics_ten_minutes (
    -- Samples per ten minutes, kept by the writer
    pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,  -- the pipeline
    measure TEXT NOT NULL CHECK (measure IN ('throughput_rows_per_second', 'throughput_bytes_per_second', 'lag_ms', 'lag_bytes', 'error_count')),  -- what was measured
    bucket_start INTEGER NOT NULL,  -- begin of the ten minutes
    min_value REAL NOT NULL,  -- smallest sample
    min_at INTEGER NOT NULL,  -- its time
    max_value REAL NOT NULL,  -- largest sample
    max_at INTEGER NOT NULL,  -- its time
    first_value REAL NOT NULL,  -- first sample
    first_at INTEGER NOT NULL,  -- its time
    last_value REAL NOT NULL,  -- last sample
    last_at INTEGER NOT NULL,  -- its time
    sum_value REAL NOT NULL,  -- sum of the samples
    sample_count INTEGER NOT NULL,  -- number of samples
    PRIMARY KEY (pipeline_id, measure, bucket_start)
) STRICT, WITHOUT ROWID;

CREATE TABLE pipeline_metrics_hour (
    -- Samples per hour, kept by the writer
    pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,  -- the pipeline
    measure TEXT NOT NULL CHECK (measure IN ('throughput_rows_per_second', 'throughput_bytes_per_second', 'lag_ms', 'lag_bytes', 'error_count')),  -- what was measured
    bucket_start INTEGER NOT NULL,  -- begin of the hour
    min_value REAL NOT NULL,  -- smallest sample
    min_at INTEGER NOT NULL,  -- its time
    max_value REAL NOT NULL,  -- largest sample
    max_at INTEGER NOT NULL,  -- its time
    first_value REAL NOT NULL,  -- first sample
    first_at INTEGER NOT NULL,  -- its time
    last_value REAL NOT NULL,  -- last sample
    last_at INTEGER NOT NULL,  -- its time
    sum_value REAL NOT NULL,  -- sum of the samples
    sample_count INTEGER NOT NULL,  -- number of samples
    PRIMARY KEY (pipeline_id, measure, bucket_start)
) STRICT, WITHOUT ROWID;

CREATE TABLE pipeline_metrics_day (
    -- Samples per day, kept by the writer
    pipeline_id INTEGER NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,  -- the pipeline
    measure TEXT NOT NULL CHECK (measure IN ('throughput_rows_per_second', 'throughput_bytes_per_second', 'lag_ms', 'lag_bytes', 'error_count')),  -- what was measured
    bucket_start INTEGER NOT NULL,  -- begin of the day
    min_value REAL NOT NULL,  -- smallest sample
    min_at INTEGER NOT NULL,  -- its time
    max_value REAL NOT NULL,  -- largest sample
    max_at INTEGER NOT NULL,  -- its time
    first_value REAL NOT NULL,  -- first sample
    first_at INTEGER NOT NULL,  -- its time
    last_value REAL NOT NULL,  -- last sample
    last_at INTEGER NOT NULL,  -- its time
    sum_value REAL NOT NULL,  -- sum of the samples
    sample_count INTEGER NOT NULL,  -- number of samples
    PRIMARY KEY (pipeline_id, measure, bucket_start)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_rules (
    -- When somebody is to be told
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    name TEXT NOT NULL UNIQUE CHECK (length(name) <= 255) CHECK (name <> ''),  -- what people call it
    pipeline_id INTEGER REFERENCES pipelines (id) ON DELETE CASCADE,  -- null: every pipeline
    metric TEXT NOT NULL CHECK (length(metric) <= 100),  -- what is compared
    condition TEXT NOT NULL CHECK (condition IN ('gt', 'gte', 'lt', 'lte', 'eq', 'ne', 'no_data')),  -- how it is compared
    threshold REAL NOT NULL DEFAULT 0,  -- with what
    for_seconds INTEGER NOT NULL DEFAULT 0 CHECK (for_seconds >= 0),  -- must hold this long before it fires
    keep_firing_seconds INTEGER NOT NULL DEFAULT 0 CHECK (keep_firing_seconds >= 0),  -- goes on firing this long after
    severity TEXT NOT NULL DEFAULT 'warning' CHECK (severity IN ('info', 'warning', 'critical')),  -- how bad
    channels TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(channels)),  -- where it is told; a command is named, never spelled out
    secret BLOB,  -- sealed channel secrets
    is_enabled INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),  -- false: not evaluated
    snoozed_until INTEGER,  -- silent until then
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_alert_rules_pipeline_id ON alert_rules (pipeline_id);

CREATE TABLE alert_history (
    -- What fired, and what was done about it
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    rule_id INTEGER NOT NULL REFERENCES alert_rules (id) ON DELETE CASCADE,  -- the rule
    pipeline_id INTEGER REFERENCES pipelines (id) ON DELETE CASCADE,  -- the pipeline
    status TEXT NOT NULL CHECK (status IN ('pending', 'firing', 'acknowledged', 'snoozed', 'no_data', 'resolved')),  -- where it stands
    value REAL NOT NULL DEFAULT 0,  -- the value that fired it
    triggered_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it began
    acknowledged_at INTEGER,  -- when somebody took it
    acknowledged_by_user_id INTEGER,  -- who took it
    note TEXT,  -- what they wrote
    snoozed_until INTEGER,  -- silent until then
    resolved_at INTEGER,  -- when it ended
    message TEXT NOT NULL DEFAULT '',  -- text that was sent
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_alert_history_status_triggered_at ON alert_history (status, triggered_at DESC);
CREATE INDEX idx_alert_history_rule_id ON alert_history (rule_id);
CREATE INDEX idx_alert_history_pipeline_id ON alert_history (pipeline_id);

-- Audit -----------------------------------------------------------------------------------------------------------

CREATE TABLE audit_head (
    -- The end of the chain; one row, locked last in a transaction
    last_id INTEGER NOT NULL,  -- id of the newest audit row
    last_hash BLOB NOT NULL CHECK (length(last_hash) = 32),  -- its hash
    last_occurred_at INTEGER NOT NULL  -- its time; times never go back
) STRICT;

CREATE TABLE audit_logs (
    -- The audit trail: a gap-free chain of hashed rows; append-only
    id INTEGER PRIMARY KEY,  -- gap-free, taken under the lock on audit_head
    occurred_at INTEGER NOT NULL,  -- taken under the same lock
    user_id INTEGER,  -- by value: users may change later
    actor TEXT NOT NULL,  -- name as it was
    action TEXT NOT NULL CHECK (length(action) <= 100),  -- CREATE, READ, UPDATE, DELETE, TEST, EXTERNAL …
    entity_type TEXT NOT NULL CHECK (length(entity_type) <= 100),  -- kind of thing
    entity_id TEXT CHECK (length(entity_id) <= 255),  -- which one
    entity_name TEXT CHECK (length(entity_name) <= 255),  -- its name as it was
    status TEXT NOT NULL CHECK (status IN ('success', 'failure')),  -- did it work
    ip_address TEXT CHECK (length(ip_address) <= 45),  -- where the actor sat
    user_agent TEXT,  -- program and version
    old_values TEXT CHECK (old_values IS NULL OR json_valid(old_values)),  -- copy for searching; the payload counts
    new_values TEXT CHECK (new_values IS NULL OR json_valid(new_values)),  -- copy for searching; the payload counts
    error_message TEXT,  -- why it failed
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),  -- anything else
    op_id TEXT NOT NULL CHECK (length(op_id) = 36 AND op_id = lower(op_id)),  -- the operation that wrote it
    payload BLOB NOT NULL,  -- the canonical text that is hashed
    previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),  -- hash of the row before
    hash BLOB NOT NULL CHECK (length(hash) = 32)  -- SHA-256 over domain tag, previous_hash and payload
) STRICT;
CREATE INDEX idx_audit_logs_occurred_at ON audit_logs (occurred_at);
CREATE INDEX idx_audit_user_timestamp ON audit_logs (user_id, occurred_at);
CREATE INDEX idx_audit_logs_user_id_action ON audit_logs (user_id, action);
CREATE INDEX idx_audit_logs_entity_type_entity_id_occurred_at ON audit_logs (entity_type, entity_id, occurred_at);
CREATE INDEX idx_audit_logs_action ON audit_logs (action);
CREATE INDEX idx_audit_logs_status ON audit_logs (status);

CREATE TABLE operations (
    -- One row per committed operation: did my commit arrive? Append-only
    op_id TEXT NOT NULL PRIMARY KEY CHECK (length(op_id) = 36 AND op_id = lower(op_id)),  -- the operation
    audit_id INTEGER NOT NULL,  -- its audit row
    occurred_at INTEGER NOT NULL  -- time of that row
) STRICT;

CREATE TABLE external_changes (
    -- Changes of the managed tables that carried no operation id
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of the changes
    changed_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when
    table_name TEXT NOT NULL,  -- where
    row_id TEXT NOT NULL,  -- key of the row
    operation TEXT NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE')),  -- what was done
    old_values TEXT CHECK (old_values IS NULL OR json_valid(old_values)),  -- the row before; secrets as none or set
    new_values TEXT CHECK (new_values IS NULL OR json_valid(new_values)),  -- the row after; secrets as none, set or changed
    db_user TEXT,  -- login that did it
    application TEXT,  -- program that did it, as it calls itself
    sealed_audit_id INTEGER  -- the audit row that sealed it into the chain
) STRICT;
CREATE INDEX idx_external_changes_sealed_audit_id ON external_changes (sealed_audit_id);

CREATE TABLE audit_names (
    -- Dictionary of the things the trail speaks of; kept by a trigger
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    entity_type TEXT NOT NULL CHECK (length(entity_type) <= 100),  -- kind of thing
    entity_id TEXT NOT NULL DEFAULT '' CHECK (length(entity_id) <= 255),  -- which one
    entity_name TEXT NOT NULL DEFAULT '' CHECK (length(entity_name) <= 255)  -- its name as it was
) STRICT;
CREATE UNIQUE INDEX idx_audit_names_entity_type_entity_id_entity_name ON audit_names (entity_type, entity_id, entity_name);
CREATE VIRTUAL TABLE idx_audit_names_trgm USING fts5 (entity_id, entity_name, content = 'audit_names', content_rowid = 'id', tokenize = 'trigram');
CREATE TRIGGER audit_names_search_insert AFTER INSERT ON audit_names BEGIN
    INSERT INTO idx_audit_names_trgm (rowid, entity_id, entity_name) VALUES (NEW.id, NEW.entity_id, NEW.entity_name);
END;
CREATE TRIGGER audit_names_search_update AFTER UPDATE OF entity_id, entity_name ON audit_names BEGIN
    INSERT INTO idx_audit_names_trgm (idx_audit_names_trgm, rowid, entity_id, entity_name) VALUES ('delete', OLD.id, OLD.entity_id, OLD.entity_name);
    INSERT INTO idx_audit_names_trgm (rowid, entity_id, entity_name) VALUES (NEW.id, NEW.entity_id, NEW.entity_name);
END;
CREATE TRIGGER audit_names_search_delete AFTER DELETE ON audit_names BEGIN
    INSERT INTO idx_audit_names_trgm (idx_audit_names_trgm, rowid, entity_id, entity_name) VALUES ('delete', OLD.id, OLD.entity_id, OLD.entity_name);
END;

CREATE TABLE audit_rollups (
    -- Audit rows per hour, action and status; kept by a trigger
    bucket_start INTEGER NOT NULL,  -- begin of the hour
    action TEXT NOT NULL CHECK (length(action) <= 100),  -- as in audit_logs
    status TEXT NOT NULL CHECK (status IN ('success', 'failure')),  -- as in audit_logs
    events INTEGER NOT NULL DEFAULT 0,  -- number of rows
    PRIMARY KEY (bucket_start, action, status)
) STRICT, WITHOUT ROWID;

-- Dashboards ------------------------------------------------------------------------------------------------------

CREATE TABLE dashboard_templates (
    -- Documents that new dashboards start from
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 75 AND name NOT GLOB '*[^a-zA-Z0-9_.-]*'),  -- name in commands
    category TEXT NOT NULL DEFAULT 'custom' CHECK (category IN ('model_serving', 'training_job', 'notebook_server', 'data_pipeline', 'custom')),  -- what it is for
    display_name TEXT NOT NULL CHECK (length(display_name) <= 255),  -- name for people
    description TEXT,  -- notes
    document TEXT NOT NULL CHECK (json_valid(document) AND json_type(document) = 'object'),  -- a Perses dashboard
    variables TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(variables)),  -- what is asked when a dashboard is made from it
    is_system INTEGER NOT NULL DEFAULT 0 CHECK (is_system IN (0, 1)),  -- came with the schema
    usage_count INTEGER NOT NULL DEFAULT 0 CHECK (usage_count >= 0),  -- dashboards made from it
    last_used_at INTEGER,  -- last dashboard made from it
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_dashboard_templates_category ON dashboard_templates (category);
CREATE INDEX idx_dashboard_templates_is_system ON dashboard_templates (is_system);
CREATE INDEX idx_dashboard_templates_usage_count ON dashboard_templates (usage_count);

CREATE TABLE dashboards (
    -- Perses dashboards
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    project TEXT NOT NULL CHECK (length(project) BETWEEN 1 AND 75 AND project NOT GLOB '*[^a-zA-Z0-9_.-]*'),  -- project
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 75 AND name NOT GLOB '*[^a-zA-Z0-9_.-]*'),  -- name in the project
    display_name TEXT CHECK (length(display_name) <= 255),  -- name for people
    description TEXT,  -- notes
    document TEXT NOT NULL CHECK (json_valid(document) AND json_type(document) = 'object'),  -- the Perses dashboard, for searching
    document_text TEXT NOT NULL,  -- the document as it was written
    state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'active', 'archived')),  -- where it stands
    template_id INTEGER REFERENCES dashboard_templates (id) ON DELETE SET NULL,  -- what it was made from
    owner_user_id INTEGER,  -- who looks after it
    tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags) AND json_type(tags) = 'array'),  -- labels
    created_by INTEGER,  -- user who made it
    updated_by INTEGER,  -- user who changed it last
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE UNIQUE INDEX idx_dashboard_project_name ON dashboards (project, name);
CREATE INDEX idx_dashboard_created_at ON dashboards (created_at);
CREATE INDEX idx_dashboard_template ON dashboards (template_id);
CREATE INDEX idx_dashboard_active ON dashboards (project, name) WHERE state = 'active';
CREATE INDEX idx_dashboard_tags ON dashboards (tags);
CREATE INDEX idx_dashboard_document ON dashboards (json_extract(document, '$.spec.display.name'));
CREATE VIRTUAL TABLE idx_dashboard_name_trgm USING fts5 (name, display_name, content = 'dashboards', content_rowid = 'id', tokenize = 'trigram');
CREATE TRIGGER dashboards_search_insert AFTER INSERT ON dashboards BEGIN
    INSERT INTO idx_dashboard_name_trgm (rowid, name, display_name) VALUES (NEW.id, NEW.name, NEW.display_name);
END;
CREATE TRIGGER dashboards_search_update AFTER UPDATE OF name, display_name ON dashboards BEGIN
    INSERT INTO idx_dashboard_name_trgm (idx_dashboard_name_trgm, rowid, name, display_name) VALUES ('delete', OLD.id, OLD.name, OLD.display_name);
    INSERT INTO idx_dashboard_name_trgm (rowid, name, display_name) VALUES (NEW.id, NEW.name, NEW.display_name);
END;
CREATE TRIGGER dashboards_search_delete AFTER DELETE ON dashboards BEGIN
    INSERT INTO idx_dashboard_name_trgm (idx_dashboard_name_trgm, rowid, name, display_name) VALUES ('delete', OLD.id, OLD.name, OLD.display_name);
END;

CREATE TABLE dashboard_resources (
    -- Variables, data sources, folders and short-lived dashboards
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    kind TEXT NOT NULL CHECK (kind IN ('ephemeral_dashboard', 'variable', 'global_variable', 'datasource', 'global_datasource', 'folder')),  -- what it is
    project TEXT CHECK (length(project) BETWEEN 1 AND 75 AND project NOT GLOB '*[^a-zA-Z0-9_.-]*'),  -- null: global
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 75 AND name NOT GLOB '*[^a-zA-Z0-9_.-]*'),  -- name in the project
    document TEXT NOT NULL CHECK (json_valid(document) AND json_type(document) = 'object'),  -- the Perses object, for searching
    document_text TEXT NOT NULL,  -- the document as it was written
    expires_at INTEGER,  -- removed after that
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE UNIQUE INDEX idx_dashboard_resources_kind_project_name ON dashboard_resources (kind, coalesce(project, ''), name);
CREATE INDEX idx_dashboard_resources_expires_at ON dashboard_resources (expires_at);

CREATE TABLE dashboard_versions (
    -- Earlier texts of the dashboards
    dashboard_id INTEGER NOT NULL REFERENCES dashboards (id) ON DELETE CASCADE,  -- the dashboard
    version INTEGER NOT NULL,  -- its version
    document_text TEXT NOT NULL,  -- the document as it was written
    saved_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when
    saved_by_user_id INTEGER,  -- by whom
    comment TEXT,  -- why
    PRIMARY KEY (dashboard_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_preferences (
    -- Settings of one user
    user_id INTEGER NOT NULL PRIMARY KEY,  -- the user
    theme TEXT NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),  -- look
    timezone TEXT NOT NULL DEFAULT 'UTC' CHECK (length(timezone) <= 64),  -- IANA name
    locale TEXT NOT NULL DEFAULT '' CHECK (length(locale) <= 35),  -- BCP 47; empty: the system's
    default_dashboard_id INTEGER REFERENCES dashboards (id) ON DELETE SET NULL,  -- shown first
    favourites TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(favourites)),  -- dashboards marked
    settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),  -- anything else
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_user_preferences_default_dashboard_id ON user_preferences (default_dashboard_id);

CREATE TABLE share_tokens (
    -- Links that open one dashboard without a login
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    token_hash BLOB NOT NULL UNIQUE,  -- SHA-256 of the token, which is shown once
    dashboard_id INTEGER NOT NULL REFERENCES dashboards (id) ON DELETE CASCADE,  -- what it opens
    created_by_user_id INTEGER,  -- who made it
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),  -- refused from then on
    allowed_networks TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(allowed_networks) AND json_type(allowed_networks) = 'array'),  -- empty: everywhere
    max_uses INTEGER CHECK (max_uses > 0),  -- null: no limit
    use_count INTEGER NOT NULL DEFAULT 0 CHECK (use_count >= 0),  -- uses so far
    revoked_at INTEGER,  -- refused from then on
    last_used_at INTEGER,  -- last use
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),  -- grows with every change; set by a trigger
    CHECK (max_uses IS NULL OR use_count <= max_uses)
) STRICT;
CREATE INDEX idx_share_token_active ON share_tokens (dashboard_id, expires_at) WHERE revoked_at IS NULL;
CREATE INDEX idx_share_tokens_expires_at ON share_tokens (expires_at);
CREATE INDEX idx_share_tokens_dashboard_id ON share_tokens (dashboard_id);

-- Catalog and query history ---------------------------------------------------------------------------------------

CREATE TABLE catalog_tables (
    -- Tables and files found in the connections
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    connection_id INTEGER REFERENCES connections (id) ON DELETE CASCADE,  -- where it was found; null: entered by hand
    schema_name TEXT NOT NULL DEFAULT 'public' CHECK (length(schema_name) <= 255),  -- schema
    table_name TEXT NOT NULL CHECK (length(table_name) <= 255),  -- table
    table_type TEXT NOT NULL DEFAULT 'table' CHECK (table_type IN ('ncf', 'parquet', 'csv', 'external', 'table', 'view', 'materialized_view')),  -- what it is
    storage_format TEXT NOT NULL DEFAULT '' CHECK (length(storage_format) <= 100),  -- how it is stored
    storage_location TEXT,  -- where it is stored
    row_count INTEGER,  -- rows, as known
    file_size_bytes INTEGER,  -- size
    compression_ratio REAL,  -- uncompressed by compressed size
    created_by_user_id INTEGER,  -- who entered it
    owner_user_id INTEGER,  -- who looks after it
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),  -- false: not found any more
    description TEXT,  -- notes
    tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags) AND json_type(tags) = 'array'),  -- labels
    last_accessed_at INTEGER,  -- last use known
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),  -- anything else
    schema_version INTEGER NOT NULL DEFAULT 1,  -- grows when columns change
    partitioning_info TEXT CHECK (partitioning_info IS NULL OR json_valid(partitioning_info)),  -- how it is partitioned
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE UNIQUE INDEX idx_catalog_tables_connection_id_schema_name_table_name ON catalog_tables (coalesce(connection_id, 0), schema_name, table_name);
CREATE INDEX idx_catalog_tables_table_type ON catalog_tables (table_type);
CREATE INDEX idx_catalog_tables_storage_format ON catalog_tables (storage_format);
CREATE INDEX idx_catalog_tables_is_active ON catalog_tables (is_active);
CREATE INDEX idx_catalog_tables_created_at ON catalog_tables (created_at);
CREATE INDEX idx_catalog_tables_tags ON catalog_tables (tags);

CREATE TABLE catalog_columns (
    -- Columns of the catalog's tables
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    table_id INTEGER NOT NULL REFERENCES catalog_tables (id) ON DELETE CASCADE,  -- the table
    column_name TEXT NOT NULL CHECK (length(column_name) <= 255),  -- column
    column_position INTEGER NOT NULL,  -- from 1
    data_type TEXT NOT NULL CHECK (length(data_type) <= 255),  -- as the server says it
    semantic_type TEXT CHECK (length(semantic_type) <= 100),  -- what it means
    is_nullable INTEGER NOT NULL DEFAULT 1 CHECK (is_nullable IN (0, 1)),  -- may be NULL
    is_primary_key INTEGER NOT NULL DEFAULT 0 CHECK (is_primary_key IN (0, 1)),  -- part of the primary key
    is_indexed INTEGER NOT NULL DEFAULT 0 CHECK (is_indexed IN (0, 1)),  -- some index begins with it
    default_value TEXT,  -- default expression
    description TEXT,  -- notes
    statistics TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(statistics)),  -- min, max, distinct_count, null_count
    constraints TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(constraints)),  -- checks and references
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),  -- anything else
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE UNIQUE INDEX idx_catalog_columns_table_id_column_name ON catalog_columns (table_id, column_name);
CREATE INDEX idx_catalog_columns_table_id_column_position ON catalog_columns (table_id, column_position);
CREATE INDEX idx_catalog_columns_data_type ON catalog_columns (data_type);

CREATE TABLE query_history (
    -- SQL that people ran
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    query_id TEXT NOT NULL CHECK (length(query_id) = 36 AND query_id = lower(query_id)),  -- identity across databases
    user_id INTEGER,  -- who ran it
    connection_id INTEGER,  -- where, by value
    query_text TEXT NOT NULL,  -- the statement
    fingerprint TEXT NOT NULL,  -- the statement without its constants, hashed
    query_type TEXT NOT NULL CHECK (query_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'OTHER')),  -- kind of statement
    query_status TEXT NOT NULL DEFAULT 'pending' CHECK (query_status IN ('pending', 'running', 'success', 'failed', 'cancelled')),  -- where it stands
    tables_accessed TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tables_accessed) AND json_type(tables_accessed) = 'array'),  -- schema.table names
    rows_read INTEGER,  -- rows read
    rows_written INTEGER,  -- rows written
    bytes_read INTEGER,  -- bytes read
    bytes_written INTEGER,  -- bytes written
    execution_time_ms REAL,  -- how long it ran
    started_at INTEGER,  -- begin
    completed_at INTEGER,  -- end
    error_message TEXT,  -- the server's own words
    error_type TEXT,  -- SQLSTATE or error number
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),  -- anything else
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_query_history_query_id ON query_history (query_id);
CREATE INDEX idx_query_history_user_id ON query_history (user_id);
CREATE INDEX idx_query_history_query_status ON query_history (query_status);
CREATE INDEX idx_query_history_query_type ON query_history (query_type);
CREATE INDEX idx_query_history_started_at ON query_history (started_at);
CREATE INDEX idx_query_history_created_at ON query_history (created_at);
CREATE INDEX idx_query_history_fingerprint ON query_history (fingerprint);

-- Migration validation --------------------------------------------------------------------------------------------

CREATE TABLE validation_sessions (
    -- Comparisons of a source with a target
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    name TEXT NOT NULL CHECK (length(name) <= 255),  -- what people call it
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),  -- where it stands
    source_technology TEXT NOT NULL CHECK (length(source_technology) <= 100),  -- what is compared
    target_technology TEXT NOT NULL CHECK (length(target_technology) <= 100),  -- with what
    source_connection_id INTEGER REFERENCES connections (id) ON DELETE SET NULL,  -- the source
    target_connection_id INTEGER REFERENCES connections (id) ON DELETE SET NULL,  -- the target
    pipeline_id INTEGER REFERENCES pipelines (id) ON DELETE SET NULL,  -- the pipeline that moved the rows
    request TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(request)),  -- what was asked for
    summary TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(summary)),  -- what was found, counted
    processing_log TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(processing_log)),  -- what was done
    fidelity_score REAL CHECK (fidelity_score BETWEEN 0 AND 1),  -- 0 to 1
    created_by_user_id INTEGER,  -- who asked for it
    shared_with TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(shared_with)),  -- users who may see it
    started_at INTEGER,  -- begin
    completed_at INTEGER,  -- end
    archived_at INTEGER,  -- put away
    deleted_at INTEGER,  -- soft-deleted
    deleted_by_user_id INTEGER,  -- who deleted it
    deletion_reason TEXT,  -- why
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_validation_sessions_status ON validation_sessions (status);
CREATE INDEX idx_validation_sessions_source_technology_target_technology ON validation_sessions (source_technology, target_technology);
CREATE INDEX idx_validation_sessions_created_at ON validation_sessions (created_at);
CREATE INDEX idx_validation_sessions_source_connection_id ON validation_sessions (source_connection_id);
CREATE INDEX idx_validation_sessions_target_connection_id ON validation_sessions (target_connection_id);
CREATE INDEX idx_validation_sessions_pipeline_id ON validation_sessions (pipeline_id);
CREATE INDEX idx_validation_sessions_live ON validation_sessions (created_at) WHERE deleted_at IS NULL;
CREATE INDEX idx_validation_sessions_request_mode ON validation_sessions (json_extract(request, '$.mode'));
CREATE INDEX idx_validation_sessions_request_schema ON validation_sessions (json_extract(request, '$.schema'));

CREATE TABLE validation_results (
    -- Verdict per table
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    session_id INTEGER NOT NULL REFERENCES validation_sessions (id) ON DELETE CASCADE,  -- the session
    schema_name TEXT NOT NULL CHECK (length(schema_name) <= 255),  -- schema
    table_name TEXT NOT NULL CHECK (length(table_name) <= 255),  -- table
    status TEXT NOT NULL CHECK (status IN ('validated', 'mismatched', 'missing_source', 'missing_target', 'no_primary_key', 'suspended', 'error')),  -- verdict
    rows_source INTEGER NOT NULL DEFAULT 0,  -- rows in the source
    rows_target INTEGER NOT NULL DEFAULT 0,  -- rows in the target
    rows_matched INTEGER NOT NULL DEFAULT 0,  -- equal rows
    rows_mismatched INTEGER NOT NULL DEFAULT 0,  -- rows that differ
    rows_missing INTEGER NOT NULL DEFAULT 0,  -- rows the target lacks
    rows_extra INTEGER NOT NULL DEFAULT 0,  -- rows only the target has
    fidelity_score REAL NOT NULL DEFAULT 0 CHECK (fidelity_score BETWEEN 0 AND 1),  -- 0 to 1
    duration_ms INTEGER NOT NULL DEFAULT 0,  -- how long it took
    details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details))  -- anything else
) STRICT;
CREATE INDEX idx_validation_results_session_id ON validation_results (session_id);

CREATE TABLE discrepancies (
    -- Differences found
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    session_id INTEGER NOT NULL REFERENCES validation_sessions (id) ON DELETE CASCADE,  -- the session
    result_id INTEGER REFERENCES validation_results (id) ON DELETE CASCADE,  -- the table's verdict
    severity TEXT NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low', 'info')),  -- how bad
    discrepancy_type TEXT NOT NULL CHECK (discrepancy_type IN ('missing_row', 'extra_row', 'value_mismatch', 'type_mismatch', 'missing_column', 'extra_column', 'missing_table', 'extra_table', 'constraint_mismatch')),  -- what differs
    location TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(location)),  -- table, key, column
    source_value TEXT,  -- in the source
    target_value TEXT,  -- in the target
    description TEXT NOT NULL DEFAULT '',  -- in words
    recommendation TEXT,  -- what to do
    signature TEXT NOT NULL,  -- equal for equal causes
    triage TEXT NOT NULL DEFAULT 'open' CHECK (triage IN ('open', 'accepted', 'ignored', 'fixed')),  -- what people decided
    assigned_to_user_id INTEGER,  -- who looks at it
    note TEXT,  -- what they wrote
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_discrepancies_session_id ON discrepancies (session_id);
CREATE INDEX idx_discrepancies_result_id ON discrepancies (result_id);
CREATE INDEX idx_discrepancies_signature ON discrepancies (signature);
CREATE INDEX idx_discrepancies_triage ON discrepancies (triage);

CREATE TABLE validation_metrics (
    -- Trend per technology pair
    period_start INTEGER NOT NULL,  -- begin of the period
    source_technology TEXT NOT NULL CHECK (length(source_technology) <= 100),  -- what is compared
    target_technology TEXT NOT NULL CHECK (length(target_technology) <= 100),  -- with what
    sessions INTEGER NOT NULL DEFAULT 0,  -- sessions
    completed INTEGER NOT NULL DEFAULT 0,  -- sessions that ended well
    failed INTEGER NOT NULL DEFAULT 0,  -- sessions that failed
    average_fidelity REAL NOT NULL DEFAULT 0,  -- mean score
    discrepancies INTEGER NOT NULL DEFAULT 0,  -- differences found
    total_duration_ms INTEGER NOT NULL DEFAULT 0,  -- time spent
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),  -- grows with every change; set by a trigger
    PRIMARY KEY (period_start, source_technology, target_technology)
) STRICT;

CREATE TABLE behavioral_test_results (
    -- Results of checks that run both sides
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- identity
    session_id INTEGER NOT NULL REFERENCES validation_sessions (id) ON DELETE CASCADE,  -- the session
    test_name TEXT NOT NULL CHECK (length(test_name) <= 255),  -- the check
    status TEXT NOT NULL CHECK (status IN ('passed', 'failed', 'error', 'skipped')),  -- verdict
    expected TEXT CHECK (expected IS NULL OR json_valid(expected)),  -- what the source answered
    actual TEXT CHECK (actual IS NULL OR json_valid(actual)),  -- what the target answered
    duration_ms INTEGER NOT NULL DEFAULT 0,  -- how long it took
    error_message TEXT  -- why it could not run
) STRICT;
CREATE INDEX idx_behavioral_test_results_session_id ON behavioral_test_results (session_id);

-- Client records --------------------------------------------------------------------------------------------------

CREATE TABLE connector_profiles (
    -- Connector profiles of client projects
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) <= 255),  -- identity given by people
    profile_data TEXT NOT NULL CHECK (json_valid(profile_data) AND json_type(profile_data) = 'object'),  -- name, type, schema_info, test_status, last_tested; unknown keys are kept
    secret BLOB,  -- sealed connection string and password, never in profile_data
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_connector_profiles_created_at ON connector_profiles (created_at);
CREATE INDEX idx_connector_profiles_data ON connector_profiles (json_extract(profile_data, '$.test_status'));
CREATE INDEX idx_connector_profiles_name ON connector_profiles (json_extract(profile_data, '$.name'));
CREATE INDEX idx_connector_profiles_type ON connector_profiles (json_extract(profile_data, '$.type'));

CREATE TABLE client_configs (
    -- What a client has licensed and how it is set up
    client_id TEXT NOT NULL PRIMARY KEY CHECK (length(client_id) <= 255),  -- identity given by people
    config_data TEXT NOT NULL CHECK (json_valid(config_data) AND json_type(config_data) = 'object'),  -- client_name, license_type, modules, preferences …; unknown keys are kept
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_client_configs_created_at ON client_configs (created_at);
CREATE INDEX idx_client_configs_data ON client_configs (json_extract(config_data, '$.client_name'));

CREATE TABLE service_proposals (
    -- Offers made to clients
    proposal_id TEXT NOT NULL PRIMARY KEY CHECK (length(proposal_id) <= 255),  -- identity given by people
    proposal_data TEXT NOT NULL CHECK (json_valid(proposal_data) AND json_type(proposal_data) = 'object'),  -- client_id, proposal_type, pricing, timeline, resources, status; unknown keys are kept
    created_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- when it was made
    updated_at INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000),  -- last change; set by a trigger
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)  -- grows with every change; set by a trigger
) STRICT;
CREATE INDEX idx_service_proposals_created_at ON service_proposals (created_at);
CREATE INDEX idx_service_proposals_data ON service_proposals (json_extract(proposal_data, '$.status'));

-- Rows that come with the schema --------------------------------------------------------------------------------

INSERT INTO audit_head (last_id, last_hash, last_occurred_at) VALUES (0, zeroblob(32), 0);

INSERT INTO dashboard_templates (name, category, display_name, description, is_system, variables, document) VALUES (
    'model-serving', 'model_serving', 'Model Serving',
    'Requests, errors and latency of a model server (KServe metrics), with its memory and GPU.', 1,
    '[{"name": "namespace", "display_name": "Namespace"}, {"name": "model", "display_name": "Model"}]',
    '{"kind": "Dashboard", "metadata": {"name": "model-serving", "project": "default", "version": 0}, "spec": {
  "display": {"name": "Model Serving", "description": "Requests, errors and latency of a model server (KServe metrics), with its memory and GPU."},
  "duration": "1h", "refreshInterval": "30s",
  "variables": [
    {"kind": "ListVariable", "spec": {"name": "namespace", "display": {"name": "Namespace"}, "allowAllValue": true, "allowMultiple": true, "sort": "alphabetical-asc", "plugin": {"kind": "PrometheusLabelValuesVariable", "spec": {"labelName": "namespace", "matchers": ["request_predict_seconds_count"]}}}},
    {"kind": "ListVariable", "spec": {"name": "model", "display": {"name": "Model"}, "allowAllValue": true, "allowMultiple": true, "sort": "alphabetical-asc", "plugin": {"kind": "PrometheusLabelValuesVariable", "spec": {"labelName": "model_name", "matchers": ["request_predict_seconds_count{namespace=~\"$namespace\"}"]}}}}],
  "panels": {
    "requestsPerSecond": {"kind": "Panel", "spec": {"display": {"name": "Requests per second"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "requests/sec"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(rate(request_predict_seconds_count{namespace=~\"$namespace\",model_name=~\"$model\"}[5m]))"}}}}]}},
    "errorRatio": {"kind": "Panel", "spec": {"display": {"name": "Error ratio", "description": "Share of answers with a 5xx status"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "percent-decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(rate(revision_app_request_count{namespace_name=~\"$namespace\",response_code_class=\"5xx\"}[5m])) / sum(rate(revision_app_request_count{namespace_name=~\"$namespace\"}[5m]))"}}}}]}},
    "latencyP95": {"kind": "Panel", "spec": {"display": {"name": "Latency p95"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "seconds"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "histogram_quantile(0.95, sum by (le) (rate(request_predict_seconds_bucket{namespace=~\"$namespace\",model_name=~\"$model\"}[5m])))"}}}}]}},
    "readyReplicas": {"kind": "Panel", "spec": {"display": {"name": "Ready replicas"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(kube_deployment_status_replicas_available{namespace=~\"$namespace\"})"}}}}]}},
    "requestsByModel": {"kind": "Panel", "spec": {"display": {"name": "Requests by model"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "requests/sec"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (model_name) (rate(request_predict_seconds_count{namespace=~\"$namespace\",model_name=~\"$model\"}[5m]))", "seriesNameFormat": "{{model_name}}"}}}}]}},
    "latencyByModel": {"kind": "Panel", "spec": {"display": {"name": "Latency by model"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "seconds"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "histogram_quantile(0.95, sum by (le, model_name) (rate(request_predict_seconds_bucket{namespace=~\"$namespace\",model_name=~\"$model\"}[5m])))", "seriesNameFormat": "{{model_name}} p95"}}}}]}},
    "memoryByPod": {"kind": "Panel", "spec": {"display": {"name": "Memory by pod"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "bytes"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (pod) (container_memory_working_set_bytes{namespace=~\"$namespace\",container!=\"\"})", "seriesNameFormat": "{{pod}}"}}}}]}},
    "gpuUtilisation": {"kind": "Panel", "spec": {"display": {"name": "GPU utilisation"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "percent"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "avg by (pod) (DCGM_FI_DEV_GPU_UTIL{namespace=~\"$namespace\"})", "seriesNameFormat": "{{pod}}"}}}}]}}},
  "layouts": [
    {"kind": "Grid", "spec": {"display": {"title": "At a glance", "collapse": {"open": true}}, "items": [{"x": 0, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/requestsPerSecond"}}, {"x": 6, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/errorRatio"}}, {"x": 12, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/latencyP95"}}, {"x": 18, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/readyReplicas"}}]}},
    {"kind": "Grid", "spec": {"display": {"title": "Over time", "collapse": {"open": true}}, "items": [{"x": 0, "y": 0, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/requestsByModel"}}, {"x": 12, "y": 0, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/latencyByModel"}}, {"x": 0, "y": 8, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/memoryByPod"}}, {"x": 12, "y": 8, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/gpuUtilisation"}}]}}]}}');
INSERT INTO dashboard_templates (name, category, display_name, description, is_system, variables, document) VALUES (
    'training-job', 'training_job', 'Training Job',
    'State and resource use of training jobs: active, failed, CPU, memory, GPU and network.', 1,
    '[{"name": "namespace", "display_name": "Namespace"}, {"name": "job", "display_name": "Job"}]',
    '{"kind": "Dashboard", "metadata": {"name": "training-job", "project": "default", "version": 0}, "spec": {
  "display": {"name": "Training Job", "description": "State and resource use of training jobs: active, failed, CPU, memory, GPU and network."},
  "duration": "6h", "refreshInterval": "30s",
  "variables": [
    {"kind": "ListVariable", "spec": {"name": "namespace", "display": {"name": "Namespace"}, "allowAllValue": true, "allowMultiple": true, "sort": "alphabetical-asc", "plugin": {"kind": "PrometheusLabelValuesVariable", "spec": {"labelName": "namespace", "matchers": ["kube_job_status_active"]}}}},
    {"kind": "ListVariable", "spec": {"name": "job", "display": {"name": "Job"}, "allowAllValue": true, "allowMultiple": true, "sort": "alphabetical-asc", "plugin": {"kind": "PrometheusLabelValuesVariable", "spec": {"labelName": "job_name", "matchers": ["kube_job_status_active{namespace=~\"$namespace\"}"]}}}}],
  "panels": {
    "activePods": {"kind": "Panel", "spec": {"display": {"name": "Active pods"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(kube_job_status_active{namespace=~\"$namespace\",job_name=~\"$job\"})"}}}}]}},
    "failedPods": {"kind": "Panel", "spec": {"display": {"name": "Failed pods"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(kube_job_status_failed{namespace=~\"$namespace\",job_name=~\"$job\"})"}}}}]}},
    "runningFor": {"kind": "Panel", "spec": {"display": {"name": "Running for", "description": "Since the earliest selected job began"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "seconds"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "time() - min(kube_job_status_start_time{namespace=~\"$namespace\",job_name=~\"$job\"})"}}}}]}},
    "gpuUtilisationNow": {"kind": "Panel", "spec": {"display": {"name": "GPU utilisation now"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "percent"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "avg(DCGM_FI_DEV_GPU_UTIL{namespace=~\"$namespace\",pod=~\"$job.*\"})"}}}}]}},
    "cpuByPod": {"kind": "Panel", "spec": {"display": {"name": "CPU by pod"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "decimal"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (pod) (rate(container_cpu_usage_seconds_total{namespace=~\"$namespace\",pod=~\"$job.*\",container!=\"\"}[5m]))", "seriesNameFormat": "{{pod}}"}}}}]}},
    "memoryByPod": {"kind": "Panel", "spec": {"display": {"name": "Memory by pod"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "bytes"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (pod) (container_memory_working_set_bytes{namespace=~\"$namespace\",pod=~\"$job.*\",container!=\"\"})", "seriesNameFormat": "{{pod}}"}}}}]}},
    "gpuUtilisationByPod": {"kind": "Panel", "spec": {"display": {"name": "GPU utilisation by pod"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "percent"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "avg by (pod, gpu) (DCGM_FI_DEV_GPU_UTIL{namespace=~\"$namespace\",pod=~\"$job.*\"})", "seriesNameFormat": "{{pod}} GPU {{gpu}}"}}}}]}},
    "gpuMemoryByPod": {"kind": "Panel", "spec": {"display": {"name": "GPU memory by pod"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "bytes"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (pod, gpu) (DCGM_FI_DEV_FB_USED{namespace=~\"$namespace\",pod=~\"$job.*\"}) * 1024 * 1024", "seriesNameFormat": "{{pod}} GPU {{gpu}}"}}}}]}},
    "networkReceived": {"kind": "Panel", "spec": {"display": {"name": "Network received"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "bytes/sec"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (pod) (rate(container_network_receive_bytes_total{namespace=~\"$namespace\",pod=~\"$job.*\"}[5m]))", "seriesNameFormat": "{{pod}}"}}}}]}},
    "restarts": {"kind": "Panel", "spec": {"display": {"name": "Restarts"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "decimal"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (pod) (increase(kube_pod_container_status_restarts_total{namespace=~\"$namespace\",pod=~\"$job.*\"}[1h]))", "seriesNameFormat": "{{pod}}"}}}}]}}},
  "layouts": [
    {"kind": "Grid", "spec": {"display": {"title": "At a glance", "collapse": {"open": true}}, "items": [{"x": 0, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/activePods"}}, {"x": 6, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/failedPods"}}, {"x": 12, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/runningFor"}}, {"x": 18, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/gpuUtilisationNow"}}]}},
    {"kind": "Grid", "spec": {"display": {"title": "Over time", "collapse": {"open": true}}, "items": [{"x": 0, "y": 0, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/cpuByPod"}}, {"x": 12, "y": 0, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/memoryByPod"}}, {"x": 0, "y": 8, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/gpuUtilisationByPod"}}, {"x": 12, "y": 8, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/gpuMemoryByPod"}}, {"x": 0, "y": 16, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/networkReceived"}}, {"x": 12, "y": 16, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/restarts"}}]}}]}}');
INSERT INTO dashboard_templates (name, category, display_name, description, is_system, variables, document) VALUES (
    'notebook-server', 'notebook_server', 'Notebook Server',
    'Users and servers of a JupyterHub, how fast servers start, and what they use.', 1,
    '[{"name": "namespace", "display_name": "Namespace"}]',
    '{"kind": "Dashboard", "metadata": {"name": "notebook-server", "project": "default", "version": 0}, "spec": {
  "display": {"name": "Notebook Server", "description": "Users and servers of a JupyterHub, how fast servers start, and what they use."},
  "duration": "6h", "refreshInterval": "30s",
  "variables": [
    {"kind": "ListVariable", "spec": {"name": "namespace", "display": {"name": "Namespace"}, "allowAllValue": false, "allowMultiple": false, "sort": "alphabetical-asc", "plugin": {"kind": "PrometheusLabelValuesVariable", "spec": {"labelName": "namespace", "matchers": ["jupyterhub_running_servers"]}}}}],
  "panels": {
    "runningServers": {"kind": "Panel", "spec": {"display": {"name": "Running servers"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(jupyterhub_running_servers{namespace=\"$namespace\"})"}}}}]}},
    "activeUsersIn24H": {"kind": "Panel", "spec": {"display": {"name": "Active users in 24 h"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "max(jupyterhub_active_users{namespace=\"$namespace\",period=\"24h\"})"}}}}]}},
    "startTimeP95": {"kind": "Panel", "spec": {"display": {"name": "Start time p95"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "seconds"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "histogram_quantile(0.95, sum by (le) (rate(jupyterhub_server_spawn_duration_seconds_bucket{namespace=\"$namespace\"}[1h])))"}}}}]}},
    "failedStartsIn1H": {"kind": "Panel", "spec": {"display": {"name": "Failed starts in 1 h"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(increase(jupyterhub_server_spawn_duration_seconds_count{namespace=\"$namespace\",status=\"failure\"}[1h]))"}}}}]}},
    "serversOverTime": {"kind": "Panel", "spec": {"display": {"name": "Servers over time"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "decimal"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(jupyterhub_running_servers{namespace=\"$namespace\"})", "seriesNameFormat": "running"}}}}]}},
    "hubRequestLatency": {"kind": "Panel", "spec": {"display": {"name": "Hub request latency"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "seconds"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "histogram_quantile(0.95, sum by (le) (rate(jupyterhub_request_duration_seconds_bucket{namespace=\"$namespace\"}[5m])))", "seriesNameFormat": "p95"}}}}]}},
    "cpuByServer": {"kind": "Panel", "spec": {"display": {"name": "CPU by server"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "decimal"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "topk(20, sum by (pod) (rate(container_cpu_usage_seconds_total{namespace=\"$namespace\",pod=~\"jupyter-.*\",container!=\"\"}[5m])))", "seriesNameFormat": "{{pod}}"}}}}]}},
    "memoryByServer": {"kind": "Panel", "spec": {"display": {"name": "Memory by server"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "bytes"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "topk(20, sum by (pod) (container_memory_working_set_bytes{namespace=\"$namespace\",pod=~\"jupyter-.*\",container!=\"\"}))", "seriesNameFormat": "{{pod}}"}}}}]}}},
  "layouts": [
    {"kind": "Grid", "spec": {"display": {"title": "At a glance", "collapse": {"open": true}}, "items": [{"x": 0, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/runningServers"}}, {"x": 6, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/activeUsersIn24H"}}, {"x": 12, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/startTimeP95"}}, {"x": 18, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/failedStartsIn1H"}}]}},
    {"kind": "Grid", "spec": {"display": {"title": "Over time", "collapse": {"open": true}}, "items": [{"x": 0, "y": 0, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/serversOverTime"}}, {"x": 12, "y": 0, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/hubRequestLatency"}}, {"x": 0, "y": 8, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/cpuByServer"}}, {"x": 12, "y": 8, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/memoryByServer"}}]}}]}}');
INSERT INTO dashboard_templates (name, category, display_name, description, is_system, variables, document) VALUES (
    'data-pipeline', 'data_pipeline', 'Data Pipeline',
    'Change capture through Kafka Connect and Debezium: connector state, events, lag and errors.', 1,
    '[{"name": "connector", "display_name": "Connector"}, {"name": "server", "display_name": "Debezium server"}]',
    '{"kind": "Dashboard", "metadata": {"name": "data-pipeline", "project": "default", "version": 0}, "spec": {
  "display": {"name": "Data Pipeline", "description": "Change capture through Kafka Connect and Debezium: connector state, events, lag and errors."},
  "duration": "6h", "refreshInterval": "30s",
  "variables": [
    {"kind": "ListVariable", "spec": {"name": "connector", "display": {"name": "Connector"}, "allowAllValue": true, "allowMultiple": true, "sort": "alphabetical-asc", "plugin": {"kind": "PrometheusLabelValuesVariable", "spec": {"labelName": "connector", "matchers": ["kafka_connect_connector_metrics"]}}}},
    {"kind": "ListVariable", "spec": {"name": "server", "display": {"name": "Debezium server"}, "allowAllValue": true, "allowMultiple": true, "sort": "alphabetical-asc", "plugin": {"kind": "PrometheusLabelValuesVariable", "spec": {"labelName": "name", "matchers": ["debezium_metrics_connected"]}}}}],
  "panels": {
    "runningTasks": {"kind": "Panel", "spec": {"display": {"name": "Running tasks"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(kafka_connect_worker_connector_running_task_count{connector=~\"$connector\"})"}}}}]}},
    "failedTasks": {"kind": "Panel", "spec": {"display": {"name": "Failed tasks"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(kafka_connect_worker_connector_failed_task_count{connector=~\"$connector\"})"}}}}]}},
    "behindTheSource": {"kind": "Panel", "spec": {"display": {"name": "Behind the source", "description": "Delay of the slowest selected server"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "seconds"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "max(debezium_metrics_millisecondsbehindsource{context=\"streaming\",name=~\"$server\"}) / 1000"}}}}]}},
    "consumerLag": {"kind": "Panel", "spec": {"display": {"name": "Consumer lag", "description": "Messages that the sinks have not read"}, "plugin": {"kind": "StatChart", "spec": {"calculation": "last-number", "format": {"unit": "decimal"}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum(kafka_consumergroup_lag{consumergroup=~\"connect-.*\"})"}}}}]}},
    "eventsPerSecond": {"kind": "Panel", "spec": {"display": {"name": "Events per second"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "events/sec"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (name) (rate(debezium_metrics_totalnumberofeventsseen{context=\"streaming\",name=~\"$server\"}[5m]))", "seriesNameFormat": "{{name}}"}}}}]}},
    "delayBehindTheSource": {"kind": "Panel", "spec": {"display": {"name": "Delay behind the source"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "seconds"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "max by (name) (debezium_metrics_millisecondsbehindsource{context=\"streaming\",name=~\"$server\"}) / 1000", "seriesNameFormat": "{{name}}"}}}}]}},
    "recordsWritten": {"kind": "Panel", "spec": {"display": {"name": "Records written"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "records/sec"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (connector) (rate(kafka_connect_sink_task_metrics_sink_record_send_total{connector=~\"$connector\"}[5m]))", "seriesNameFormat": "{{connector}}"}}}}]}},
    "recordErrors": {"kind": "Panel", "spec": {"display": {"name": "Record errors"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "records/sec"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "sum by (connector) (rate(kafka_connect_task_error_metrics_total_record_errors{connector=~\"$connector\"}[5m]))", "seriesNameFormat": "{{connector}}"}}}}]}},
    "queueLeftInTheConnector": {"kind": "Panel", "spec": {"display": {"name": "Queue left in the connector"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "decimal"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "min by (name) (debezium_metrics_queueremainingcapacity{context=\"streaming\",name=~\"$server\"})", "seriesNameFormat": "{{name}}"}}}}]}},
    "snapshotTablesLeft": {"kind": "Panel", "spec": {"display": {"name": "Snapshot tables left"}, "plugin": {"kind": "TimeSeriesChart", "spec": {"legend": {"position": "bottom"}, "yAxis": {"format": {"unit": "decimal"}}}}, "queries": [{"kind": "TimeSeriesQuery", "spec": {"plugin": {"kind": "PrometheusTimeSeriesQuery", "spec": {"query": "max by (name) (debezium_metrics_remainingtablecount{context=\"snapshot\",name=~\"$server\"})", "seriesNameFormat": "{{name}}"}}}}]}}},
  "layouts": [
    {"kind": "Grid", "spec": {"display": {"title": "At a glance", "collapse": {"open": true}}, "items": [{"x": 0, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/runningTasks"}}, {"x": 6, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/failedTasks"}}, {"x": 12, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/behindTheSource"}}, {"x": 18, "y": 0, "width": 6, "height": 4, "content": {"$ref": "#/spec/panels/consumerLag"}}]}},
    {"kind": "Grid", "spec": {"display": {"title": "Over time", "collapse": {"open": true}}, "items": [{"x": 0, "y": 0, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/eventsPerSecond"}}, {"x": 12, "y": 0, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/delayBehindTheSource"}}, {"x": 0, "y": 8, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/recordsWritten"}}, {"x": 12, "y": 8, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/recordErrors"}}, {"x": 0, "y": 16, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/queueLeftInTheConnector"}}, {"x": 12, "y": 16, "width": 12, "height": 8, "content": {"$ref": "#/spec/panels/snapshotTablesLeft"}}]}}]}}');

-- Every change raises version and sets updated_at. The columns are listed so that the inner UPDATE fires nothing.

CREATE TRIGGER workspace_touch AFTER UPDATE OF
    id, uuid, name, environment, created_at
ON workspace BEGIN
    UPDATE workspace SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER users_touch AFTER UPDATE OF
    id, username, email, password_hash, full_name, role, is_active, api_key_hash, last_login_at, failed_logins,
    locked_until, metadata, created_at
ON users BEGIN
    UPDATE users SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER key_slots_touch AFTER UPDATE OF
    id, user_id, holder, kind, parameters, wrapped_key, key_check, last_used_at, created_at
ON key_slots BEGIN
    UPDATE key_slots SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER saved_filters_touch AFTER UPDATE OF
    id, user_id, page, name, filter, created_at
ON saved_filters BEGIN
    UPDATE saved_filters SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER jobs_touch AFTER UPDATE OF
    id, kind, subject, holder, heartbeat_at, fencing_token, state, progress, checkpoint, error_message, created_at
ON jobs BEGIN
    UPDATE jobs SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

-- The verdict of the last test is a copy from connection_tests, not an edit: a test must not put an open form in conflict.
CREATE TRIGGER connections_touch AFTER UPDATE OF
    id, name, connection_type, database_type, host, port, database_name, username, secret, config, environment,
    is_read_only, is_active, description, tags, owner_user_id, created_at
ON connections BEGIN
    UPDATE connections SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER pipelines_touch AFTER UPDATE OF
    id, name, description, pipeline_type, source_connection_id, target_connection_id, tables, mode, status,
    full_load_status, cdc_status, lifecycle, engine, source_config, destination_config, transformation_config,
    secret, schedule_cron, is_active, owner_user_id, tags, metadata, last_run_at, last_run_status,
    last_run_duration_ms, last_run_rows_processed, last_run_error, total_runs, successful_runs, failed_runs,
    created_at
ON pipelines BEGIN
    UPDATE pipelines SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER pipeline_runs_touch AFTER UPDATE OF
    id, pipeline_id, run_type, status, started_at, completed_at, duration_ms, rows_read, rows_written, rows_failed,
    bytes_written, error_count, error_message, triggered_by, metadata, created_at
ON pipeline_runs BEGIN
    UPDATE pipeline_runs SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER alert_rules_touch AFTER UPDATE OF
    id, name, pipeline_id, metric, condition, threshold, for_seconds, keep_firing_seconds, severity, channels,
    secret, is_enabled, snoozed_until, created_at
ON alert_rules BEGIN
    UPDATE alert_rules SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER alert_history_touch AFTER UPDATE OF
    id, rule_id, pipeline_id, status, value, triggered_at, acknowledged_at, acknowledged_by_user_id, note,
    snoozed_until, resolved_at, message, created_at
ON alert_history BEGIN
    UPDATE alert_history SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER dashboard_templates_touch AFTER UPDATE OF
    id, name, category, display_name, description, document, variables, is_system, usage_count, last_used_at,
    created_at
ON dashboard_templates BEGIN
    UPDATE dashboard_templates SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER dashboards_touch AFTER UPDATE OF
    id, project, name, display_name, description, document, document_text, state, template_id, owner_user_id, tags,
    created_by, updated_by, created_at
ON dashboards BEGIN
    UPDATE dashboards SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER dashboard_resources_touch AFTER UPDATE OF
    id, kind, project, name, document, document_text, expires_at, created_at
ON dashboard_resources BEGIN
    UPDATE dashboard_resources SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER user_preferences_touch AFTER UPDATE OF
    user_id, theme, timezone, locale, default_dashboard_id, favourites, settings, created_at
ON user_preferences BEGIN
    UPDATE user_preferences SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE user_id = NEW.user_id;
END;

CREATE TRIGGER share_tokens_touch AFTER UPDATE OF
    id, token_hash, dashboard_id, created_by_user_id, expires_at, allowed_networks, max_uses, use_count, revoked_at,
    last_used_at, created_at
ON share_tokens BEGIN
    UPDATE share_tokens SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER catalog_tables_touch AFTER UPDATE OF
    id, connection_id, schema_name, table_name, table_type, storage_format, storage_location, row_count,
    file_size_bytes, compression_ratio, created_by_user_id, owner_user_id, is_active, description, tags,
    last_accessed_at, metadata, schema_version, partitioning_info, created_at
ON catalog_tables BEGIN
    UPDATE catalog_tables SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER catalog_columns_touch AFTER UPDATE OF
    id, table_id, column_name, column_position, data_type, semantic_type, is_nullable, is_primary_key, is_indexed,
    default_value, description, statistics, constraints, metadata, created_at
ON catalog_columns BEGIN
    UPDATE catalog_columns SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER query_history_touch AFTER UPDATE OF
    id, query_id, user_id, connection_id, query_text, fingerprint, query_type, query_status, tables_accessed,
    rows_read, rows_written, bytes_read, bytes_written, execution_time_ms, started_at, completed_at, error_message,
    error_type, metadata, created_at
ON query_history BEGIN
    UPDATE query_history SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER validation_sessions_touch AFTER UPDATE OF
    id, name, status, source_technology, target_technology, source_connection_id, target_connection_id, pipeline_id,
    request, summary, processing_log, fidelity_score, created_by_user_id, shared_with, started_at, completed_at,
    archived_at, deleted_at, deleted_by_user_id, deletion_reason, created_at
ON validation_sessions BEGIN
    UPDATE validation_sessions SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER discrepancies_touch AFTER UPDATE OF
    id, session_id, result_id, severity, discrepancy_type, location, source_value, target_value, description,
    recommendation, signature, triage, assigned_to_user_id, note, created_at
ON discrepancies BEGIN
    UPDATE discrepancies SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER validation_metrics_touch AFTER UPDATE OF
    period_start, source_technology, target_technology, sessions, completed, failed, average_fidelity, discrepancies,
    total_duration_ms, created_at
ON validation_metrics BEGIN
    UPDATE validation_metrics SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE period_start = NEW.period_start AND source_technology = NEW.source_technology AND target_technology = NEW.target_technology;
END;

CREATE TRIGGER connector_profiles_touch AFTER UPDATE OF
    id, profile_data, secret, created_at
ON connector_profiles BEGIN
    UPDATE connector_profiles SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE id = NEW.id;
END;

CREATE TRIGGER client_configs_touch AFTER UPDATE OF
    client_id, config_data, created_at
ON client_configs BEGIN
    UPDATE client_configs SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE client_id = NEW.client_id;
END;

CREATE TRIGGER service_proposals_touch AFTER UPDATE OF
    proposal_id, proposal_data, created_at
ON service_proposals BEGIN
    UPDATE service_proposals SET version = OLD.version + 1, updated_at = CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000
    WHERE proposal_id = NEW.proposal_id;
END;

-- Changes without an operation id are recorded; secrets only as none, set or changed.

CREATE TRIGGER workspace_external_insert AFTER INSERT ON workspace
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('workspace', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'uuid', NEW.uuid, 'name', NEW.name, 'environment', NEW.environment,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER workspace_external_update AFTER UPDATE OF
    id, uuid, name, environment, created_at
ON workspace WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('workspace', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'uuid', OLD.uuid, 'name', OLD.name, 'environment', OLD.environment,
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'uuid', NEW.uuid, 'name', NEW.name, 'environment', NEW.environment,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER workspace_external_delete AFTER DELETE ON workspace
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('workspace', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'uuid', OLD.uuid, 'name', OLD.name, 'environment', OLD.environment,
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER users_external_insert AFTER INSERT ON users
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('users', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'username', NEW.username, 'email', NEW.email,
        'password_hash', CASE WHEN NEW.password_hash IS NULL THEN 'none' ELSE 'set' END, 'full_name', NEW.full_name,
        'role', NEW.role, 'is_active', NEW.is_active, 'is_admin', NEW.is_admin,
        'api_key_hash', CASE WHEN NEW.api_key_hash IS NULL THEN 'none' ELSE 'set' END,
        'last_login_at', NEW.last_login_at, 'failed_logins', NEW.failed_logins, 'locked_until', NEW.locked_until,
        'metadata', json(NEW.metadata), 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER users_external_update AFTER UPDATE OF
    id, username, email, password_hash, full_name, role, is_active, api_key_hash, last_login_at, failed_logins,
    locked_until, metadata, created_at
ON users WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('users', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'username', OLD.username, 'email', OLD.email,
        'password_hash', CASE WHEN OLD.password_hash IS NULL THEN 'none' ELSE 'set' END, 'full_name', OLD.full_name,
        'role', OLD.role, 'is_active', OLD.is_active, 'is_admin', OLD.is_admin,
        'api_key_hash', CASE WHEN OLD.api_key_hash IS NULL THEN 'none' ELSE 'set' END,
        'last_login_at', OLD.last_login_at, 'failed_logins', OLD.failed_logins, 'locked_until', OLD.locked_until,
        'metadata', json(OLD.metadata), 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version), json_object(
        'id', NEW.id, 'username', NEW.username, 'email', NEW.email,
        'password_hash', CASE WHEN NEW.password_hash IS NULL THEN 'none' WHEN NEW.password_hash IS OLD.password_hash THEN 'set' ELSE 'changed' END,
        'full_name', NEW.full_name, 'role', NEW.role, 'is_active', NEW.is_active, 'is_admin', NEW.is_admin,
        'api_key_hash', CASE WHEN NEW.api_key_hash IS NULL THEN 'none' WHEN NEW.api_key_hash IS OLD.api_key_hash THEN 'set' ELSE 'changed' END,
        'last_login_at', NEW.last_login_at, 'failed_logins', NEW.failed_logins, 'locked_until', NEW.locked_until,
        'metadata', json(NEW.metadata), 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER users_external_delete AFTER DELETE ON users
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('users', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'username', OLD.username, 'email', OLD.email,
        'password_hash', CASE WHEN OLD.password_hash IS NULL THEN 'none' ELSE 'set' END, 'full_name', OLD.full_name,
        'role', OLD.role, 'is_active', OLD.is_active, 'is_admin', OLD.is_admin,
        'api_key_hash', CASE WHEN OLD.api_key_hash IS NULL THEN 'none' ELSE 'set' END,
        'last_login_at', OLD.last_login_at, 'failed_logins', OLD.failed_logins, 'locked_until', OLD.locked_until,
        'metadata', json(OLD.metadata), 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version));
END;

CREATE TRIGGER key_slots_external_insert AFTER INSERT ON key_slots
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('key_slots', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'user_id', NEW.user_id, 'holder', NEW.holder, 'kind', NEW.kind,
        'parameters', json(NEW.parameters),
        'wrapped_key', CASE WHEN NEW.wrapped_key IS NULL THEN 'none' ELSE 'set' END,
        'key_check', CASE WHEN NEW.key_check IS NULL THEN 'none' ELSE 'set' END, 'last_used_at', NEW.last_used_at,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER key_slots_external_update AFTER UPDATE OF
    id, user_id, holder, kind, parameters, wrapped_key, key_check, last_used_at, created_at
ON key_slots WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('key_slots', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'user_id', OLD.user_id, 'holder', OLD.holder, 'kind', OLD.kind,
        'parameters', json(OLD.parameters),
        'wrapped_key', CASE WHEN OLD.wrapped_key IS NULL THEN 'none' ELSE 'set' END,
        'key_check', CASE WHEN OLD.key_check IS NULL THEN 'none' ELSE 'set' END, 'last_used_at', OLD.last_used_at,
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'user_id', NEW.user_id, 'holder', NEW.holder, 'kind', NEW.kind,
        'parameters', json(NEW.parameters),
        'wrapped_key', CASE WHEN NEW.wrapped_key IS NULL THEN 'none' WHEN NEW.wrapped_key IS OLD.wrapped_key THEN 'set' ELSE 'changed' END,
        'key_check', CASE WHEN NEW.key_check IS NULL THEN 'none' WHEN NEW.key_check IS OLD.key_check THEN 'set' ELSE 'changed' END,
        'last_used_at', NEW.last_used_at, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER key_slots_external_delete AFTER DELETE ON key_slots
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('key_slots', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'user_id', OLD.user_id, 'holder', OLD.holder, 'kind', OLD.kind,
        'parameters', json(OLD.parameters),
        'wrapped_key', CASE WHEN OLD.wrapped_key IS NULL THEN 'none' ELSE 'set' END,
        'key_check', CASE WHEN OLD.key_check IS NULL THEN 'none' ELSE 'set' END, 'last_used_at', OLD.last_used_at,
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER saved_filters_external_insert AFTER INSERT ON saved_filters
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('saved_filters', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'user_id', NEW.user_id, 'page', NEW.page, 'name', NEW.name, 'filter', json(NEW.filter),
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER saved_filters_external_update AFTER UPDATE OF
    id, user_id, page, name, filter, created_at
ON saved_filters WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('saved_filters', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'user_id', OLD.user_id, 'page', OLD.page, 'name', OLD.name, 'filter', json(OLD.filter),
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'user_id', NEW.user_id, 'page', NEW.page, 'name', NEW.name, 'filter', json(NEW.filter),
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER saved_filters_external_delete AFTER DELETE ON saved_filters
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('saved_filters', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'user_id', OLD.user_id, 'page', OLD.page, 'name', OLD.name, 'filter', json(OLD.filter),
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER connections_external_insert AFTER INSERT ON connections
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('connections', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'name', NEW.name, 'connection_type', NEW.connection_type, 'database_type', NEW.database_type,
        'host', NEW.host, 'port', NEW.port, 'database_name', NEW.database_name, 'username', NEW.username,
        'secret', CASE WHEN NEW.secret IS NULL THEN 'none' ELSE 'set' END, 'config', json(NEW.config),
        'environment', NEW.environment, 'is_read_only', NEW.is_read_only, 'is_active', NEW.is_active,
        'description', NEW.description, 'tags', json(NEW.tags), 'owner_user_id', NEW.owner_user_id,
        'last_test_status', NEW.last_test_status, 'last_tested_at', NEW.last_tested_at,
        'last_response_ms', NEW.last_response_ms, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER connections_external_update AFTER UPDATE OF
    id, name, connection_type, database_type, host, port, database_name, username, secret, config, environment,
    is_read_only, is_active, description, tags, owner_user_id, last_test_status, last_tested_at, last_response_ms,
    created_at
ON connections WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('connections', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'name', OLD.name, 'connection_type', OLD.connection_type, 'database_type', OLD.database_type,
        'host', OLD.host, 'port', OLD.port, 'database_name', OLD.database_name, 'username', OLD.username,
        'secret', CASE WHEN OLD.secret IS NULL THEN 'none' ELSE 'set' END, 'config', json(OLD.config),
        'environment', OLD.environment, 'is_read_only', OLD.is_read_only, 'is_active', OLD.is_active,
        'description', OLD.description, 'tags', json(OLD.tags), 'owner_user_id', OLD.owner_user_id,
        'last_test_status', OLD.last_test_status, 'last_tested_at', OLD.last_tested_at,
        'last_response_ms', OLD.last_response_ms, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version), json_object(
        'id', NEW.id, 'name', NEW.name, 'connection_type', NEW.connection_type, 'database_type', NEW.database_type,
        'host', NEW.host, 'port', NEW.port, 'database_name', NEW.database_name, 'username', NEW.username,
        'secret', CASE WHEN NEW.secret IS NULL THEN 'none' WHEN NEW.secret IS OLD.secret THEN 'set' ELSE 'changed' END,
        'config', json(NEW.config), 'environment', NEW.environment, 'is_read_only', NEW.is_read_only,
        'is_active', NEW.is_active, 'description', NEW.description, 'tags', json(NEW.tags),
        'owner_user_id', NEW.owner_user_id, 'last_test_status', NEW.last_test_status,
        'last_tested_at', NEW.last_tested_at, 'last_response_ms', NEW.last_response_ms, 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER connections_external_delete AFTER DELETE ON connections
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('connections', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'name', OLD.name, 'connection_type', OLD.connection_type, 'database_type', OLD.database_type,
        'host', OLD.host, 'port', OLD.port, 'database_name', OLD.database_name, 'username', OLD.username,
        'secret', CASE WHEN OLD.secret IS NULL THEN 'none' ELSE 'set' END, 'config', json(OLD.config),
        'environment', OLD.environment, 'is_read_only', OLD.is_read_only, 'is_active', OLD.is_active,
        'description', OLD.description, 'tags', json(OLD.tags), 'owner_user_id', OLD.owner_user_id,
        'last_test_status', OLD.last_test_status, 'last_tested_at', OLD.last_tested_at,
        'last_response_ms', OLD.last_response_ms, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version));
END;

CREATE TRIGGER pipelines_external_insert AFTER INSERT ON pipelines
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('pipelines', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'name', NEW.name, 'description', NEW.description, 'pipeline_type', NEW.pipeline_type,
        'source_connection_id', NEW.source_connection_id, 'target_connection_id', NEW.target_connection_id,
        'tables', json(NEW.tables), 'mode', NEW.mode, 'status', NEW.status, 'full_load_status', NEW.full_load_status,
        'cdc_status', NEW.cdc_status, 'lifecycle', NEW.lifecycle, 'engine', NEW.engine,
        'source_config', json(NEW.source_config), 'destination_config', json(NEW.destination_config),
        'transformation_config', json(NEW.transformation_config),
        'secret', CASE WHEN NEW.secret IS NULL THEN 'none' ELSE 'set' END, 'schedule_cron', NEW.schedule_cron,
        'is_active', NEW.is_active, 'owner_user_id', NEW.owner_user_id, 'tags', json(NEW.tags),
        'metadata', json(NEW.metadata), 'last_run_at', NEW.last_run_at, 'last_run_status', NEW.last_run_status,
        'last_run_duration_ms', NEW.last_run_duration_ms, 'last_run_rows_processed', NEW.last_run_rows_processed,
        'last_run_error', NEW.last_run_error, 'total_runs', NEW.total_runs, 'successful_runs', NEW.successful_runs,
        'failed_runs', NEW.failed_runs, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER pipelines_external_update AFTER UPDATE OF
    id, name, description, pipeline_type, source_connection_id, target_connection_id, tables, mode, status,
    full_load_status, cdc_status, lifecycle, engine, source_config, destination_config, transformation_config,
    secret, schedule_cron, is_active, owner_user_id, tags, metadata, last_run_at, last_run_status,
    last_run_duration_ms, last_run_rows_processed, last_run_error, total_runs, successful_runs, failed_runs,
    created_at
ON pipelines WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('pipelines', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'name', OLD.name, 'description', OLD.description, 'pipeline_type', OLD.pipeline_type,
        'source_connection_id', OLD.source_connection_id, 'target_connection_id', OLD.target_connection_id,
        'tables', json(OLD.tables), 'mode', OLD.mode, 'status', OLD.status, 'full_load_status', OLD.full_load_status,
        'cdc_status', OLD.cdc_status, 'lifecycle', OLD.lifecycle, 'engine', OLD.engine,
        'source_config', json(OLD.source_config), 'destination_config', json(OLD.destination_config),
        'transformation_config', json(OLD.transformation_config),
        'secret', CASE WHEN OLD.secret IS NULL THEN 'none' ELSE 'set' END, 'schedule_cron', OLD.schedule_cron,
        'is_active', OLD.is_active, 'owner_user_id', OLD.owner_user_id, 'tags', json(OLD.tags),
        'metadata', json(OLD.metadata), 'last_run_at', OLD.last_run_at, 'last_run_status', OLD.last_run_status,
        'last_run_duration_ms', OLD.last_run_duration_ms, 'last_run_rows_processed', OLD.last_run_rows_processed,
        'last_run_error', OLD.last_run_error, 'total_runs', OLD.total_runs, 'successful_runs', OLD.successful_runs,
        'failed_runs', OLD.failed_runs, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version), json_object(
        'id', NEW.id, 'name', NEW.name, 'description', NEW.description, 'pipeline_type', NEW.pipeline_type,
        'source_connection_id', NEW.source_connection_id, 'target_connection_id', NEW.target_connection_id,
        'tables', json(NEW.tables), 'mode', NEW.mode, 'status', NEW.status, 'full_load_status', NEW.full_load_status,
        'cdc_status', NEW.cdc_status, 'lifecycle', NEW.lifecycle, 'engine', NEW.engine,
        'source_config', json(NEW.source_config), 'destination_config', json(NEW.destination_config),
        'transformation_config', json(NEW.transformation_config),
        'secret', CASE WHEN NEW.secret IS NULL THEN 'none' WHEN NEW.secret IS OLD.secret THEN 'set' ELSE 'changed' END,
        'schedule_cron', NEW.schedule_cron, 'is_active', NEW.is_active, 'owner_user_id', NEW.owner_user_id,
        'tags', json(NEW.tags), 'metadata', json(NEW.metadata), 'last_run_at', NEW.last_run_at,
        'last_run_status', NEW.last_run_status, 'last_run_duration_ms', NEW.last_run_duration_ms,
        'last_run_rows_processed', NEW.last_run_rows_processed, 'last_run_error', NEW.last_run_error,
        'total_runs', NEW.total_runs, 'successful_runs', NEW.successful_runs, 'failed_runs', NEW.failed_runs,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER pipelines_external_delete AFTER DELETE ON pipelines
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('pipelines', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'name', OLD.name, 'description', OLD.description, 'pipeline_type', OLD.pipeline_type,
        'source_connection_id', OLD.source_connection_id, 'target_connection_id', OLD.target_connection_id,
        'tables', json(OLD.tables), 'mode', OLD.mode, 'status', OLD.status, 'full_load_status', OLD.full_load_status,
        'cdc_status', OLD.cdc_status, 'lifecycle', OLD.lifecycle, 'engine', OLD.engine,
        'source_config', json(OLD.source_config), 'destination_config', json(OLD.destination_config),
        'transformation_config', json(OLD.transformation_config),
        'secret', CASE WHEN OLD.secret IS NULL THEN 'none' ELSE 'set' END, 'schedule_cron', OLD.schedule_cron,
        'is_active', OLD.is_active, 'owner_user_id', OLD.owner_user_id, 'tags', json(OLD.tags),
        'metadata', json(OLD.metadata), 'last_run_at', OLD.last_run_at, 'last_run_status', OLD.last_run_status,
        'last_run_duration_ms', OLD.last_run_duration_ms, 'last_run_rows_processed', OLD.last_run_rows_processed,
        'last_run_error', OLD.last_run_error, 'total_runs', OLD.total_runs, 'successful_runs', OLD.successful_runs,
        'failed_runs', OLD.failed_runs, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version));
END;

CREATE TRIGGER alert_rules_external_insert AFTER INSERT ON alert_rules
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('alert_rules', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'name', NEW.name, 'pipeline_id', NEW.pipeline_id, 'metric', NEW.metric,
        'condition', NEW.condition, 'threshold', NEW.threshold, 'for_seconds', NEW.for_seconds,
        'keep_firing_seconds', NEW.keep_firing_seconds, 'severity', NEW.severity, 'channels', json(NEW.channels),
        'secret', CASE WHEN NEW.secret IS NULL THEN 'none' ELSE 'set' END, 'is_enabled', NEW.is_enabled,
        'snoozed_until', NEW.snoozed_until, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER alert_rules_external_update AFTER UPDATE OF
    id, name, pipeline_id, metric, condition, threshold, for_seconds, keep_firing_seconds, severity, channels,
    secret, is_enabled, snoozed_until, created_at
ON alert_rules WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('alert_rules', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'name', OLD.name, 'pipeline_id', OLD.pipeline_id, 'metric', OLD.metric,
        'condition', OLD.condition, 'threshold', OLD.threshold, 'for_seconds', OLD.for_seconds,
        'keep_firing_seconds', OLD.keep_firing_seconds, 'severity', OLD.severity, 'channels', json(OLD.channels),
        'secret', CASE WHEN OLD.secret IS NULL THEN 'none' ELSE 'set' END, 'is_enabled', OLD.is_enabled,
        'snoozed_until', OLD.snoozed_until, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version), json_object(
        'id', NEW.id, 'name', NEW.name, 'pipeline_id', NEW.pipeline_id, 'metric', NEW.metric,
        'condition', NEW.condition, 'threshold', NEW.threshold, 'for_seconds', NEW.for_seconds,
        'keep_firing_seconds', NEW.keep_firing_seconds, 'severity', NEW.severity, 'channels', json(NEW.channels),
        'secret', CASE WHEN NEW.secret IS NULL THEN 'none' WHEN NEW.secret IS OLD.secret THEN 'set' ELSE 'changed' END,
        'is_enabled', NEW.is_enabled, 'snoozed_until', NEW.snoozed_until, 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER alert_rules_external_delete AFTER DELETE ON alert_rules
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('alert_rules', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'name', OLD.name, 'pipeline_id', OLD.pipeline_id, 'metric', OLD.metric,
        'condition', OLD.condition, 'threshold', OLD.threshold, 'for_seconds', OLD.for_seconds,
        'keep_firing_seconds', OLD.keep_firing_seconds, 'severity', OLD.severity, 'channels', json(OLD.channels),
        'secret', CASE WHEN OLD.secret IS NULL THEN 'none' ELSE 'set' END, 'is_enabled', OLD.is_enabled,
        'snoozed_until', OLD.snoozed_until, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version));
END;

CREATE TRIGGER dashboard_templates_external_insert AFTER INSERT ON dashboard_templates
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('dashboard_templates', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'name', NEW.name, 'category', NEW.category, 'display_name', NEW.display_name,
        'description', NEW.description, 'document', json(NEW.document), 'variables', json(NEW.variables),
        'is_system', NEW.is_system, 'usage_count', NEW.usage_count, 'last_used_at', NEW.last_used_at,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER dashboard_templates_external_update AFTER UPDATE OF
    id, name, category, display_name, description, document, variables, is_system, created_at
ON dashboard_templates WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('dashboard_templates', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'name', OLD.name, 'category', OLD.category, 'display_name', OLD.display_name,
        'description', OLD.description, 'document', json(OLD.document), 'variables', json(OLD.variables),
        'is_system', OLD.is_system, 'usage_count', OLD.usage_count, 'last_used_at', OLD.last_used_at,
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'name', NEW.name, 'category', NEW.category, 'display_name', NEW.display_name,
        'description', NEW.description, 'document', json(NEW.document), 'variables', json(NEW.variables),
        'is_system', NEW.is_system, 'usage_count', NEW.usage_count, 'last_used_at', NEW.last_used_at,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER dashboard_templates_external_delete AFTER DELETE ON dashboard_templates
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('dashboard_templates', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'name', OLD.name, 'category', OLD.category, 'display_name', OLD.display_name,
        'description', OLD.description, 'document', json(OLD.document), 'variables', json(OLD.variables),
        'is_system', OLD.is_system, 'usage_count', OLD.usage_count, 'last_used_at', OLD.last_used_at,
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER dashboards_external_insert AFTER INSERT ON dashboards
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('dashboards', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'project', NEW.project, 'name', NEW.name, 'display_name', NEW.display_name,
        'description', NEW.description, 'document', json(NEW.document), 'document_text', NEW.document_text,
        'state', NEW.state, 'template_id', NEW.template_id, 'owner_user_id', NEW.owner_user_id,
        'tags', json(NEW.tags), 'created_by', NEW.created_by, 'updated_by', NEW.updated_by,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER dashboards_external_update AFTER UPDATE OF
    id, project, name, display_name, description, document, document_text, state, template_id, owner_user_id, tags,
    created_by, updated_by, created_at
ON dashboards WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('dashboards', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'project', OLD.project, 'name', OLD.name, 'display_name', OLD.display_name,
        'description', OLD.description, 'document', json(OLD.document), 'document_text', OLD.document_text,
        'state', OLD.state, 'template_id', OLD.template_id, 'owner_user_id', OLD.owner_user_id,
        'tags', json(OLD.tags), 'created_by', OLD.created_by, 'updated_by', OLD.updated_by,
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'project', NEW.project, 'name', NEW.name, 'display_name', NEW.display_name,
        'description', NEW.description, 'document', json(NEW.document), 'document_text', NEW.document_text,
        'state', NEW.state, 'template_id', NEW.template_id, 'owner_user_id', NEW.owner_user_id,
        'tags', json(NEW.tags), 'created_by', NEW.created_by, 'updated_by', NEW.updated_by,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER dashboards_external_delete AFTER DELETE ON dashboards
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('dashboards', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'project', OLD.project, 'name', OLD.name, 'display_name', OLD.display_name,
        'description', OLD.description, 'document', json(OLD.document), 'document_text', OLD.document_text,
        'state', OLD.state, 'template_id', OLD.template_id, 'owner_user_id', OLD.owner_user_id,
        'tags', json(OLD.tags), 'created_by', OLD.created_by, 'updated_by', OLD.updated_by,
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER dashboard_resources_external_insert AFTER INSERT ON dashboard_resources
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('dashboard_resources', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'kind', NEW.kind, 'project', NEW.project, 'name', NEW.name, 'document', json(NEW.document),
        'document_text', NEW.document_text, 'expires_at', NEW.expires_at, 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER dashboard_resources_external_update AFTER UPDATE OF
    id, kind, project, name, document, document_text, expires_at, created_at
ON dashboard_resources WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('dashboard_resources', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'kind', OLD.kind, 'project', OLD.project, 'name', OLD.name, 'document', json(OLD.document),
        'document_text', OLD.document_text, 'expires_at', OLD.expires_at, 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'kind', NEW.kind, 'project', NEW.project, 'name', NEW.name, 'document', json(NEW.document),
        'document_text', NEW.document_text, 'expires_at', NEW.expires_at, 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER dashboard_resources_external_delete AFTER DELETE ON dashboard_resources
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('dashboard_resources', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'kind', OLD.kind, 'project', OLD.project, 'name', OLD.name, 'document', json(OLD.document),
        'document_text', OLD.document_text, 'expires_at', OLD.expires_at, 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER user_preferences_external_insert AFTER INSERT ON user_preferences
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('user_preferences', NEW.user_id, 'INSERT', json_object(
        'user_id', NEW.user_id, 'theme', NEW.theme, 'timezone', NEW.timezone, 'locale', NEW.locale,
        'default_dashboard_id', NEW.default_dashboard_id, 'favourites', json(NEW.favourites),
        'settings', json(NEW.settings), 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER user_preferences_external_update AFTER UPDATE OF
    user_id, theme, timezone, locale, default_dashboard_id, favourites, settings, created_at
ON user_preferences WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('user_preferences', OLD.user_id, 'UPDATE', json_object(
        'user_id', OLD.user_id, 'theme', OLD.theme, 'timezone', OLD.timezone, 'locale', OLD.locale,
        'default_dashboard_id', OLD.default_dashboard_id, 'favourites', json(OLD.favourites),
        'settings', json(OLD.settings), 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version), json_object(
        'user_id', NEW.user_id, 'theme', NEW.theme, 'timezone', NEW.timezone, 'locale', NEW.locale,
        'default_dashboard_id', NEW.default_dashboard_id, 'favourites', json(NEW.favourites),
        'settings', json(NEW.settings), 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER user_preferences_external_delete AFTER DELETE ON user_preferences
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('user_preferences', OLD.user_id, 'DELETE', json_object(
        'user_id', OLD.user_id, 'theme', OLD.theme, 'timezone', OLD.timezone, 'locale', OLD.locale,
        'default_dashboard_id', OLD.default_dashboard_id, 'favourites', json(OLD.favourites),
        'settings', json(OLD.settings), 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version));
END;

CREATE TRIGGER share_tokens_external_insert AFTER INSERT ON share_tokens
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('share_tokens', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'token_hash', CASE WHEN NEW.token_hash IS NULL THEN 'none' ELSE 'set' END,
        'dashboard_id', NEW.dashboard_id, 'created_by_user_id', NEW.created_by_user_id, 'expires_at', NEW.expires_at,
        'allowed_networks', json(NEW.allowed_networks), 'max_uses', NEW.max_uses, 'use_count', NEW.use_count,
        'revoked_at', NEW.revoked_at, 'last_used_at', NEW.last_used_at, 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER share_tokens_external_update AFTER UPDATE OF
    id, token_hash, dashboard_id, created_by_user_id, expires_at, allowed_networks, max_uses, use_count, revoked_at,
    last_used_at, created_at
ON share_tokens WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('share_tokens', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'token_hash', CASE WHEN OLD.token_hash IS NULL THEN 'none' ELSE 'set' END,
        'dashboard_id', OLD.dashboard_id, 'created_by_user_id', OLD.created_by_user_id, 'expires_at', OLD.expires_at,
        'allowed_networks', json(OLD.allowed_networks), 'max_uses', OLD.max_uses, 'use_count', OLD.use_count,
        'revoked_at', OLD.revoked_at, 'last_used_at', OLD.last_used_at, 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id,
        'token_hash', CASE WHEN NEW.token_hash IS NULL THEN 'none' WHEN NEW.token_hash IS OLD.token_hash THEN 'set' ELSE 'changed' END,
        'dashboard_id', NEW.dashboard_id, 'created_by_user_id', NEW.created_by_user_id, 'expires_at', NEW.expires_at,
        'allowed_networks', json(NEW.allowed_networks), 'max_uses', NEW.max_uses, 'use_count', NEW.use_count,
        'revoked_at', NEW.revoked_at, 'last_used_at', NEW.last_used_at, 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER share_tokens_external_delete AFTER DELETE ON share_tokens
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('share_tokens', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'token_hash', CASE WHEN OLD.token_hash IS NULL THEN 'none' ELSE 'set' END,
        'dashboard_id', OLD.dashboard_id, 'created_by_user_id', OLD.created_by_user_id, 'expires_at', OLD.expires_at,
        'allowed_networks', json(OLD.allowed_networks), 'max_uses', OLD.max_uses, 'use_count', OLD.use_count,
        'revoked_at', OLD.revoked_at, 'last_used_at', OLD.last_used_at, 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER catalog_tables_external_insert AFTER INSERT ON catalog_tables
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('catalog_tables', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'connection_id', NEW.connection_id, 'schema_name', NEW.schema_name,
        'table_name', NEW.table_name, 'table_type', NEW.table_type, 'storage_format', NEW.storage_format,
        'storage_location', NEW.storage_location, 'row_count', NEW.row_count, 'file_size_bytes', NEW.file_size_bytes,
        'compression_ratio', NEW.compression_ratio, 'created_by_user_id', NEW.created_by_user_id,
        'owner_user_id', NEW.owner_user_id, 'is_active', NEW.is_active, 'description', NEW.description,
        'tags', json(NEW.tags), 'last_accessed_at', NEW.last_accessed_at, 'metadata', json(NEW.metadata),
        'schema_version', NEW.schema_version, 'partitioning_info', json(NEW.partitioning_info),
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER catalog_tables_external_update AFTER UPDATE OF
    id, connection_id, schema_name, table_name, table_type, storage_format, storage_location, row_count,
    file_size_bytes, compression_ratio, created_by_user_id, owner_user_id, is_active, description, tags,
    last_accessed_at, metadata, schema_version, partitioning_info, created_at
ON catalog_tables WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('catalog_tables', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'connection_id', OLD.connection_id, 'schema_name', OLD.schema_name,
        'table_name', OLD.table_name, 'table_type', OLD.table_type, 'storage_format', OLD.storage_format,
        'storage_location', OLD.storage_location, 'row_count', OLD.row_count, 'file_size_bytes', OLD.file_size_bytes,
        'compression_ratio', OLD.compression_ratio, 'created_by_user_id', OLD.created_by_user_id,
        'owner_user_id', OLD.owner_user_id, 'is_active', OLD.is_active, 'description', OLD.description,
        'tags', json(OLD.tags), 'last_accessed_at', OLD.last_accessed_at, 'metadata', json(OLD.metadata),
        'schema_version', OLD.schema_version, 'partitioning_info', json(OLD.partitioning_info),
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'connection_id', NEW.connection_id, 'schema_name', NEW.schema_name,
        'table_name', NEW.table_name, 'table_type', NEW.table_type, 'storage_format', NEW.storage_format,
        'storage_location', NEW.storage_location, 'row_count', NEW.row_count, 'file_size_bytes', NEW.file_size_bytes,
        'compression_ratio', NEW.compression_ratio, 'created_by_user_id', NEW.created_by_user_id,
        'owner_user_id', NEW.owner_user_id, 'is_active', NEW.is_active, 'description', NEW.description,
        'tags', json(NEW.tags), 'last_accessed_at', NEW.last_accessed_at, 'metadata', json(NEW.metadata),
        'schema_version', NEW.schema_version, 'partitioning_info', json(NEW.partitioning_info),
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER catalog_tables_external_delete AFTER DELETE ON catalog_tables
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('catalog_tables', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'connection_id', OLD.connection_id, 'schema_name', OLD.schema_name,
        'table_name', OLD.table_name, 'table_type', OLD.table_type, 'storage_format', OLD.storage_format,
        'storage_location', OLD.storage_location, 'row_count', OLD.row_count, 'file_size_bytes', OLD.file_size_bytes,
        'compression_ratio', OLD.compression_ratio, 'created_by_user_id', OLD.created_by_user_id,
        'owner_user_id', OLD.owner_user_id, 'is_active', OLD.is_active, 'description', OLD.description,
        'tags', json(OLD.tags), 'last_accessed_at', OLD.last_accessed_at, 'metadata', json(OLD.metadata),
        'schema_version', OLD.schema_version, 'partitioning_info', json(OLD.partitioning_info),
        'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER catalog_columns_external_insert AFTER INSERT ON catalog_columns
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('catalog_columns', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'table_id', NEW.table_id, 'column_name', NEW.column_name,
        'column_position', NEW.column_position, 'data_type', NEW.data_type, 'semantic_type', NEW.semantic_type,
        'is_nullable', NEW.is_nullable, 'is_primary_key', NEW.is_primary_key, 'is_indexed', NEW.is_indexed,
        'default_value', NEW.default_value, 'description', NEW.description, 'statistics', json(NEW.statistics),
        'constraints', json(NEW.constraints), 'metadata', json(NEW.metadata), 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER catalog_columns_external_update AFTER UPDATE OF
    id, table_id, column_name, column_position, data_type, semantic_type, is_nullable, is_primary_key, is_indexed,
    default_value, description, statistics, constraints, metadata, created_at
ON catalog_columns WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('catalog_columns', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'table_id', OLD.table_id, 'column_name', OLD.column_name,
        'column_position', OLD.column_position, 'data_type', OLD.data_type, 'semantic_type', OLD.semantic_type,
        'is_nullable', OLD.is_nullable, 'is_primary_key', OLD.is_primary_key, 'is_indexed', OLD.is_indexed,
        'default_value', OLD.default_value, 'description', OLD.description, 'statistics', json(OLD.statistics),
        'constraints', json(OLD.constraints), 'metadata', json(OLD.metadata), 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'table_id', NEW.table_id, 'column_name', NEW.column_name,
        'column_position', NEW.column_position, 'data_type', NEW.data_type, 'semantic_type', NEW.semantic_type,
        'is_nullable', NEW.is_nullable, 'is_primary_key', NEW.is_primary_key, 'is_indexed', NEW.is_indexed,
        'default_value', NEW.default_value, 'description', NEW.description, 'statistics', json(NEW.statistics),
        'constraints', json(NEW.constraints), 'metadata', json(NEW.metadata), 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER catalog_columns_external_delete AFTER DELETE ON catalog_columns
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('catalog_columns', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'table_id', OLD.table_id, 'column_name', OLD.column_name,
        'column_position', OLD.column_position, 'data_type', OLD.data_type, 'semantic_type', OLD.semantic_type,
        'is_nullable', OLD.is_nullable, 'is_primary_key', OLD.is_primary_key, 'is_indexed', OLD.is_indexed,
        'default_value', OLD.default_value, 'description', OLD.description, 'statistics', json(OLD.statistics),
        'constraints', json(OLD.constraints), 'metadata', json(OLD.metadata), 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER validation_sessions_external_insert AFTER INSERT ON validation_sessions
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('validation_sessions', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'name', NEW.name, 'status', NEW.status, 'source_technology', NEW.source_technology,
        'target_technology', NEW.target_technology, 'source_connection_id', NEW.source_connection_id,
        'target_connection_id', NEW.target_connection_id, 'pipeline_id', NEW.pipeline_id,
        'request', json(NEW.request), 'summary', json(NEW.summary), 'processing_log', json(NEW.processing_log),
        'fidelity_score', NEW.fidelity_score, 'created_by_user_id', NEW.created_by_user_id,
        'shared_with', json(NEW.shared_with), 'started_at', NEW.started_at, 'completed_at', NEW.completed_at,
        'archived_at', NEW.archived_at, 'deleted_at', NEW.deleted_at, 'deleted_by_user_id', NEW.deleted_by_user_id,
        'deletion_reason', NEW.deletion_reason, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER validation_sessions_external_update AFTER UPDATE OF
    id, name, status, source_technology, target_technology, source_connection_id, target_connection_id, pipeline_id,
    request, summary, processing_log, fidelity_score, created_by_user_id, shared_with, started_at, completed_at,
    archived_at, deleted_at, deleted_by_user_id, deletion_reason, created_at
ON validation_sessions WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('validation_sessions', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'name', OLD.name, 'status', OLD.status, 'source_technology', OLD.source_technology,
        'target_technology', OLD.target_technology, 'source_connection_id', OLD.source_connection_id,
        'target_connection_id', OLD.target_connection_id, 'pipeline_id', OLD.pipeline_id,
        'request', json(OLD.request), 'summary', json(OLD.summary), 'processing_log', json(OLD.processing_log),
        'fidelity_score', OLD.fidelity_score, 'created_by_user_id', OLD.created_by_user_id,
        'shared_with', json(OLD.shared_with), 'started_at', OLD.started_at, 'completed_at', OLD.completed_at,
        'archived_at', OLD.archived_at, 'deleted_at', OLD.deleted_at, 'deleted_by_user_id', OLD.deleted_by_user_id,
        'deletion_reason', OLD.deletion_reason, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version), json_object(
        'id', NEW.id, 'name', NEW.name, 'status', NEW.status, 'source_technology', NEW.source_technology,
        'target_technology', NEW.target_technology, 'source_connection_id', NEW.source_connection_id,
        'target_connection_id', NEW.target_connection_id, 'pipeline_id', NEW.pipeline_id,
        'request', json(NEW.request), 'summary', json(NEW.summary), 'processing_log', json(NEW.processing_log),
        'fidelity_score', NEW.fidelity_score, 'created_by_user_id', NEW.created_by_user_id,
        'shared_with', json(NEW.shared_with), 'started_at', NEW.started_at, 'completed_at', NEW.completed_at,
        'archived_at', NEW.archived_at, 'deleted_at', NEW.deleted_at, 'deleted_by_user_id', NEW.deleted_by_user_id,
        'deletion_reason', NEW.deletion_reason, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
        'version', NEW.version));
END;
CREATE TRIGGER validation_sessions_external_delete AFTER DELETE ON validation_sessions
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('validation_sessions', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'name', OLD.name, 'status', OLD.status, 'source_technology', OLD.source_technology,
        'target_technology', OLD.target_technology, 'source_connection_id', OLD.source_connection_id,
        'target_connection_id', OLD.target_connection_id, 'pipeline_id', OLD.pipeline_id,
        'request', json(OLD.request), 'summary', json(OLD.summary), 'processing_log', json(OLD.processing_log),
        'fidelity_score', OLD.fidelity_score, 'created_by_user_id', OLD.created_by_user_id,
        'shared_with', json(OLD.shared_with), 'started_at', OLD.started_at, 'completed_at', OLD.completed_at,
        'archived_at', OLD.archived_at, 'deleted_at', OLD.deleted_at, 'deleted_by_user_id', OLD.deleted_by_user_id,
        'deletion_reason', OLD.deletion_reason, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
        'version', OLD.version));
END;

CREATE TRIGGER connector_profiles_external_insert AFTER INSERT ON connector_profiles
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('connector_profiles', NEW.id, 'INSERT', json_object(
        'id', NEW.id, 'profile_data', json(NEW.profile_data),
        'secret', CASE WHEN NEW.secret IS NULL THEN 'none' ELSE 'set' END, 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER connector_profiles_external_update AFTER UPDATE OF
    id, profile_data, secret, created_at
ON connector_profiles WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('connector_profiles', OLD.id, 'UPDATE', json_object(
        'id', OLD.id, 'profile_data', json(OLD.profile_data),
        'secret', CASE WHEN OLD.secret IS NULL THEN 'none' ELSE 'set' END, 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'id', NEW.id, 'profile_data', json(NEW.profile_data),
        'secret', CASE WHEN NEW.secret IS NULL THEN 'none' WHEN NEW.secret IS OLD.secret THEN 'set' ELSE 'changed' END,
        'created_at', NEW.created_at, 'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER connector_profiles_external_delete AFTER DELETE ON connector_profiles
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('connector_profiles', OLD.id, 'DELETE', json_object(
        'id', OLD.id, 'profile_data', json(OLD.profile_data),
        'secret', CASE WHEN OLD.secret IS NULL THEN 'none' ELSE 'set' END, 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER client_configs_external_insert AFTER INSERT ON client_configs
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('client_configs', NEW.client_id, 'INSERT', json_object(
        'client_id', NEW.client_id, 'config_data', json(NEW.config_data), 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER client_configs_external_update AFTER UPDATE OF
    client_id, config_data, created_at
ON client_configs WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('client_configs', OLD.client_id, 'UPDATE', json_object(
        'client_id', OLD.client_id, 'config_data', json(OLD.config_data), 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'client_id', NEW.client_id, 'config_data', json(NEW.config_data), 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER client_configs_external_delete AFTER DELETE ON client_configs
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('client_configs', OLD.client_id, 'DELETE', json_object(
        'client_id', OLD.client_id, 'config_data', json(OLD.config_data), 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version));
END;

CREATE TRIGGER service_proposals_external_insert AFTER INSERT ON service_proposals
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, new_values) VALUES ('service_proposals', NEW.proposal_id, 'INSERT', json_object(
        'proposal_id', NEW.proposal_id, 'proposal_data', json(NEW.proposal_data), 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER service_proposals_external_update AFTER UPDATE OF
    proposal_id, proposal_data, created_at
ON service_proposals WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values, new_values) VALUES ('service_proposals', OLD.proposal_id, 'UPDATE', json_object(
        'proposal_id', OLD.proposal_id, 'proposal_data', json(OLD.proposal_data), 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version), json_object(
        'proposal_id', NEW.proposal_id, 'proposal_data', json(NEW.proposal_data), 'created_at', NEW.created_at,
        'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER service_proposals_external_delete AFTER DELETE ON service_proposals
WHEN NOT EXISTS (SELECT 1 FROM session_operation) BEGIN
    INSERT INTO external_changes (table_name, row_id, operation, old_values) VALUES ('service_proposals', OLD.proposal_id, 'DELETE', json_object(
        'proposal_id', OLD.proposal_id, 'proposal_data', json(OLD.proposal_data), 'created_at', OLD.created_at,
        'updated_at', OLD.updated_at, 'version', OLD.version));
END;

-- The audit trail ---------------------------------------------------------------------------------------------------
-- BEFORE INSERT stops INSERT OR REPLACE too, which would delete the old row without firing a delete trigger.

CREATE TRIGGER audit_logs_insert BEFORE INSERT ON audit_logs
WHEN NOT EXISTS (SELECT 1 FROM audit_head WHERE NEW.id = last_id + 1 AND NEW.previous_hash = last_hash
                 AND NEW.occurred_at >= last_occurred_at) BEGIN
    SELECT RAISE(ABORT, 'audit_logs is append-only: a new row continues the chain at audit_head');
END;
CREATE TRIGGER audit_logs_update BEFORE UPDATE ON audit_logs BEGIN
    SELECT RAISE(ABORT, 'audit_logs is append-only');
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

CREATE TRIGGER audit_head_insert BEFORE INSERT ON audit_head BEGIN
    SELECT RAISE(ABORT, 'audit_head has exactly one row');
END;
CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head
WHEN NEW.last_id IS NOT OLD.last_id + 1
  OR NOT EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.last_id AND hash = NEW.last_hash
                 AND occurred_at = NEW.last_occurred_at) BEGIN
    SELECT RAISE(ABORT, 'audit_head moves only to the audit row that was just written');
END;
CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head BEGIN
    SELECT RAISE(ABORT, 'audit_head has exactly one row');
END;

CREATE TRIGGER operations_insert BEFORE INSERT ON operations
WHEN EXISTS (SELECT 1 FROM operations WHERE op_id = NEW.op_id) BEGIN
    SELECT RAISE(ABORT, 'operations is append-only');
END;
CREATE TRIGGER operations_update BEFORE UPDATE ON operations BEGIN
    SELECT RAISE(ABORT, 'operations is append-only');
END;
CREATE TRIGGER operations_delete BEFORE DELETE ON operations BEGIN
    SELECT RAISE(ABORT, 'operations is append-only');
END;

CREATE TRIGGER external_changes_insert BEFORE INSERT ON external_changes
WHEN EXISTS (SELECT 1 FROM external_changes WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'external_changes is append-only');
END;
CREATE TRIGGER external_changes_update BEFORE UPDATE ON external_changes
WHEN OLD.sealed_audit_id IS NOT NULL OR NEW.sealed_audit_id IS NULL
  OR NEW.id IS NOT OLD.id OR NEW.changed_at IS NOT OLD.changed_at OR NEW.table_name IS NOT OLD.table_name
  OR NEW.row_id IS NOT OLD.row_id OR NEW.operation IS NOT OLD.operation OR NEW.old_values IS NOT OLD.old_values
  OR NEW.new_values IS NOT OLD.new_values OR NEW.db_user IS NOT OLD.db_user
  OR NEW.application IS NOT OLD.application BEGIN
    SELECT RAISE(ABORT, 'external_changes is append-only: a row is sealed once and changed in nothing else');
END;
CREATE TRIGGER external_changes_delete BEFORE DELETE ON external_changes BEGIN
    SELECT RAISE(ABORT, 'external_changes is append-only');
END;

CREATE TRIGGER schema_history_insert BEFORE INSERT ON schema_history
WHEN EXISTS (SELECT 1 FROM schema_history WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'schema_history is append-only');
END;
CREATE TRIGGER schema_history_update BEFORE UPDATE ON schema_history BEGIN
    SELECT RAISE(ABORT, 'schema_history is append-only');
END;
CREATE TRIGGER schema_history_delete BEFORE DELETE ON schema_history BEGIN
    SELECT RAISE(ABORT, 'schema_history is append-only');
END;
