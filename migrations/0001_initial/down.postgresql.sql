-- SPDX-License-Identifier: GPL-3.0-or-later
-- Takes the whole schema away again, rows included. The extension pg_trgm stays.

SELECT set_config('headgate.maintenance', 'migration', true);
DROP SCHEMA headgate CASCADE;
