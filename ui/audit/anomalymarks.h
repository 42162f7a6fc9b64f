// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSet>

class QTimer;

namespace headgate {

class AuditReviewService;
class AuditTableModel;
class ListView;

/// Marks what is unusual among the rows that are seen: the rows come at once, their marks when they are known.
class AnomalyMarks : public QObject {
    Q_OBJECT
public:
    AnomalyMarks(AuditReviewService &service, AuditTableModel *model, ListView *view, QObject *parent);
    /// What was usual may have changed: asks again.
    void forget();

private:
    void ask();

    AuditReviewService &m_service;
    AuditTableModel *m_model;
    ListView *m_view;
    QTimer *m_rest;
    QSet<qint64> m_asked;
};

}  // namespace headgate
