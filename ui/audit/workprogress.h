// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"

#include <QElapsedTimer>
#include <QWidget>
#include <atomic>
#include <functional>
#include <memory>

class QLabel;
class QProgressBar;
class QTimer;

namespace headgate {

/// How a long piece of work in a dialog is doing: bar, count, rate and time left. Hidden while nothing runs; what runs is
/// cancelled when it goes. GUI thread.
class WorkProgress : public QWidget {
    Q_OBJECT
public:
    explicit WorkProgress(QWidget *parent = nullptr);
    ~WorkProgress() override;

    /// Shows itself; the token of the new work.
    CancelToken begin();
    void end();
    void cancel() { m_cancel.cancel(); }
    bool isRunning() const { return m_running; }
    /// For the worker: any thread, also when this is gone.
    std::function<void(qint64 done, qint64 total)> reporter() const;

private:
    struct Counts {
        std::atomic<qint64> done = 0;
        std::atomic<qint64> total = 0;
    };
    void look();

    QProgressBar *m_bar;
    QLabel *m_text;
    QTimer *m_timer;
    QElapsedTimer m_clock;
    CancelToken m_cancel;
    std::shared_ptr<Counts> m_counts;
    bool m_running = false;
};

}  // namespace headgate
