// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/workprogress.h"

#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QTimer>

namespace headgate {

namespace {
constexpr int kSteps = 1000;
constexpr int kLookMs = 100;
}  // namespace

WorkProgress::WorkProgress(QWidget *parent) : QWidget(parent), m_bar(new QProgressBar), m_text(new QLabel), m_timer(new QTimer(this)), m_counts(std::make_shared<Counts>())
{
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_text->setProperty("muted", true);
    auto *box = new QHBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(Theme::Gap);
    box->addWidget(m_bar, 1);
    box->addWidget(m_text, 1);
    m_timer->setInterval(kLookMs);
    connect(m_timer, &QTimer::timeout, this, &WorkProgress::look);
    hide();
}

WorkProgress::~WorkProgress()
{
    m_cancel.cancel();
}

CancelToken WorkProgress::begin()
{
    m_cancel = CancelToken();
    m_counts = std::make_shared<Counts>();
    m_running = true;
    m_clock.start();
    m_timer->start();
    look();
    show();
    return m_cancel;
}

void WorkProgress::end()
{
    m_running = false;
    m_timer->stop();
    hide();
}

std::function<void(qint64, qint64)> WorkProgress::reporter() const
{
    return [counts = m_counts](qint64 done, qint64 total) {
        counts->done = done;
        counts->total = total;
    };
}

void WorkProgress::look()
{
    const qint64 done = m_counts->done;
    const qint64 total = m_counts->total;
    m_bar->setRange(0, total > 0 ? kSteps : 0);
    if (total <= 0) return m_text->setText(tr("Preparing…"));
    m_bar->setValue(int(double(done) / double(total) * kSteps));
    const double perSecond = double(done) * 1000 / double(std::max<qint64>(1, m_clock.elapsed()));
    const qint64 secondsLeft = perSecond > 0 ? qRound64(double(total - done) / perSecond) : 0;
    m_text->setText(tr("%1 of %2 · %3 events/s · %4 s left")
                        .arg(CellDelegate::groupedNumber(done), CellDelegate::groupedNumber(total), CellDelegate::groupedNumber(qRound64(perSecond)),
                             CellDelegate::groupedNumber(secondsLeft)));
}

}  // namespace headgate
