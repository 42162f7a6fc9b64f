// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/connections/connectiondialog.h"
#include "ui/connections/connectionform.h"
#include "ui/connections/optionstable.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTabWidget>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

Connection sqlServer()
{
    Connection c;
    c.name = u"sales"_s;
    c.databaseType = DatabaseType::Sqlserver;
    c.host = u"sql-1.internal"_s;
    c.databaseName = u"Sales"_s;
    c.username = u"anna"_s;
    c.config = {{u"odbc_driver"_s, u"FreeTDS"_s},
                {u"sslmode"_s, u"verify-full"_s},
                {u"options"_s, QJsonObject{{u"instance"_s, u"SALES"_s}, {u"PacketSize"_s, 4096}, {u"TDS_Version"_s, u"7.4"_s}}},
                {u"unknown"_s, QJsonObject{{u"kept"_s, true}}}};
    return c;
}

template <typename T>
T *named(QWidget *parent, const QString &accessibleName)
{
    for (auto *each : parent->findChildren<T *>())
        if (each->accessibleName() == accessibleName) return each;
    return nullptr;
}

bool says(QWidget *parent, const QString &words)
{
    for (const auto *label : parent->findChildren<QLabel *>())
        if (label->text().contains(words)) return true;
    return false;
}

}  // namespace

class TstSqlServerForm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsWhatItShows();
    void editsOptionsInATable();
    void saysWhatEachModeChecks();
    void offersTheInstalledDrivers();
    void refusesWhatADriverWouldMisread();
    void checksCertificateFiles();
};

void TstSqlServerForm::keepsWhatItShows()
{
    FileDialogs files;
    const Connection c = sqlServer();
    ConnectionForm form(c, files);
    QCOMPARE(form.draft().connection, c);
    QVERIFY(form.isValid());
    QCOMPARE(named<QLineEdit>(&form, u"Instance (optional)"_s)->text(), u"SALES"_s);
    named<QLineEdit>(&form, u"Instance (optional)"_s)->setText({});
    named<QComboBox>(&form, u"ODBC driver (optional)"_s)->setEditText(u"ODBC Driver 18 for SQL Server"_s);
    const QJsonObject config = form.draft().connection.config;
    QCOMPARE(config.value(u"odbc_driver"_s).toString(), u"ODBC Driver 18 for SQL Server"_s);
    QCOMPARE(config.value(u"options"_s).toObject(), (QJsonObject{{u"PacketSize"_s, 4096}, {u"TDS_Version"_s, u"7.4"_s}}));
    QCOMPARE(config.value(u"unknown"_s), c.config.value(u"unknown"_s));
}

void TstSqlServerForm::editsOptionsInATable()
{
    FileDialogs files;
    ConnectionForm form(sqlServer(), files);
    auto *table = form.findChild<OptionsTable *>();
    QCOMPARE(table->rowCount(), 3);
    table->item(2, 0)->setText(u"ClientCharset"_s);
    table->item(2, 1)->setText(u"UTF-8"_s);
    QCOMPARE(table->rowCount(), 4);
    table->setCurrentCell(1, 0);
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(form.draft().connection.config.value(u"options"_s).toObject(),
             (QJsonObject{{u"ClientCharset"_s, u"UTF-8"_s}, {u"PacketSize"_s, 4096}, {u"instance"_s, u"SALES"_s}}));
    table->item(0, 0)->setText(u"UID"_s);
    QVERIFY(!form.isValid());
    form.showAllErrors();
    QVERIFY(says(&form, u"\"UID\" cannot be an option of the driver"_s));
}

void TstSqlServerForm::saysWhatEachModeChecks()
{
    FileDialogs files;
    ConnectionForm form(sqlServer(), files);
    auto *driver = named<QComboBox>(&form, u"ODBC driver (optional)"_s);
    auto *mode = named<QComboBox>(&form, u"TLS mode"_s);
    QVERIFY(says(&form, u"FreeTDS insists on TLS; the certificate must be signed by the authority and name this host."_s));
    mode->setCurrentIndex(mode->findData(u"verify-ca"_s));
    QVERIFY(says(&form, u"The host name is not checked."_s));
    driver->setEditText(u"ODBC Driver 18 for SQL Server"_s);
    QVERIFY(says(&form, u"Microsoft's driver does not do one without the other."_s));
    QVERIFY(says(&form, u"Not used: Microsoft's driver takes the system's authorities."_s));
    auto *type = named<QComboBox>(&form, u"Database"_s);
    type->setCurrentIndex(type->findData(int(DatabaseType::Postgresql)));
    QVERIFY(says(&form, u"Always TLS; the certificate must be signed by the authority. The host name is not checked."_s));
    QVERIFY(named<QLineEdit>(&form, u"Client key (optional)"_s)->isVisibleTo(form.tabs()->widget(1)));
    type->setCurrentIndex(type->findData(int(DatabaseType::Sqlserver)));
    QVERIFY(!named<QLineEdit>(&form, u"Client key (optional)"_s)->isVisibleTo(form.tabs()->widget(1)));
}

void TstSqlServerForm::offersTheInstalledDrivers()
{
    PageFixture fixture;
    Connection c = sqlServer();
    c.config.remove(u"odbc_driver"_s);
    ConnectionDialog dialog(fixture.workspace->connections(), c, {fixture.theme, fixture.messages, fixture.files});
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    auto *driver = named<QComboBox>(&dialog, u"ODBC driver (optional)"_s);
    QTRY_VERIFY(driver->findText(u"FreeTDS"_s) >= 0);
    QCOMPARE(driver->currentText(), QString());
    QCOMPARE(driver->lineEdit()->placeholderText(), u"FreeTDS, the best one installed"_s);
}

void TstSqlServerForm::refusesWhatADriverWouldMisread()
{
    const auto errors = [](const Connection &c) {
        QStringList fields;
        for (const FieldError &error : ConnectionService::validate({c, std::nullopt})) fields << error.field;
        return fields;
    };
    Connection c = sqlServer();
    QCOMPARE(errors(c), QStringList());
    c.host = u"sql;1"_s;
    QCOMPARE(errors(c), QStringList{u"host"_s});
    c = sqlServer();
    c.config.insert(u"odbc_driver"_s, u"/tmp/libtdsodbc.so"_s);
    QCOMPARE(errors(c), QStringList{u"odbc_driver"_s});
    c = sqlServer();
    c.config.insert(u"options"_s, QJsonObject{{u"SAVEFILE"_s, u"/tmp/x"_s}});
    QCOMPARE(errors(c), QStringList{u"options"_s});
}

void TstSqlServerForm::checksCertificateFiles()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"key.pem"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto message = [](const QString &path) {
        Connection c = sqlServer();
        c.databaseType = DatabaseType::Postgresql;
        c.config = {{u"sslcert"_s, path}, {u"sslkey"_s, path}};
        for (const FieldError &error : ConnectionService::validate({c, std::nullopt}))
            if (error.field == u"sslkey"_s) return error.message;
        return QString();
    };
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    QCOMPARE(message(file.fileName()), QString());
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther);
    QVERIFY(message(file.fileName()).contains(u"chmod 600"_s));
    QCOMPARE(message(folder.filePath(u"none"_s)), u"There is no such file."_s);
    QCOMPARE(message(folder.path()), u"This is no file."_s);
}

HEADGATE_TEST(TstSqlServerForm);
#include "tst_sqlserverform.moc"
