// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectiondetail.h"

#include "app/base/attach.h"
#include "app/connections/testhistoryservice.h"
#include "ui/base/chips.h"
#include "ui/base/plaintext.h"
#include "ui/base/theme.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/connectiontab.h"
#include "ui/connections/historytab.h"
#include "ui/connections/stagesview.h"
#include "ui/connections/testrun.h"

#include <QFormLayout>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

namespace {

constexpr int leastName = 80;

QScrollArea *scrolling(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // The card below is the ground.
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

}  // namespace

ConnectionDetail::ConnectionDetail(ConnectionService &service, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_service(service), m_theme(theme),
      m_history(new HistoryTab(service.testHistory(), theme)), m_tabs(new QTabWidget)
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(testTab(), tr("Test"));
    m_tabs->addTab(m_history, tr("History"));
    m_tabs->addTab(detailsTab(), tr("Details"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(header());
    box->addWidget(m_tabs, 1);
}

void ConnectionDetail::addTab(ConnectionTab *tab, const QString &title)
{
    m_tabs->insertTab(1 + int(m_added.size()), tab, title);
    m_added << tab;
}

QWidget *ConnectionDetail::header()
{
    m_name = new QLabel;
    m_name->setTextFormat(Qt::PlainText);
    m_name->setFont(m_theme.sectionFont());
    m_name->setMinimumWidth(1);  // it is elided: a long one must not widen the pane
    m_environment = new EnvironmentTag(m_theme);
    m_kind = new QLabel;
    m_kind->setProperty("muted", true);
    m_kind->setWordWrap(true);
    m_readOnly = new QLabel;
    m_readOnly->setTextFormat(Qt::PlainText);
    m_readOnly->setWordWrap(true);
    m_readOnly->setProperty("muted", true);
    m_edit = new QPushButton(tr("&Edit"));
    m_test = new QPushButton(tr("&Test"));
    connect(m_edit, &QPushButton::clicked, this, &ConnectionDetail::editRequested);
    connect(m_test, &QPushButton::clicked, this, &ConnectionDetail::testRequested);
    auto *head = new QWidget;
    auto *words = new QGridLayout;
    words->setHorizontalSpacing(Theme::Gap);
    words->setVerticalSpacing(2);
    words->addWidget(m_name, 0, 0);
    words->addWidget(m_environment, 0, 1);
    words->addWidget(m_kind, 1, 0, 1, 3);
    words->addWidget(m_readOnly, 2, 0, 1, 3);
    words->setColumnStretch(2, 1);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    row->setSpacing(Theme::Gap);
    row->addLayout(words, 1);
    row->addWidget(m_edit);
    row->addWidget(m_test);
    return head;
}

QWidget *ConnectionDetail::testTab()
{
    m_testNote = new QLabel;
    m_testNote->setMargin(12);
    m_testNote->setWordWrap(true);
    m_testNote->setProperty("muted", true);
    m_stages = new StagesView(m_theme);
    m_compare = new QPushButton(tr("&Compare with the last good test"));
    m_compare->setObjectName(QStringLiteral("compareWithLastGood"));
    m_accept = new QPushButton(tr("Accept this ser&ver"));
    m_accept->setToolTip(tr("Later tests compare with the server that this one found."));
    connect(m_compare, &QPushButton::clicked, this, &ConnectionDetail::compareWithLastGood);
    connect(m_accept, &QPushButton::clicked, this, &ConnectionDetail::acceptServerRequested);
    auto *acts = new QVBoxLayout;  // below each other: the pane may be narrow
    acts->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    acts->setSpacing(Theme::Gap);
    acts->addWidget(m_compare, 0, Qt::AlignLeft);
    acts->addWidget(m_accept, 0, Qt::AlignLeft);
    auto *page = new QWidget;
    auto *box = new QVBoxLayout(page);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_testNote);
    box->addWidget(m_stages);
    box->addLayout(acts);
    box->addStretch();
    return scrolling(page);
}

QWidget *ConnectionDetail::detailsTab()
{
    auto *page = new QWidget;
    m_details = new QFormLayout(page);
    m_details->setContentsMargins(12, 12, 12, 12);
    m_details->setHorizontalSpacing(16);
    m_details->setVerticalSpacing(8);
    return scrolling(page);
}

void ConnectionDetail::setConnection(const Connection &connection)
{
    const bool isOther = connection.id != m_connection.id;
    const bool wasTested = connection.lastTestedAt != m_connection.lastTestedAt;
    m_connection = connection;
    m_name->setToolTip(asPlain(connection.name));
    m_environment->setEnvironment(connection.environment);
    showName();
    const QString kind = tr("%1 · %2").arg(databaseTypeLabel(connection.databaseType), roleLabel(connection.role));
    const QString reason = connection.config.value(QLatin1String("read_only_reason")).toString();
    m_kind->setText(kind);
    m_readOnly->setVisible(connection.isReadOnly && !reason.isEmpty());
    m_readOnly->setText(tr("Read-only: %1").arg(reason));
    showDetails();
    for (ConnectionTab *tab : std::as_const(m_added)) {
        tab->setConnection(connection);
        m_tabs->setTabVisible(m_tabs->indexOf(tab), tab->supports(connection));
    }
    if (!isOther && !wasTested) return;
    if (isOther) {
        // What belongs to the other one must not stand under this name while the history is read.
        follow(nullptr);
        showLastTest({});
        m_testNote->hide();
        m_history->setConnection(connection.id);
    } else {
        m_history->refresh();
    }
    loadLastTest();
}

/// As much of the name as its tag and the buttons leave room for.
void ConnectionDetail::showName()
{
    int taken = 2 * Theme::CardPadding + 4 * Theme::Gap;
    for (const QWidget *beside : {static_cast<QWidget *>(m_environment), static_cast<QWidget *>(m_edit), static_cast<QWidget *>(m_test)}) taken += beside->sizeHint().width();
    m_name->setText(m_name->fontMetrics().elidedText(m_connection.name, Qt::ElideRight, std::max(leastName, width() - taken)));
}

void ConnectionDetail::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showName();
}

void ConnectionDetail::follow(TestRun *run)
{
    m_running = run != nullptr;
    m_test->setText(m_running ? tr("&Cancel") : tr("&Test"));
    m_test->setToolTip(m_running ? tr("Cancel the test") : QString());
    showName();
    if (!run) return;
    m_tabs->setCurrentIndex(0);
    m_testNote->hide();
    m_compare->hide();
    m_accept->hide();
    m_stages->begin();
    for (const StageResult &stage : run->stages()) m_stages->addStage(stage);
    connect(run, &TestRun::stageFinished, m_stages, [this, run, id = m_connection.id](const StageResult &stage) {
        if (m_running && m_connection.id == id) m_stages->addStage(stage);
    });
}

void ConnectionDetail::loadLastTest()
{
    attach(this, m_service.testHistory().newest(m_connection.id), [this, id = m_connection.id](const Result<std::optional<TestInContext>> &last) {
        if (id != m_connection.id || m_running) return;
        last.ok() ? showLastTest(*last) : showTestError(last.error());
    });
}

void ConnectionDetail::showLastTest(const std::optional<TestInContext> &last)
{
    m_lastTest = last ? last->test.id : ConnectionTestId();
    m_stages->setStages(last ? last->test.stages : std::vector<StageResult>());
    m_compare->setVisible(last && last->difference && last->test.status != TestStatus::Success);
    m_accept->setVisible(last && last->test.errorCode == serverChangedCode);
    m_testNote->setVisible(!last);
    m_testNote->setText(tr("Not tested yet. Test shows, stage by stage, what is right and what is wrong."));
}

void ConnectionDetail::compareWithLastGood()
{
    m_tabs->setCurrentWidget(m_history);
    m_history->showDifference(m_lastTest);
}

void ConnectionDetail::showTestError(const Error &error)
{
    m_stages->end();
    m_testNote->setText(error.text());
    m_testNote->show();
}

void ConnectionDetail::showDetails()
{
    while (m_details->rowCount() > 0) m_details->removeRow(0);
    const auto add = [this](const QString &label, const QString &value, bool fixedFont) {
        auto *text = new QLabel(value);
        text->setTextFormat(Qt::PlainText);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        text->setAccessibleName(tr("%1: %2").arg(label, value));
        if (fixedFont) text->setFont(m_theme.fixedFont());
        auto *name = new QLabel(label);
        name->setProperty("muted", true);
        m_details->addRow(name, text);
    };
    for (const ConnectionField &field : connectionFields()) {
        const QString value = field.text(m_connection);
        if (!value.isEmpty()) add(field.label, value, field.fixedFont);
        if (field.id == QLatin1String("username") && m_connection.hasSecret) add(tr("Password"), QStringLiteral("••••"), true);
    }
    const auto time = [](Timestamp at) {
        const QDateTime local = at.toDateTime().toLocalTime();
        return QLocale().toString(local, QStringLiteral("d MMM yyyy HH:mm:ss ")) + local.timeZoneAbbreviation();
    };
    add(tr("Created"), time(m_connection.createdAt), false);
    add(tr("Last changed"), time(m_connection.updatedAt), false);
    add(tr("Version"), QString::number(m_connection.version), true);
}

}  // namespace headgate
