// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testregistry.h"
#include "ui/audit/auditchanges.h"

#include <QJsonArray>

using namespace headgate;

class TstAuditChanges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsWhatDiffers();
    void namesNestedFields();
    void oneSideMissing();
};

namespace {

QJsonObject json(const char *text)
{
    return QJsonDocument::fromJson(text).object();
}

}  // namespace

void TstAuditChanges::listsWhatDiffers()
{
    const auto changes = auditChanges(json(R"({"name": "a", "port": 5432, "tags": ["x"], "host": null})"),
                                      json(R"({"name": "b", "port": 5432, "tags": ["x", "y"], "host": "h"})"));
    const QList<ChangeLine> expected{
        {QStringLiteral("host"), QStringLiteral("NULL"), QStringLiteral("h")},
        {QStringLiteral("name"), QStringLiteral("a"), QStringLiteral("b")},
        {QStringLiteral("tags"), QStringLiteral("[\"x\"]"), QStringLiteral("[\"x\",\"y\"]")},
    };
    QCOMPARE(changes, expected);
}

void TstAuditChanges::namesNestedFields()
{
    const auto changes = auditChanges(json(R"({"config": {"sslmode": "prefer"}})"), json(R"({"config": {"sslmode": "require"}})"));
    QCOMPARE(changes.size(), 1);
    QCOMPARE(changes[0].field, QStringLiteral("config.sslmode"));
}

void TstAuditChanges::oneSideMissing()
{
    const auto created = auditChanges(std::nullopt, json(R"({"name": "", "port": null})"));
    QCOMPARE(created.size(), 2);
    QVERIFY(!created[0].before);
    QCOMPARE(created[0].after, std::optional(QString()));
    QCOMPARE(created[1].after, std::optional(QStringLiteral("NULL")));
    QVERIFY(auditChanges(std::nullopt, std::nullopt).isEmpty());
}

HEADGATE_TEST(TstAuditChanges);
#include "tst_auditchanges.moc"
