// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/readinessview.h"

#include "app/base/attach.h"
#include "app/base/job.h"
#include "app/connections/readinessreport.h"
#include "ui/base/celldelegate.h"
#include "ui/base/filedialogs.h"
#include "ui/base/messagebar.h"
#include "ui/base/theme.h"
#include "ui/connections/readinessdelegate.h"
#include "ui/connections/readinessfixview.h"
#include "ui/connections/readinesslistmodel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QVBoxLayout>

namespace headgate {

namespace {

/// From this width on the fix stands beside the list.
constexpr int wideFrom = 640;

QScrollArea *scrolling(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

}  // namespace

ReadinessView::ReadinessView(ReadinessService &service, JobRegistry &jobs, FileDialogs &files, const Theme &theme,
                             QWidget *parent)
    : ConnectionTab(parent),
      m_service(service),
      m_jobs(jobs),
      m_files(files),
      m_theme(theme),
      m_model(new ReadinessListModel(this)),
      m_bar(new MessageBar(theme)),
      m_filter(new QLineEdit),
      m_list(new QListView),
      m_fix(new ReadinessFixView(theme))
{
    buildList();
    m_parts = new QSplitter(Qt::Vertical);
    m_parts->setChildrenCollapsible(false);
    m_parts->setHandleWidth(1);  // drawn as a hairline; the area to grab is wider
    m_parts->setStyleSheet(QStringLiteral("QSplitter::handle { background: palette(mid); }"));
    m_parts->addWidget(m_list);
    m_parts->addWidget(scrolling(m_fix));
    m_parts->setSizes({5, 4});
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(head());
    box->addWidget(m_bar);
    box->addWidget(m_parts, 1);
    box->addStretch();
    connect(m_fix, &ReadinessFixView::recheckRequested, this, &ReadinessView::recheck);
    connect(&m_theme, &Theme::changed, this, &ReadinessView::paintSign);
}

ReadinessView::~ReadinessView()
{
    for (const CancelToken &cancel : std::as_const(m_running)) cancel.cancel();
}

void ReadinessView::resizeEvent(QResizeEvent *event)
{
    ConnectionTab::resizeEvent(event);
    const bool isWide = width() >= wideFrom;
    m_head->setDirection(isWide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    for (int part = 0; part < m_head->count(); ++part) m_head->setStretch(part, isWide ? 1 : 0);
    if (isWide == (m_parts->orientation() == Qt::Horizontal)) return;
    m_parts->setOrientation(isWide ? Qt::Horizontal : Qt::Vertical);
    m_parts->setSizes(isWide ? QList<int>{11, 10} : QList<int>{5, 4});
}

QWidget *ReadinessView::head()
{
    m_sign = new QLabel;
    m_verdict = new QLabel;
    m_verdict->setWordWrap(true);
    m_verdict->setFont(m_theme.semibold());
    m_note = new QLabel;
    m_note->setWordWrap(true);
    m_note->setProperty("muted", true);
    m_run = new QPushButton;
    connect(m_run, &QPushButton::clicked, this, &ReadinessView::runOrCancel);
    m_export = new QPushButton(tr("E&xport ▾"));
    m_export->setAccessibleName(tr("Export the report"));
    auto *menu = new QMenu(m_export);
    menu->addAction(tr("Markdown…"), this, [this] { exportReport(QStringLiteral("md")); });
    menu->addAction(tr("HTML…"), this, [this] { exportReport(QStringLiteral("html")); });
    connect(m_export, &QPushButton::clicked, menu,
            [this, menu] { menu->popup(m_export->mapToGlobal(m_export->rect().bottomLeft())); });
    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setAccessibleName(tr("Find a check or a table"));
    m_filter->setClearButtonEnabled(true);
    connect(m_filter, &QLineEdit::textChanged, m_model, &ReadinessListModel::setFilter);

    auto *page = new QWidget;
    auto *verdict = new QHBoxLayout;
    verdict->setSpacing(Theme::Gap);
    verdict->addWidget(m_sign, 0, Qt::AlignTop);
    verdict->addWidget(m_verdict, 1);
    auto *acts = new QHBoxLayout;
    acts->setSpacing(Theme::Gap);
    acts->addWidget(m_run);
    acts->addWidget(m_export);
    acts->addWidget(m_filter, 1);
    acts->addStretch();
    auto *words = new QVBoxLayout;
    words->setSpacing(Theme::Gap);
    words->addLayout(verdict);
    words->addWidget(m_note);
    m_head = new QBoxLayout(QBoxLayout::TopToBottom, page);
    m_head->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::Gap);
    m_head->setSpacing(Theme::Gap);
    m_head->addLayout(words);
    m_head->addLayout(acts);
    return page;
}

void ReadinessView::buildList()
{
    m_list->setObjectName(QStringLiteral("readiness"));
    m_list->setAccessibleName(tr("Readiness checks"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new ReadinessDelegate(*m_model, m_theme, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setLayoutMode(QListView::Batched);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &ReadinessView::showChosen);
    connect(m_model, &QAbstractItemModel::modelReset, this, &ReadinessView::showChosen);
    connect(m_list, &QAbstractItemView::clicked, this, &ReadinessView::toggleFold);
    for (const int key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space})
        connect(new QShortcut(key, m_list, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, this,
                &ReadinessView::toggleFold);
}

void ReadinessView::toggleFold()
{
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid()) return;
    const auto kind = ReadinessListModel::Kind(current.data(ReadinessListModel::KindRole).toInt());
    if (kind == ReadinessListModel::Kind::Fold) m_model->setOpen(!m_model->isOpen());
}

void ReadinessView::setConnection(const Connection &connection)
{
    const bool isOther = connection.id != m_connection.id;
    m_connection = connection;
    if (!isOther) return;
    m_bar->clear();
    m_filter->clear();
    m_model->setOpen(false);
    showReport();
    showRunning();
}

void ReadinessView::runOrCancel()
{
    if (m_running.contains(m_connection.id)) return m_running.value(m_connection.id).cancel();
    start({});
}

void ReadinessView::recheck(const QString &check, const QString &table)
{
    ReadinessService::Request request;
    request.check = check;
    request.table = table;
    if (!table.isEmpty()) request.tables << table;
    start(request);
}

void ReadinessView::start(const ReadinessService::Request &request)
{
    if (m_running.contains(m_connection.id)) return;
    const CancelToken cancel;
    const Connection connection = m_connection;
    m_running.insert(connection.id, cancel);
    const JobHandle job = m_jobs.begin(tr("Readiness of %1").arg(connection.name), cancel);
    m_bar->clear();
    showRunning();
    const auto answer = m_service.check(
        connection.id, request, [job](int done, int total) { job.setProgress(done, total); }, cancel);
    attach(this, answer, [this, job, connection, request](const Result<ReadinessReport> &outcome) {
        job.end();
        onFinished(connection, request, outcome);
    });
}

void ReadinessView::onFinished(const Connection &connection, const ReadinessService::Request &request,
                               const Result<ReadinessReport> &outcome)
{
    m_running.remove(connection.id);
    const bool isShown = connection.id == m_connection.id;
    if (isShown) showRunning();
    if (!outcome.ok()) {
        if (isShown && outcome.error().kind != ErrorKind::Cancelled) m_bar->showError(outcome.error());
        return;
    }
    if (request.check.isEmpty())
        m_reports.insert(connection.id, *outcome);
    else
        m_reports[connection.id].replace(request.check, request.table.value_or(QString()), outcome->checks);
    if (!isShown) return;
    showReport();
    const int row = request.check.isEmpty() ? m_model->worstRow()
                                            : m_model->rowOf(request.check, request.table.value_or(QString()));
    m_list->setCurrentIndex(m_model->index(row));
}

void ReadinessView::showReport()
{
    const ReadinessReport report = m_reports.value(m_connection.id);
    const bool has = m_reports.contains(m_connection.id);
    m_model->setReport(report);
    paintSign();
    m_verdict->setText(has ? readinessVerdict(report.counts()) : tr("Not checked yet"));
    m_note->setText(
        has ? tr("%1, checked %2")
                  .arg(report.serverVersion, CellDelegate::relativeTime(report.checkedAt, Timestamp::now()))
            : tr("The checks read settings, rights, slots and the identity of every table. They change nothing."));
    m_note->setToolTip(has ? report.checkedAt.toIso() : QString());
    m_sign->setVisible(has);
    m_export->setVisible(has);
    m_filter->setVisible(has);
    m_parts->setVisible(has);
}

void ReadinessView::paintSign()
{
    const QString status = stageStatuses.name(readinessStatus(m_reports.value(m_connection.id).counts()));
    m_sign->setText(m_reports.contains(m_connection.id) ? CellDelegate::statusMark(status) : QString());
    QPalette palette = m_sign->palette();
    palette.setColor(QPalette::WindowText, m_theme.statusColor(status));
    m_sign->setPalette(palette);
}

void ReadinessView::showRunning()
{
    const bool isRunning = m_running.contains(m_connection.id);
    m_run->setText(isRunning ? tr("Cance&l") : tr("&Run checks"));
    m_fix->setBusy(isRunning);
}

void ReadinessView::showChosen() { m_fix->setCheck(m_model->checkAt(m_list->currentIndex().row())); }

void ReadinessView::exportReport(const QString &suffix)
{
    const ReadinessReport report = m_reports.value(m_connection.id);
    const QString text =
        suffix == QLatin1String("md") ? ReadinessExport::toMarkdown(report) : ReadinessExport::toHtml(report);
    const QString name = QString(report.connection).replace(QLatin1Char('/'), QLatin1Char('-'));
    m_files.saveFile(window(), tr("Export the readiness report"), QStringLiteral("%1-readiness.%2").arg(name, suffix),
                     [view = QPointer(this), text](const QString &path) {
                         QSaveFile file(path);
                         if (file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0 && file.commit()) return;
                         if (view)
                             view->m_bar->showError({ErrorKind::Internal, tr("The report could not be written"), path,
                                                     file.errorString(), tr("Choose another folder.")});
                     });
}

}  // namespace headgate
