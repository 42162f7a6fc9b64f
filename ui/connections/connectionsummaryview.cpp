// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionsummaryview.h"

#include "ui/base/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

ConnectionSummaryView::ConnectionSummaryView(const Theme &theme, QWidget *parent) : QWidget(parent)
{
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(12, 12, 12, 12);
    box->setSpacing(8);
    auto *title = new QLabel(tr("All connections"));
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    box->addWidget(title);
    m_failure = addLine(box, theme, QStringLiteral("failure"));
    m_warning = addLine(box, theme, QStringLiteral("warning"));
    m_success = addLine(box, theme, QStringLiteral("success"));
    m_untested = addLine(box, theme, {});
    auto *hint = new QLabel(tr("Choose a connection to see its last test, its history and all its fields."));
    hint->setWordWrap(true);
    hint->setProperty("muted", true);
    box->addWidget(hint);
    box->addStretch();
}

QPushButton *ConnectionSummaryView::addLine(QVBoxLayout *box, const Theme &, const QString &status)
{
    auto *line = new QPushButton;
    line->setFlat(true);
    line->setObjectName(QStringLiteral("summaryLine"));
    line->setStyleSheet(QStringLiteral("text-align: left; padding: 4px 8px;"));
    connect(line, &QPushButton::clicked, this, [this, status] { Q_EMIT statusRequested(status); });
    box->addWidget(line);
    return line;
}

void ConnectionSummaryView::setSummary(const ConnectionSummary &summary)
{
    m_failure->setText(tr("✕  %n failing", nullptr, summary.failure));
    m_warning->setText(tr("!  %n with a warning", nullptr, summary.warning));
    m_success->setText(tr("✓  %n in order", nullptr, summary.success));
    m_untested->setText(tr("○  %n not tested", nullptr, summary.untested));
}

}  // namespace headgate
