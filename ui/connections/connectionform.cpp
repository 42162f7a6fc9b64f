// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionform.h"

#include "models/connections/tlspromise.h"
#include "ui/base/filedialogs.h"
#include "ui/base/formfield.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/healtheditor.h"
#include "ui/connections/optionstable.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

namespace {

template <typename E>
E current(const QComboBox *box)
{
    return E(box->currentData().toInt());
}

template <typename E>
void select(QComboBox *box, E value)
{
    box->setCurrentIndex(box->findData(int(value)));
}

QComboBox *sslModes()
{
    auto *box = new QComboBox;
    box->addItem(ConnectionForm::tr("As the driver decides"), QString());
    for (const char *mode : {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
        box->addItem(QString::fromLatin1(mode), QString::fromLatin1(mode));
    return box;
}

/// A mode that this program does not know is shown and kept.
void selectText(QComboBox *box, const QString &text)
{
    if (box->findData(text) < 0) box->addItem(text, text);
    box->setCurrentIndex(box->findData(text));
}

QStringList splitTags(const QString &text)
{
    QStringList tags;
    for (const QString &part : text.split(QLatin1Char(','))) {
        const QString tag = part.trimmed();
        if (!tag.isEmpty() && !tags.contains(tag)) tags << tag;
    }
    return tags;
}

const QString kInstance = QStringLiteral("instance");

QJsonObject optionsOf(const QJsonObject &config)
{
    return config.value(QLatin1String("options")).toObject();
}

}  // namespace

ConnectionForm::ConnectionForm(const Connection &connection, FileDialogs &files, QWidget *parent)
    : QWidget(parent), m_base(connection), m_files(files), m_tabs(new QTabWidget), m_health(new HealthEditor)
{
    connect(m_health, &HealthEditor::changed, this, &ConnectionForm::onChanged);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(connectionTab(connection), tr("Connection"));
    m_tabs->addTab(tlsTab(connection), tr("TLS"));
    m_tabs->addTab(advancedTab(connection), tr("Advanced"));
    m_tabs->addTab(m_health, tr("Health"));
    m_tabs->addTab(notesTab(connection), tr("Notes"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->addWidget(m_tabs);
    setFocusProxy(m_name);
    put(connection);
    adaptToType();
    validate();
}

void ConnectionForm::addField(FormLayout &form, const QString &id, const QString &label, QWidget *editor, const QString &help)
{
    FormField *field = form.addField(label, editor, help);
    m_fields.insert(id, field);
    connect(field, &FormField::left, this, &ConnectionForm::validate);
}

QWidget *ConnectionForm::connectionTab(const Connection &connection)
{
    m_name = new QLineEdit;
    m_environment = new QComboBox;
    for (const auto &[value, name] : environments.rows()) m_environment->addItem(environmentLabel(value), int(value));
    m_type = new QComboBox;
    for (DatabaseType type : {DatabaseType::Postgresql, DatabaseType::Mysql, DatabaseType::Sqlserver, DatabaseType::Sqlite})
        m_type->addItem(databaseTypeLabel(type), int(type));
    // A record of another kind, made elsewhere, is shown as it is.
    if (m_type->findData(int(connection.databaseType)) < 0)
        m_type->addItem(databaseTypeLabel(connection.databaseType), int(connection.databaseType));
    m_driver = new QComboBox;
    m_driver->setEditable(true);
    m_driver->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_driver->setInsertPolicy(QComboBox::NoInsert);
    m_instance = new QLineEdit;
    m_host = new QLineEdit;
    m_port = new QLineEdit;
    m_database = new QLineEdit;
    m_user = new QLineEdit;

    auto *page = new QWidget;
    FormLayout form(page);
    addField(form, QStringLiteral("name"), tr("&Name"), m_name);
    addField(form, QStringLiteral("environment"), tr("&Environment"), m_environment);
    addField(form, QStringLiteral("database_type"), tr("&Database"), m_type);
    addField(form, QStringLiteral("odbc_driver"), tr("&ODBC driver (optional)"), m_driver);
    addField(form, QStringLiteral("host"), tr("&Host"), m_host);
    addField(form, QStringLiteral("port"), tr("&Port (optional)"), m_port);
    addField(form, kInstance, tr("&Instance (optional)"), m_instance, tr("Its port is asked of SQL Server Browser when no port is given."));
    addField(form, QStringLiteral("database_name"), tr("Database na&me"), pathEditor(m_database, tr("Choose the database file")));
    addField(form, QStringLiteral("username"), tr("&User"), m_user);
    addField(form, QStringLiteral("password"), tr("Pass&word (optional)"), passwordEditor());
    form.addStretch();

    connect(m_type, &QComboBox::currentIndexChanged, this, &ConnectionForm::adaptToType);
    connect(m_driver, &QComboBox::editTextChanged, this, &ConnectionForm::adaptToDriver);
    connect(m_driver, &QComboBox::editTextChanged, this, &ConnectionForm::onChanged);
    for (QComboBox *box : {m_type, m_environment}) connect(box, &QComboBox::currentIndexChanged, this, &ConnectionForm::onChanged);
    for (QLineEdit *edit : {m_name, m_host, m_port, m_instance, m_database, m_user, m_password})
        connect(edit, &QLineEdit::textChanged, this, &ConnectionForm::onChanged);
    return page;
}

QWidget *ConnectionForm::passwordEditor()
{
    m_password = new QLineEdit;
    m_password->setEchoMode(QLineEdit::Password);
    m_removePassword = new QCheckBox(tr("Remove the stored one"));
    m_removePassword->setVisible(m_base.hasSecret);
    if (m_base.hasSecret) m_password->setPlaceholderText(tr("A password is stored; leave empty to keep it"));
    connect(m_removePassword, &QCheckBox::toggled, m_password, &QWidget::setDisabled);
    connect(m_removePassword, &QCheckBox::toggled, this, &ConnectionForm::onChanged);
    auto *both = new QWidget;
    auto *row = new QHBoxLayout(both);
    row->setContentsMargins({});
    row->addWidget(m_password, 1);
    row->addWidget(m_removePassword);
    both->setFocusProxy(m_password);
    return both;
}

QWidget *ConnectionForm::pathEditor(QLineEdit *edit, const QString &title)
{
    auto *browse = new QPushButton(tr("Browse…"));
    browse->setAccessibleName(title);
    connect(browse, &QPushButton::clicked, this, [this, edit, title] {
        m_files.openFile(this, title, edit->text(), [edit = QPointer(edit)](const QString &path) {
            if (edit) edit->setText(path);
        });
    });
    if (edit == m_database) m_browse = browse;
    auto *both = new QWidget;
    auto *row = new QHBoxLayout(both);
    row->setContentsMargins({});
    row->addWidget(edit, 1);
    row->addWidget(browse);
    both->setFocusProxy(edit);
    return both;
}

QLineEdit *ConnectionForm::configEdit(const QString &key)
{
    auto *edit = new QLineEdit;
    m_config.insert(key, edit);
    connect(edit, &QLineEdit::textChanged, this, &ConnectionForm::onChanged);
    return edit;
}

QWidget *ConnectionForm::tlsTab(const Connection &)
{
    m_sslMode = sslModes();
    connect(m_sslMode, &QComboBox::currentIndexChanged, this, &ConnectionForm::adaptToDriver);
    connect(m_sslMode, &QComboBox::currentIndexChanged, this, &ConnectionForm::onChanged);
    auto *page = new QWidget;
    FormLayout form(page);
    addField(form, QStringLiteral("sslmode"), tr("TLS &mode"), m_sslMode);
    const auto file = [&](const char *key, const QString &label, const QString &title) {
        const QString id = QString::fromLatin1(key);
        addField(form, id, label, pathEditor(configEdit(id), title));
    };
    file("sslrootcert", tr("C&A certificate (optional)"), tr("Choose the CA certificate"));
    file("sslcert", tr("&Client certificate (optional)"), tr("Choose the client certificate"));
    file("sslkey", tr("Client &key (optional)"), tr("Choose the client key"));
    form.addStretch();
    return page;
}

QWidget *ConnectionForm::advancedTab(const Connection &)
{
    m_role = new QComboBox;
    for (const auto &[value, name] : connectionRoles.rows()) m_role->addItem(roleLabel(value), int(value));
    m_options = new OptionsTable;
    m_options->setFixedHeight(136);
    connect(m_options, &OptionsTable::changed, this, &ConnectionForm::onChanged);
    m_readOnly = new QCheckBox(tr("&Read-only: Headgate writes nothing there"));
    m_active = new QCheckBox(tr("A&ctive: tested with all others and offered to pipelines"));
    connect(m_role, &QComboBox::currentIndexChanged, this, &ConnectionForm::onChanged);
    for (QCheckBox *box : {m_readOnly, m_active}) connect(box, &QCheckBox::toggled, this, &ConnectionForm::onChanged);

    auto *page = new QWidget;
    FormLayout form(page);
    addField(form, QStringLiteral("connection_type"), tr("&Used as"), m_role);
    addField(form, QStringLiteral("connect_timeout"), tr("Connect &timeout, s (optional)"), configEdit(QStringLiteral("connect_timeout")),
             tr("The deadline of a whole test, from resolving the name to the round trip."));
    addField(form, QStringLiteral("options"), tr("Driver &options (optional)"), m_options, tr("Type into the empty row; Del removes a row."));
    addField(form, QStringLiteral("is_read_only"), {}, m_readOnly);
    const QString reason = QStringLiteral("read_only_reason");
    addField(form, reason, tr("Reaso&n"), configEdit(reason), tr("Shown to everybody who wants to write there."));
    m_fields[reason]->setVisible(false);
    connect(m_readOnly, &QCheckBox::toggled, m_fields[reason], &FormField::setVisible);
    addField(form, QStringLiteral("is_active"), {}, m_active);
    form.addStretch();
    return page;
}

QWidget *ConnectionForm::notesTab(const Connection &)
{
    m_tags = new QLineEdit;
    m_description = new QPlainTextEdit;
    m_description->setTabChangesFocus(true);
    connect(m_tags, &QLineEdit::textChanged, this, &ConnectionForm::onChanged);
    connect(m_description, &QPlainTextEdit::textChanged, this, &ConnectionForm::onChanged);
    auto *page = new QWidget;
    FormLayout form(page);
    addField(form, QStringLiteral("tags"), tr("&Tags (optional)"), m_tags, tr("Words separated by commas."));
    addField(form, QStringLiteral("description"), tr("&Description (optional)"), m_description);
    form.addStretch();
    return page;
}

void ConnectionForm::put(const Connection &connection)
{
    m_filling = true;
    m_name->setText(connection.name);
    select(m_environment, connection.environment);
    if (m_type->findData(int(connection.databaseType)) < 0)
        m_type->addItem(databaseTypeLabel(connection.databaseType), int(connection.databaseType));
    select(m_type, connection.databaseType);
    select(m_role, connection.role);
    m_host->setText(connection.host);
    m_port->setText(connection.port ? QString::number(*connection.port) : QString());
    m_database->setText(connection.databaseName);
    m_user->setText(connection.username);
    selectText(m_sslMode, connection.config.value(QLatin1String("sslmode")).toString());
    for (auto it = m_config.cbegin(); it != m_config.cend(); ++it)
        it.value()->setText(connection.config.value(it.key()).toVariant().toString());
    QJsonObject options = optionsOf(connection.config);
    if (connection.databaseType == DatabaseType::Sqlserver) options.remove(kInstance);
    m_options->setOptions(options);
    m_driver->setEditText(chosenOdbcDriver(connection));
    m_instance->setText(sqlServerInstance(connection));
    m_health->setRule(HealthRule::of(connection.config));
    m_readOnly->setChecked(connection.isReadOnly);
    m_active->setChecked(connection.isActive);
    m_tags->setText(connection.tags.join(QStringLiteral(", ")));
    m_description->setPlainText(connection.description);
    m_filling = false;
}

void ConnectionForm::fill(const Connection &parsed, const std::optional<QString> &password)
{
    Connection merged = draft().connection;
    merged.databaseType = parsed.databaseType;
    merged.host = parsed.host;
    merged.port = parsed.port;
    merged.databaseName = parsed.databaseName;
    merged.username = parsed.username;
    for (auto it = parsed.config.begin(); it != parsed.config.end(); ++it) merged.config.insert(it.key(), *it);
    if (parsed.isReadOnly && !merged.isReadOnly) {
        merged.isReadOnly = true;
        merged.config.insert(QStringLiteral("read_only_reason"), tr("Its address says so"));
    }
    m_base.config = merged.config;
    if (merged.name.isEmpty()) merged.name = parsed.name;
    put(merged);
    if (password) m_password->setText(*password);
    onChanged();
}

QJsonObject ConnectionForm::config() const
{
    QJsonObject config = m_base.config;
    // A value that nobody touched keeps its JSON type.
    const auto set = [&config](const QString &key, const QJsonValue &value) {
        const QString text = value.toVariant().toString();
        if (text.isEmpty())
            config.remove(key);
        else if (config.value(key).toVariant().toString() != text)
            config.insert(key, value);
    };
    set(QStringLiteral("sslmode"), m_sslMode->currentData().toString());
    for (auto it = m_config.cbegin(); it != m_config.cend(); ++it) {
        const QString text = it.value()->text().trimmed();
        bool isNumber = false;
        const int number = text.toInt(&isNumber);
        const bool numeric = isNumber && it.key() == QLatin1String("connect_timeout");
        set(it.key(), numeric ? QJsonValue(number) : QJsonValue(text));
    }
    QJsonObject options = m_options->options();
    if (type() == DatabaseType::Sqlserver) {
        set(QStringLiteral("odbc_driver"), m_driver->currentText().trimmed());
        if (!m_instance->text().trimmed().isEmpty()) options.insert(kInstance, m_instance->text().trimmed());
    }
    if (options.isEmpty())
        config.remove(QStringLiteral("options"));
    else
        config.insert(QStringLiteral("options"), options);
    return m_health->rule().putInto(config);
}

ConnectionDraft ConnectionForm::draft() const
{
    ConnectionDraft draft{m_base, std::nullopt};
    Connection &c = draft.connection;
    const bool isFile = type() == DatabaseType::Sqlite;
    bool isNumber = false;
    const int port = m_port->text().trimmed().toInt(&isNumber);
    c.name = m_name->text().trimmed();
    c.environment = current<Environment>(m_environment);
    c.databaseType = type();
    c.role = current<ConnectionRole>(m_role);
    c.host = isFile ? QString() : m_host->text().trimmed();
    c.port = isFile || m_port->text().trimmed().isEmpty() ? std::nullopt : std::optional(isNumber ? port : 0);
    c.databaseName = m_database->text().trimmed();
    c.username = isFile ? QString() : m_user->text().trimmed();
    c.config = config();
    c.isReadOnly = m_readOnly->isChecked();
    if (!c.isReadOnly) c.config.remove(QStringLiteral("read_only_reason"));
    c.isActive = m_active->isChecked();
    c.tags = splitTags(m_tags->text());
    c.description = m_description->toPlainText();
    if (m_removePassword->isChecked())
        draft.password = QString();
    else if (!m_password->text().isEmpty())
        draft.password = m_password->text();
    return draft;
}

DatabaseType ConnectionForm::type() const
{
    return current<DatabaseType>(m_type);
}

void ConnectionForm::adaptToType()
{
    const bool isFile = type() == DatabaseType::Sqlite;
    const bool isOdbc = type() == DatabaseType::Sqlserver;
    for (const char *id : {"host", "port", "username", "password"}) m_fields[QString::fromLatin1(id)]->setVisible(!isFile);
    for (const char *id : {"odbc_driver", "instance"}) m_fields[QString::fromLatin1(id)]->setVisible(isOdbc);
    for (const char *id : {"sslcert", "sslkey"}) m_fields[QString::fromLatin1(id)]->setVisible(!isOdbc);
    m_fields[QStringLiteral("database_name")]->setLabel(isFile ? tr("Database &file") : tr("Database na&me"));
    m_browse->setVisible(isFile);
    m_tabs->setTabEnabled(1, !isFile);
    m_tabs->setTabToolTip(1, isFile ? tr("A file has no network connection to protect.") : QString());
    m_port->setPlaceholderText(isFile ? QString() : QString::number(defaultPort(type())));
    adaptToDriver();
}

void ConnectionForm::setOdbcDrivers(const QStringList &drivers)
{
    const QSignalBlocker quiet(m_driver);
    const QString typed = m_driver->currentText();
    m_drivers = drivers;
    m_driver->clear();
    m_driver->addItems(drivers);
    m_driver->setEditText(typed);
    const QString best = bestOdbcDriver(drivers);
    m_driver->lineEdit()->setPlaceholderText(best.isEmpty() ? QString() : tr("%1, the best one installed").arg(best));
    m_fields[QStringLiteral("odbc_driver")]->setHelp(best.isEmpty() ? tr("None for SQL Server is installed: install FreeTDS (tdsodbc) or Microsoft's msodbcsql18.")
                                                                    : QString());
    adaptToDriver();
}

// What a mode is worth depends on who checks it.
void ConnectionForm::adaptToDriver()
{
    const QString typed = m_driver->currentText().trimmed();
    const QString driver = typed.isEmpty() ? bestOdbcDriver(m_drivers) : typed;
    m_fields[QStringLiteral("sslmode")]->setHelp(tlsPromise(type(), driver, m_sslMode->currentData().toString()));
    const bool system = type() == DatabaseType::Sqlserver && odbcDriverKind(driver) == OdbcDriverKind::Microsoft;
    m_fields[QStringLiteral("sslrootcert")]->setHelp(system ? tr("Not used: Microsoft's driver takes the system's authorities.")
                                                            : tr("The authority that signs the server's certificate; for verify-ca and verify-full."));
}

void ConnectionForm::onChanged()
{
    if (m_filling) return;
    validate();
    Q_EMIT changed();
}

void ConnectionForm::validate()
{
    m_errors = ConnectionService::validate(draft());
    for (auto it = m_fields.cbegin(); it != m_fields.cend(); ++it) {
        const auto error = std::ranges::find(m_errors, it.key(), &FieldError::field);
        it.value()->setError(error == m_errors.cend() ? QString() : error->message);
    }
}

bool ConnectionForm::isValid() const
{
    return m_errors.isEmpty();
}

void ConnectionForm::showAllErrors()
{
    for (FormField *field : std::as_const(m_fields)) field->markLeft();
    if (!m_errors.isEmpty()) showError(m_errors.first());
}

void ConnectionForm::showError(const FieldError &error)
{
    FormField *field = m_fields.value(error.field);
    if (!field) return;
    field->markLeft();
    field->setError(error.message);
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        if (m_tabs->widget(tab)->isAncestorOf(field->editor())) m_tabs->setCurrentIndex(tab);
    field->editor()->setFocus();
}

}  // namespace headgate
