// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/benchworkspace.h"

#include "models/workspace/workspacestore.h"
#include "tests/support/servers.h"

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

void BenchWorkspace::prepareMonths(const ConnectSpec &spec, Timestamp from)
{
    const auto session = Session::open(spec);
    Transaction transaction(*session);
    WorkspaceStore::ensurePartitions(transaction, from, Timestamp::now());
    transaction.commit();
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
