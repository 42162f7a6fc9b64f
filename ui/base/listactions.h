// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/listexporter.h"
#include "ui/base/intent.h"
#include "ui/shell/command.h"

#include <QObject>

class QMenu;

namespace headgate {

class FileDialogs;
class JobRegistry;
class ListPageFrame;
class NotificationCenter;
class RowJsonPanel;
class Theme;

/// What the rows of a list are beyond what it shows.
struct ListRows {
    ExportSource source;
    /// All of a row; secrets masked.
    std::function<QFuture<Result<QJsonObject>>(qint64 id)> json;
    /// The record that a row names, if it names one, and the words for going there.
    std::function<std::optional<EntityRef>(qint64 id)> target;
    QString goText;
    /// What the list shows, when that is more than its frame knows.
    std::function<ListQuery()> query;
};

struct ListTools {
    JobRegistry &jobs;
    NotificationCenter &notifications;
    FileDialogs &files;
    const Theme &theme;
};

/// What can be done with the rows of any list page: copy the selected ones in four forms, see one as JSON beside the list,
/// go to the record it names, export all that the filter shows as a job. In the list's context menu, and by keys: Ctrl+C
/// and Ctrl+Shift+C are the list's own, Ctrl+J shows JSON, Ctrl+Return goes. GUI thread.
class ListActions : public QObject {
    Q_OBJECT
public:
    /// A list without a context menu gets one.
    ListActions(ListPageFrame &frame, ListRows rows, const ListTools &tools);
    /// Cancels its exports.
    ~ListActions() override;

    /// For the page: "connections.export.csv" and so on.
    QList<Command> commands(const QString &page);
    void addTo(QMenu *menu);

Q_SIGNALS:
    void openRequested(const headgate::EntityRef &ref);

private:
    void copyAs(ListFormat format);
    void exportAs(const ListExporter::Options &options);
    void startExport(const ListExporter::Options &options, const QString &path);
    void toggleJson();
    void showJson();
    void go();
    std::optional<EntityRef> target() const;

    ListPageFrame &m_frame;
    ListRows m_rows;
    ListTools m_tools;
    QList<CancelToken> m_running;
    ListExporter m_exporter;
    RowJsonPanel *m_json;
};

}  // namespace headgate
