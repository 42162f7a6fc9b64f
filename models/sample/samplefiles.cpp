// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sample/samplefiles.h"

#include "models/base/error.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <QDir>
#include <QFileInfo>

namespace headgate::SampleFiles {

namespace {

struct File {
    const char *name;
    QList<const char *> statements;
};

/// Rows come from arithmetic on a counter, so that every file has the same content wherever it is made.
const QList<File> &files()
{
    static const QList<File> all{
        {"pos-berlin.sqlite",
         {"create table articles (id integer primary key, name text not null, price_cents integer not null check (price_cents >= 0))",
          "create table receipts (id integer primary key, sold_at text not null, till integer not null, paid_by text not null)",
          "create table receipt_lines (receipt_id integer not null references receipts (id), article_id integer not null references "
          "articles (id), quantity integer not null, primary key (receipt_id, article_id)) without rowid",
          "with recursive n(i) as (select 1 union all select i + 1 from n where i < 60) "
          "insert into articles select i, 'Article ' || i, 99 + (i * 37) % 4900 from n",
          "with recursive n(i) as (select 1 union all select i + 1 from n where i < 800) "
          "insert into receipts select i, datetime('2026-01-05', '+' || (i * 23) || ' minutes'), 1 + i % 4, "
          "case i % 3 when 0 then 'cash' else 'card' end from n",
          "with recursive n(i) as (select 0 union all select i + 1 from n where i < 2399) "
          "insert or ignore into receipt_lines select 1 + i / 3, 1 + (i * 7) % 60, 1 + i % 5 from n",
          "create index receipt_lines_article on receipt_lines (article_id)"}},
        {"field-sensors.sqlite",
         {"create table sensors (id integer primary key, site text not null, kind text not null, unit text not null)",
          "create table readings (sensor_id integer not null references sensors (id), read_at integer not null, value real not null, "
          "primary key (sensor_id, read_at)) without rowid",
          "with recursive n(i) as (select 1 union all select i + 1 from n where i < 12) "
          "insert into sensors select i, 'site-' || (1 + i % 4), case i % 3 when 0 then 'temperature' when 1 then 'humidity' else "
          "'vibration' end, case i % 3 when 0 then 'C' when 1 then '%' else 'mm/s' end from n",
          "with recursive n(i) as (select 0 union all select i + 1 from n where i < 2999) "
          "insert into readings select 1 + i % 12, 1767225600 + (i / 12) * 900, 18 + ((i * 7919) % 400) / 100.0 from n"}},
        {"feature-flags.sqlite",
         {"create table flags (name text primary key, is_on integer not null check (is_on in (0, 1)), rollout_percent integer not null "
          "default 100, note text)",
          "insert into flags values ('new-checkout', 1, 40, 'watch the basket abandonment rate'), ('dark-mode', 1, 100, null), "
          "('async-invoices', 0, 0, 'waits for the billing migration'), ('search-v3', 1, 5, null), ('gift-cards', 1, 100, null)",
          "create table flag_changes (id integer primary key, flag text not null references flags (name), changed_at text not null, "
          "changed_by text not null, rollout_percent integer not null)",
          "insert into flag_changes (flag, changed_at, changed_by, rollout_percent) select name, '2026-02-03 09:15:00', 'priya', "
          "rollout_percent from flags"}},
        {"invoices-2019.sqlite",
         {"create table invoices (number text primary key, issued_on text not null, customer text not null, total_cents integer not null, "
          "paid_on text)",
          "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200) "
          "insert into invoices select printf('2019-%05d', i), date('2019-01-02', '+' || (i * 7 / 24) || ' days'), "
          "'Customer ' || (1 + (i * 31) % 180), 1000 + (i * 6151) % 900000, "
          "case when i % 17 = 0 then null else date('2019-01-02', '+' || (i * 7 / 24 + 14) || ' days') end from n",
          "create index invoices_customer on invoices (customer)",
          "create view open_invoices as select number, customer, total_cents from invoices where paid_on is null"}},
    };
    return all;
}

void makeFile(const QString &path, const File &file)
{
    ConnectSpec spec;
    spec.path = path;
    spec.createFile = true;
    spec.management = false;
    const std::unique_ptr<Session> session = Session::open(spec);
    Transaction transaction(*session);
    for (const char *statement : file.statements) session->execute(QString::fromLatin1(statement));
    transaction.commit();
}

}  // namespace

QStringList names()
{
    QStringList list;
    for (const File &file : files()) list << QString::fromLatin1(file.name);
    return list;
}

void make(const QString &folder)
{
    if (!QDir().mkpath(folder))
        throw Exception({ErrorKind::Denied, QStringLiteral("The folder for the sample files cannot be made"), folder, {},
                         QStringLiteral("Check the permissions of the folders above it.")});
    for (const File &file : files()) {
        const QString path = folder + QLatin1Char('/') + QString::fromLatin1(file.name);
        if (!QFileInfo::exists(path)) makeFile(path, file);
    }
}

}  // namespace headgate::SampleFiles
