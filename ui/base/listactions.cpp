// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/listactions.h"

#include "app/base/attach.h"
#include "app/base/job.h"
#include "ui/base/celldelegate.h"
#include "ui/base/filedialogs.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listview.h"
#include "ui/base/notifications.h"
#include "ui/base/rowjsonpanel.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QShortcut>

namespace headgate {

namespace {

struct Form {
    const char *id;
    const char *text;
    ListExporter::Options options;
};

const Form forms[] = {
    {"csv", QT_TRANSLATE_NOOP("headgate::ListActions", "&CSV"), {ListFormat::Csv}},
    {"spreadsheet", QT_TRANSLATE_NOOP("headgate::ListActions", "CSV for s&preadsheets"), {ListFormat::Csv, true}},
    {"json", QT_TRANSLATE_NOOP("headgate::ListActions", "&JSON"), {ListFormat::Json}},
    {"sql", QT_TRANSLATE_NOOP("headgate::ListActions", "&SQL INSERT"), {ListFormat::Sql}},
    {"markdown", QT_TRANSLATE_NOOP("headgate::ListActions", "&Markdown"), {ListFormat::Markdown}},
};

QString wordOf(const Form &form) { return ListActions::tr(form.text).remove(QLatin1Char('&')); }

}  // namespace

ListActions::ListActions(ListPageFrame &frame, ListRows rows, const ListTools &tools)
    : QObject(&frame), m_frame(frame), m_rows(std::move(rows)), m_tools(tools), m_json(new RowJsonPanel(tools.theme))
{
    frame.setSidePanel(m_json);
    connect(m_json, &RowJsonPanel::closeRequested, this, &ListActions::toggleJson);
    connect(frame.view(), &ListView::currentIdChanged, this, &ListActions::showJson);
    const auto key = [this](const QKeySequence &keys, void (ListActions::*act)()) {
        connect(new QShortcut(keys, m_frame.view(), nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, this, act);
    };
    key(Qt::CTRL | Qt::Key_J, &ListActions::toggleJson);
    key(Qt::CTRL | Qt::Key_Return, &ListActions::go);
    if (frame.view()->contextMenuPolicy() != Qt::DefaultContextMenu) return;
    frame.view()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(frame.view(), &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        auto *menu = new QMenu(m_frame.view());
        menu->setAttribute(Qt::WA_DeleteOnClose);
        addTo(menu);
        menu->popup(m_frame.view()->viewport()->mapToGlobal(at));
    });
}

ListActions::~ListActions()
{
    for (const CancelToken &each : std::as_const(m_running)) each.cancel();
}

QList<Command> ListActions::commands(const QString &page)
{
    const auto any = [this] { return m_frame.view()->currentId() > 0; };
    QList<Command> list{{page + QStringLiteral(".rowJson"), tr("Row as JSON"), QStringLiteral("code-context"), {}, [this] { toggleJson(); }, any}};
    for (const Form &form : forms) {
        const QString id = QLatin1String(form.id);
        list << Command{page + QStringLiteral(".export.") + id, tr("Export this list as %1…").arg(wordOf(form)), QStringLiteral("document-export"), {},
                        [this, options = form.options] { exportAs(options); }, {}};
        if (!form.options.guardFormulas)
            list << Command{page + QStringLiteral(".copy.") + id, tr("Copy the rows as %1").arg(wordOf(form)), QStringLiteral("edit-copy"), {},
                            [this, format = form.options.format] { copyAs(format); }, any};
    }
    return list;
}

void ListActions::addTo(QMenu *menu)
{
    const bool any = m_frame.view()->currentId() > 0;
    if (m_rows.target) {
        const auto named = target();
        menu->addAction(m_rows.goText + QStringLiteral("\tCtrl+Return"), this, &ListActions::go)->setEnabled(named.has_value());
        menu->addSeparator();
    }
    QMenu *copies = menu->addMenu(tr("Copy &rows as"));
    copies->setEnabled(any);
    for (const Form &form : forms)
        if (!form.options.guardFormulas) copies->addAction(tr(form.text), this, [this, format = form.options.format] { copyAs(format); });
    menu->addAction(tr("Row as &JSON") + QStringLiteral("\tCtrl+J"), this, &ListActions::toggleJson)->setEnabled(any);
    QMenu *exports = menu->addMenu(tr("E&xport this list"));
    for (const Form &form : forms) exports->addAction(tr(form.text) + QStringLiteral("…"), this, [this, options = form.options] { exportAs(options); });
}

void ListActions::copyAs(ListFormat format)
{
    QGuiApplication::clipboard()->setText(m_frame.view()->selectionAs(format, format == ListFormat::Sql ? m_rows.source.name : QString()));
}

void ListActions::exportAs(const ListExporter::Options &options)
{
    m_tools.files.saveFile(m_frame.window(), tr("Export this list"), m_rows.source.name + QLatin1Char('.') + fileSuffix(options.format),
                           [this, options](const QString &path) { startExport(options, path); });
}

void ListActions::startExport(const ListExporter::Options &options, const QString &path)
{
    const CancelToken cancel;
    m_running << cancel;
    const JobHandle job = m_tools.jobs.begin(tr("Export to %1").arg(QFileInfo(path).fileName()), cancel);
    const auto progress = [job](qint64 done, qint64 total) { job.setProgress(done, total); };
    attach(this, m_exporter.toFile(m_rows.source, m_rows.query ? m_rows.query() : m_frame.query(), options, path, cancel, progress), [this, job, path](const Result<qint64> &rows) {
        job.end();
        const QString file = QFileInfo(path).fileName();
        if (rows.ok()) m_tools.notifications.addInfo(*rows == 1 ? tr("Wrote 1 row to %1.").arg(file) : tr("Wrote %1 rows to %2.").arg(CellDelegate::groupedNumber(*rows), file));
        else if (rows.error().kind != ErrorKind::Cancelled) m_tools.notifications.addError(rows.error());
    });
}

void ListActions::toggleJson()
{
    const bool isShown = !m_json->isHidden();
    m_frame.showSidePanel(!isShown);
    showJson();
    if (isShown) m_frame.view()->setFocus();
}

void ListActions::showJson()
{
    const qint64 id = m_frame.view()->currentId();
    if (m_json->isHidden()) return;
    if (id == 0) return m_json->setRow({});
    attach(this, m_rows.json(id), [this, id](const Result<QJsonObject> &row) {
        if (id != m_frame.view()->currentId()) return;
        if (row.ok()) m_json->setRow(*row);
        else m_tools.notifications.addError(row.error());
    });
}

std::optional<EntityRef> ListActions::target() const
{
    return m_rows.target ? m_rows.target(m_frame.view()->currentId()) : std::nullopt;
}

void ListActions::go()
{
    if (const auto ref = target()) Q_EMIT openRequested(*ref);
}

}  // namespace headgate
