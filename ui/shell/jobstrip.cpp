// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/jobstrip.h"

#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QToolButton>

namespace headgate {

namespace {

constexpr int barWidth = 120;
constexpr int barSteps = 1000;

QString duration(int seconds)
{
    if (seconds < 90) return JobStrip::tr("%1 s").arg(seconds);
    if (seconds < 90 * 60) return JobStrip::tr("%1 min").arg((seconds + 30) / 60);
    return JobStrip::tr("%1 h").arg((seconds + 1800) / 3600);
}

QString rate(double perSecond)
{
    return perSecond < 9.5 ? QString::number(perSecond, 'f', perSecond < 1 ? 1 : 0) : CellDelegate::groupedNumber(qint64(perSecond + 0.5));
}

}  // namespace

JobStrip::JobStrip(JobRegistry &jobs, QWidget *parent)
    : QWidget(parent), m_jobs(jobs), m_box(new QHBoxLayout(this)), m_more(new QToolButton), m_menu(new QMenu(this))
{
    m_box->setContentsMargins({});
    m_box->setSpacing(Theme::PageMargin);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setFocusPolicy(Qt::StrongFocus);
    m_more->setMenu(m_menu);
    m_more->setAccessibleName(tr("More jobs"));
    m_more->hide();
    m_box->addWidget(m_more);
    connect(&jobs, &JobRegistry::changed, this, &JobStrip::showJobs);
    showJobs();
}

void JobStrip::setRoom(int jobs)
{
    if (m_room == jobs) return;
    m_room = jobs;
    showJobs();
}

QString JobStrip::progressText(const JobState &job)
{
    if (job.cancelling) return tr("stopping");
    QStringList parts;
    if (job.total > 0) parts << tr("%1 of %2").arg(CellDelegate::groupedNumber(job.done), CellDelegate::groupedNumber(job.total));
    else if (job.done > 0) parts << CellDelegate::groupedNumber(job.done);
    if (!job.note.isEmpty()) parts << job.note;
    if (job.perSecond > 0) parts << tr("%1/s").arg(rate(job.perSecond));
    if (job.secondsLeft) parts << tr("%1 left").arg(duration(*job.secondsLeft));
    return parts.join(QStringLiteral(" · "));
}

JobStrip::Row &JobStrip::rowOf(const JobState &job)
{
    Row &row = m_rows[job.id];
    if (row.widget) return row;
    row = {new QWidget, new QLabel(job.name), new QProgressBar, new QLabel, new QToolButton};
    row.name->setTextFormat(Qt::PlainText);
    row.bar->setFixedWidth(barWidth);
    row.bar->setTextVisible(false);
    row.bar->setAccessibleName(tr("Progress: %1").arg(job.name));
    row.cancel->setText(QStringLiteral("✕"));
    row.cancel->setFocusPolicy(Qt::StrongFocus);
    row.cancel->setToolTip(tr("Cancel: %1").arg(job.name));
    row.cancel->setAccessibleName(row.cancel->toolTip());
    connect(row.cancel, &QToolButton::clicked, this, [this, id = job.id] { m_jobs.cancel(id); });
    auto *box = new QHBoxLayout(row.widget);
    box->setContentsMargins({});
    box->setSpacing(Theme::Gap);
    box->addWidget(row.name);
    box->addWidget(row.bar);
    box->addWidget(row.text);
    box->addWidget(row.cancel);
    m_box->insertWidget(m_box->count() - 1, row.widget);
    return row;
}

void JobStrip::showJobs()
{
    const QList<JobState> jobs = m_jobs.jobs();
    QHash<int, Row> gone;
    gone.swap(m_rows);
    for (const JobState &job : jobs.first(std::min<qsizetype>(m_room, jobs.size()))) {
        if (gone.contains(job.id)) m_rows.insert(job.id, gone.take(job.id));
        const Row &row = rowOf(job);
        row.bar->setRange(0, job.total > 0 ? barSteps : 0);
        row.bar->setValue(job.total > 0 ? int(double(job.done) / double(job.total) * barSteps) : 0);
        row.text->setText(progressText(job));
        row.cancel->setEnabled(!job.cancelling);
    }
    for (const Row &row : std::as_const(gone)) row.widget->deleteLater();
    fillMenu(jobs.mid(m_room));
}

void JobStrip::fillMenu(const QList<JobState> &rest)
{
    m_more->setVisible(!rest.isEmpty());
    // An open menu is left alone: entries must not change under the pointer.
    if (rest.isEmpty() || m_menu->isVisible()) return;
    m_more->setText(tr("%n more", nullptr, int(rest.size())) + QStringLiteral(" ▾"));
    m_more->setAccessibleName(tr("%n more job(s)", nullptr, int(rest.size())));
    m_menu->clear();
    for (const JobState &job : rest) m_menu->addAction(tr("Cancel: %1").arg(job.name), this, [this, id = job.id] { m_jobs.cancel(id); });
}

}  // namespace headgate
