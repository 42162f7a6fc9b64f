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
    void comparesTextByLine();
    void tellsItInALine();
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
        {QStringLiteral("tags"), std::nullopt, QStringLiteral("y")},
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

void TstAuditChanges::comparesTextByLine()
{
    const auto changes = auditChanges(json(R"({"note": "a\nb\nc\nd\ne"})"), json(R"({"note": "a\nb\nx\nd\ne"})"));
    QCOMPARE(changes.size(), 1);
    QCOMPARE(changes[0].before, std::optional(QStringLiteral("…\n  b\n- c\n  d\n…")));
    QCOMPARE(changes[0].after, std::optional(QStringLiteral("…\n  b\n+ x\n  d\n…")));
}

void TstAuditChanges::tellsItInALine()
{
    AuditRecord record;
    record.oldValues = json(R"({"port": 5432, "version": 1, "tags": ["x"]})");
    record.newValues = json(R"({"port": 5433, "version": 2, "tags": ["x", "vip"]})");
    QCOMPARE(changeSummary(record), QStringLiteral("port 5432 → 5433, + tags vip"));
    record.newValues.reset();
    QCOMPARE(changeSummary(record), QStringLiteral("gone with its 3 fields"));
    record.success = false;
    record.errorMessage = QStringLiteral("The disk is full");
    QCOMPARE(changeSummary(record), QStringLiteral("The disk is full"));
    // A password that was set shows, without a word of it.
    AuditRecord secret;
    secret.metadata = {{QStringLiteral("credentials_changed"), true}};
    QCOMPARE(auditChanges(secret).value(0).field, QStringLiteral("password"));
    // Of a change from outside it is known which; one that was none before is told once.
    secret.oldValues = json(R"({"api_key_hash": "••••", "password_hash": null})");
    secret.newValues = json(R"({"api_key_hash": "••••", "password_hash": "••••"})");
    secret.metadata.insert(QStringLiteral("set_anew"),
                           QJsonArray{QStringLiteral("api_key_hash"), QStringLiteral("password_hash")});
    QStringList fields;
    for (const ChangeLine &line : auditChanges(secret)) fields << line.field;
    QCOMPARE(fields, (QStringList{QStringLiteral("password_hash"), QStringLiteral("api_key_hash")}));
}

HEADGATE_TEST(TstAuditChanges);
#include "tst_auditchanges.moc"
