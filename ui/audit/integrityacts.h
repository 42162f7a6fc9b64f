// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/retentionservice.h"
#include "ui/shell/command.h"

#include <QObject>
#include <QPointer>

class QTimer;
class QWidget;

namespace headgate {

class FileDialogs;
class Messages;
class NotificationCenter;
class Theme;
struct AuditVerification;

/// What a person does about the integrity of the trail, as commands with their dialogs; and the console's own look at
/// it: when the workspace is opened, every few minutes, and when it is closed. GUI thread.
class IntegrityActs : public QObject {
    Q_OBJECT
public:
    struct Tools {
        const Theme &theme;
        Messages &messages;
        FileDialogs &files;
        NotificationCenter &notifications;
    };
    /// `query`: what the list shows.
    IntegrityActs(IntegrityService &integrity, RetentionService &retention, const Tools &tools, std::function<ListQuery()> query, QWidget *page);
    ~IntegrityActs() override;

    QList<Command> commands();
    void verify();
    void exportEvidence();
    void keep();
    /// From now on.
    void watch();

Q_SIGNALS:
    void eventRequested(qint64 id);
    void verified(const headgate::AuditVerification &verification);
    void trailChanged();

private:
    void look();
    void tell(const QList<AuditFinding> &findings);

    IntegrityService &m_integrity;
    RetentionService &m_retention;
    Tools m_tools;
    std::function<ListQuery()> m_query;
    QWidget *m_page;
    QTimer *m_timer;
    QString m_told;  ///< what was said already
};

}  // namespace headgate
