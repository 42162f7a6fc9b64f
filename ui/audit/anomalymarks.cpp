// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/anomalymarks.h"

#include "app/audit/auditreviewservice.h"
#include "app/base/attach.h"
#include "models/audit/audittablemodel.h"
#include "ui/base/listview.h"

#include <QTimer>

namespace headgate {

AnomalyMarks::AnomalyMarks(AuditReviewService &service, AuditTableModel *model, ListView *view, QObject *parent)
    : QObject(parent), m_service(service), m_model(model), m_view(view), m_rest(new QTimer(this))
{
    m_rest->setSingleShot(true);
    m_rest->setInterval(60);
    connect(m_rest, &QTimer::timeout, this, &AnomalyMarks::ask);
    const auto start = qOverload<>(&QTimer::start);
    connect(model, &RecordTableModel::loaded, m_rest, start);
    connect(model, &QAbstractItemModel::dataChanged, m_rest, start);
    connect(view, &RowView::visibleRowsChanged, m_rest, start);
}

void AnomalyMarks::forget()
{
    m_asked.clear();
    m_rest->start();
}

void AnomalyMarks::ask()
{
    QList<AuditId> ids;
    for (int row = m_view->firstVisibleRow(); row < m_view->endVisibleRow(); ++row)
        if (const qint64 id = m_model->idAt(row); id > 0 && !m_asked.contains(id)) ids << AuditId{id};
    if (ids.isEmpty()) return;
    for (AuditId id : std::as_const(ids)) m_asked.insert(id.value);
    attach(this, m_service.anomaliesOf(ids), [this](const Result<AnomalyStore::Anomalies> &found) {
        // Without marks the list is what it was.
        if (found.ok()) m_model->addAnomalies(*found);
    });
}

}  // namespace headgate
