// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/testview.h"

#include "app/base/attach.h"
#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/differenceview.h"
#include "ui/connections/stagesview.h"

#include <QLabel>
#include <QScrollArea>
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
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

}  // namespace

TestView::TestView(TestHistoryService &service, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_service(service), m_title(new QLabel), m_tabs(new QTabWidget), m_stages(new StagesView(theme)), m_difference(new DifferenceView(theme))
{
    m_title->setTextFormat(Qt::PlainText);
    m_title->setMargin(Theme::Gap);
    m_title->setProperty("muted", true);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(scrolling(m_stages), tr("Stages"));
    m_tabs->addTab(scrolling(m_difference), tr("Since the last good test"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_title);
    box->addWidget(m_tabs, 1);
}

void TestView::setTest(ConnectionTestId id)
{
    if (id == m_id) return;
    m_id = id;
    setEnabled(id.isValid());
    if (!id.isValid()) {
        m_title->clear();
        m_stages->clear();
        return m_difference->setDifference({});
    }
    attach(this, m_service.get(id), [this, id](const Result<TestInContext> &found) {
        if (id != m_id) return;
        if (!found.ok()) return Q_EMIT failed(found.error());
        present(*found);
    });
}

void TestView::showDifference()
{
    m_tabs->setCurrentIndex(1);
}

void TestView::present(const TestInContext &found)
{
    const ConnectionTest &test = found.test;
    QString status = testStatusLabel(test.status);
    status.replace(0, 1, status.at(0).toUpper());
    m_title->setText(tr("%1 in %2 ms, %3").arg(status, CellDelegate::groupedNumber(test.responseTimeMs),
                                               CellDelegate::relativeTime(test.testedAt, Timestamp::now())));
    m_title->setToolTip(test.testedAt.toIso());
    m_stages->setStages(test.stages);
    m_difference->setDifference(found.difference);
}

}  // namespace headgate
