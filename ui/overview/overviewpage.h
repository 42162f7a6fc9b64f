// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/auditservice.h"
#include "app/connections/connectionservice.h"
#include "ui/shell/page.h"

class QFrame;
class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace headgate {

class MessageBar;
class Theme;

/// The figures of the workspace's health card, as plain values: the page asks for them through a function.
struct OverviewHealth {
    QString server;  ///< "PostgreSQL 15.18 primary"
    double pingMs = 0;
    int poolInUse = 0;
    int poolCapacity = 0;
    int schemaVersion = 0;
};

/// One look at everything: connections by the result of their last test, those that fail, the last events of the audit
/// trail, the workspace itself. Each line jumps to what it names.
class OverviewPage : public Page {
    Q_OBJECT
public:
    using HealthSource = std::function<QFuture<Result<OverviewHealth>>()>;

    OverviewPage(ConnectionService &connections, AuditService &audit, HealthSource health, const Theme &theme, QWidget *parent = nullptr);

    QString id() const override { return QStringLiteral("overview"); }
    QString title() const override { return tr("Overview"); }
    QString iconName() const override { return QStringLiteral("go-home"); }
    QList<Command> commands() const override;
    void refresh() override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QVBoxLayout *addCard(const QString &title);
    void arrangeCards();
    void showSummary(const ConnectionSummary &summary);
    void showFailing(const QList<Connection> &failing);
    void showEvents(const QList<AuditRecord> &events);
    void showHealth(const OverviewHealth &health);
    void addLine(QVBoxLayout *card, QWidget *mark, const QString &text, const QString &detail, const EntityRef &target);
    template <typename T, typename F>
    void load(const QFuture<Result<T>> &future, F show);

    ConnectionService &m_connections;
    AuditService &m_audit;
    HealthSource m_health;
    const Theme &m_theme;
    MessageBar *m_banner;
    QGridLayout *m_grid;
    QList<QFrame *> m_cards;
    QVBoxLayout *m_summary;
    QVBoxLayout *m_failing;
    QVBoxLayout *m_events;
    QVBoxLayout *m_workspace;
    int m_columns = 0;
};

}  // namespace headgate
