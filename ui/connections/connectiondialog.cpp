// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectiondialog.h"

#include "app/base/attach.h"
#include "models/connections/connectionurl.h"
#include "ui/base/changestable.h"
#include "ui/base/environmentband.h"
#include "ui/base/messagebar.h"
#include "ui/base/messages.h"
#include "ui/base/theme.h"
#include "ui/connections/conflictview.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/connectionform.h"
#include "ui/connections/stagesview.h"
#include "ui/connections/testrun.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace headgate {

namespace {

QScrollArea *scrolling(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    return area;
}

}  // namespace

ConnectionDialog::ConnectionDialog(ConnectionService &service, const Connection &connection, const DialogTools &tools,
                                   QWidget *parent)
    : QDialog(parent), m_service(service), m_tools(tools), m_was(connection)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(isEdit() ? tr("Edit %1").arg(connection.name) : tr("New connection"));
    resize(720, 640);
    m_form = new ConnectionForm(connection, tools.files);
    buildButtons();
    buildLayout();
    connect(m_form, &ConnectionForm::changed, this, &ConnectionDialog::onFormChanged);
    onFormChanged();
    m_form->setFocus();
}

ConnectionDialog::~ConnectionDialog() = default;

void ConnectionDialog::buildLayout()
{
    m_paste = new QLineEdit;
    m_paste->setPlaceholderText(tr("Paste an address: URL, JDBC, SQLAlchemy, ODBC, Go or libpq string"));
    m_paste->setAccessibleName(tr("Address to fill the form from"));
    m_paste->setClearButtonEnabled(true);
    m_pasteNote = new QLabel;
    m_pasteNote->setWordWrap(true);
    m_pasteNote->setTextFormat(Qt::PlainText);
    m_pasteNote->hide();
    connect(m_paste, &QLineEdit::textChanged, this, &ConnectionDialog::paste);

    auto *edit = new QWidget;
    auto *editBox = new QVBoxLayout(edit);
    editBox->setContentsMargins({});
    editBox->setSpacing(8);
    editBox->addWidget(m_paste);
    editBox->addWidget(m_pasteNote);
    editBox->addWidget(m_form, 1);
    m_stack = new QStackedWidget;
    m_stack->addWidget(edit);

    m_band = new EnvironmentBand(m_tools.theme);
    m_message = new MessageBar(m_tools.theme);
    auto *content = new QVBoxLayout;
    content->setContentsMargins(16, 16, 16, 16);
    content->setSpacing(12);
    content->addWidget(m_message);
    content->addWidget(m_stack, 1);
    auto *buttons = new QHBoxLayout;
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &ConnectionDialog::reject);
    buttons->addWidget(m_test);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    content->addLayout(buttons);

    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_band);
    box->addLayout(content);
}

void ConnectionDialog::buildButtons()
{
    m_test = new QPushButton(tr("&Test connection"));
    m_test->setAutoDefault(false);
    connect(m_test, &QPushButton::clicked, this, &ConnectionDialog::test);
    m_save = new QPushButton;
    m_save->setObjectName(QStringLiteral("save"));
    m_save->setDefault(true);
    m_save->setProperty("kind", QStringLiteral("primary"));
    connect(m_save, &QPushButton::clicked, this, &ConnectionDialog::save);
}

void ConnectionDialog::paste(const QString &text)
{
    m_pasteNote->setVisible(!text.trimmed().isEmpty());
    if (text.trimmed().isEmpty()) return;
    const Result<ParsedUrl> parsed = parseConnectionUrl(text.trimmed());
    if (!parsed.ok()) {
        m_pasteNote->setText(parsed.error().what);
        return;
    }
    m_form->fill(parsed->connection, parsed->password);
    const QString filled = tr("Filled the form: %1 at %2.").arg(databaseTypeLabel(parsed->connection.databaseType), connectionAddress(parsed->connection));
    m_pasteNote->setText((QStringList(filled) + parsed->notes).join(QLatin1Char(' ')));
}

void ConnectionDialog::askForDrivers()
{
    if (std::exchange(m_askedForDrivers, true)) return;
    attach(this, m_service.odbcDrivers(), [this](const Result<QStringList> &drivers) {
        if (drivers.ok()) m_form->setOdbcDrivers(*drivers);
        else m_message->showError(drivers.error());
    });
}

void ConnectionDialog::onFormChanged()
{
    const ConnectionDraft draft = draftToSave();
    m_band->setEnvironment(draft.connection.environment);
    m_save->setText(saveText());
    if (draft.connection.databaseType == DatabaseType::Sqlserver) askForDrivers();
    if (!isEdit()) return;
    QList<ChangeLine> lines;
    for (const auto &change : ConnectionService::changes(m_was, draft))
        lines << ChangeLine{connectionFieldLabel(change.field), change.before, change.after};
    QTabWidget *tabs = m_form->tabs();
    if (!m_changes) tabs->addTab(buildPreview(), {});
    const int tab = tabs->indexOf(m_changes->parentWidget());
    m_changes->setChanges(lines);
    m_statements->setPlainText(lines.isEmpty() ? QString() : statementsText(m_service.statements(m_was, draft)));
    tabs->setTabEnabled(tab, !lines.isEmpty());
    tabs->setTabText(tab, lines.isEmpty() ? tr("Changes") : tr("Changes (%1)").arg(lines.size()));
}

/// The fields before and after, and the statements that will write them.
QWidget *ConnectionDialog::buildPreview()
{
    auto *preview = new QSplitter(Qt::Vertical);
    m_changes = new ChangesTable(m_tools.theme);
    m_statements = new QPlainTextEdit;
    m_statements->setReadOnly(true);
    m_statements->setFont(m_tools.theme.fixedFont());
    m_statements->setAccessibleName(tr("The statements that will run, and their values"));
    preview->addWidget(m_changes);
    preview->addWidget(m_statements);
    preview->setSizes({300, 160});
    return preview;
}

QString ConnectionDialog::saveText() const
{
    const bool production = draftToSave().connection.environment == Environment::Production;
    if (isEdit()) return production ? tr("&Save on production") : tr("&Save");
    return production ? tr("&Add to production") : tr("&Add connection");
}

ConnectionDraft ConnectionDialog::draftToSave() const
{
    ConnectionDraft draft = m_form->draft();
    if (m_conflict) draft.connection = m_conflict->merged();
    return draft;
}

bool ConnectionDialog::isDirty() const
{
    const ConnectionDraft draft = m_form->draft();
    return draft.password || draft.connection != m_was;
}

void ConnectionDialog::test()
{
    if (m_run) return m_run->cancel();
    if (!m_form->isValid()) return m_form->showAllErrors();
    const ConnectionDraft draft = draftToSave();
    m_run = new TestRun([this, draft](const auto &onStage, const CancelToken &cancel) { return m_service.testDraft(draft, onStage, cancel); },
                        this);
    QTabWidget *tabs = m_form->tabs();
    if (!m_stages) {
        m_stages = new StagesView(m_tools.theme);
        tabs->addTab(scrolling(m_stages), tr("Test result"));
    }
    tabs->setCurrentIndex(tabs->count() - 1);
    m_stages->begin();
    m_test->setText(tr("&Cancel test"));
    connect(m_run, &TestRun::stageFinished, m_stages, &StagesView::addStage);
    connect(m_run, &TestRun::finished, this, [this](const Result<ConnectionTest> &result) {
        if (result.ok())
            m_stages->setStages(result->stages);
        else
            m_stages->showError(result.error().text());
        m_test->setText(tr("&Test connection"));
        m_run->deleteLater();
        m_run = nullptr;
    });
}

void ConnectionDialog::save()
{
    if (m_busy) return;
    if (!m_conflict && !m_form->isValid()) return m_form->showAllErrors();
    if (m_conflict && !m_conflict->isResolved()) return;
    store(draftToSave());
}

void ConnectionDialog::store(const ConnectionDraft &draft)
{
    setBusy(true);
    attach(this, isEdit() ? m_service.update(draft) : m_service.add(draft), [this](const Result<Connection> &result) {
        setBusy(false);
        onStored(result);
    });
}

void ConnectionDialog::onStored(const Result<Connection> &result)
{
    if (result.ok()) {
        Q_EMIT saved(*result);
        return accept();
    }
    if (result.error().kind == ErrorKind::Conflict && isEdit()) return showConflict();
    m_message->showError(result.error());
}

void ConnectionDialog::showConflict()
{
    setBusy(true);
    attach(this, m_service.get(m_was.id), [this](const Result<Connection> &now) {
        setBusy(false);
        if (!now.ok()) return m_message->showError(now.error());
        const Connection yours = draftToSave().connection;
        auto *view = new ConflictView(m_was, yours, *now);
        m_stack->addWidget(scrolling(view));
        m_stack->setCurrentIndex(m_stack->count() - 1);
        m_conflict = view;
        m_was = *now;
        connect(view, &ConflictView::choiceChanged, this, [this] {
            m_save->setEnabled(m_conflict->isResolved());
            m_save->setText(saveText());
        });
        m_save->setEnabled(view->isResolved());
        m_message->showWarning(tr("Somebody saved “%1” while you edited it. Choose what each field shall hold, then save again.")
                                   .arg(m_was.name));
    });
}

void ConnectionDialog::setBusy(bool busy)
{
    m_busy = busy;
    m_stack->setEnabled(!busy);
    m_save->setEnabled(!busy && (!m_conflict || m_conflict->isResolved()));
}

void ConnectionDialog::reject()
{
    if (!isDirty()) return QDialog::reject();
    const QString name = m_form->draft().connection.name;
    const QString text = name.isEmpty() ? tr("What you typed was not saved.") : tr("What you typed for “%1” was not saved.").arg(name);
    m_tools.messages.ask(this, {tr("Discard the changes?"), text, tr("Discard changes"), true},
                         [this] { QDialog::reject(); });
}

}  // namespace headgate
