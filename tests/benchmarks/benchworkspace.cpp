// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/benchworkspace.h"

#include "models/audit/auditstore.h"
#include "models/workspace/workspacestore.h"
#include "tests/support/servers.h"

#include <QElapsedTimer>
#include <QFileInfo>

namespace headgate::test {

BenchWorkspace::BenchWorkspace(const QString &name)
{
    if (name == u"postgresql") m_spec = specFromUrl(serverUrl("HEADGATE_TEST_PG_URL"));
    else m_spec.path = name;
    // Neither a person's keys nor settings.
    const QString home = m_spec.path.isEmpty() ? QString::fromLocal8Bit(serverVariable("HEADGATE_TEST_DIR")) : QFileInfo(m_spec.path).absolutePath();
    for (const char *variable : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"}) qputenv(variable, (home + QStringLiteral("/home")).toUtf8());
}

ConnectSpec BenchWorkspace::patient(ConnectSpec spec)
{
    spec.statementTimeoutMs = 0;
    return spec;
}

BenchWorkspace::Fill BenchWorkspace::fill(const ConnectSpec &spec, const AuditSynth &synth, qint64 first, qint64 batch, const std::function<void(const Fill &)> &told)
{
    Database database(patient(spec));
    (void)valueOf(database.write([from = *synth.entry(0).occurredAt](Transaction &transaction) {
        WorkspaceStore::ensurePartitions(transaction, from, Timestamp::now());
        return Done{};
    }));
    Fill fill;
    QElapsedTimer timer;
    for (qint64 begin = first; begin < synth.rows(); begin += batch) {
        timer.start();
        QList<AuditEntry> entries;
        for (qint64 i = begin; i < std::min(begin + batch, synth.rows()); ++i) entries << synth.entry(i);
        fill.makeSeconds += double(timer.nsecsElapsed()) / 1e9;
        timer.start();
        (void)valueOf(database.write([entries](Transaction &transaction) {
            AuditStore::record(transaction, entries);
            return Done{};
        }));
        fill.writeSeconds += double(timer.nsecsElapsed()) / 1e9;
        fill.rows += entries.size();
        if (told) told(fill);
    }
    return fill;
}

std::unique_ptr<Workspace> BenchWorkspace::open(std::optional<Timestamp> madeAt) const
{
    if (m_spec.kind == Dialect::Kind::Postgresql && madeAt) {
        const auto session = Session::open(specFromUrl(serverUrl("HEADGATE_TEST_PG_ADMIN_URL")));
        const auto report = Migrator(*session).upgrade();
        if (!report.usable()) qFatal("%s", qPrintable(report.error.text()));
    }
    WorkspaceOptions options;
    options.address.spec = patient(m_spec);
    options.create = madeAt.has_value();
    options.madeAt = madeAt;
    options.keychain = false;
    options.front = Front::Window;
    auto opened = Workspace::open(options);
    if (!opened.ok()) qFatal("%s", qPrintable(opened.error().text()));
    return std::move(opened.value());
}

}  // namespace headgate::test
