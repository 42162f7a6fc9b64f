// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectiontest.h"

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace headgate {

class Theme;

/// The stages of one test as a list that grows as they finish: verdict, stage, time, what was found; below it what to do
/// about each stage that failed or warned, with the statement or configuration line to copy.
class StagesView : public QWidget {
    Q_OBJECT
public:
    explicit StagesView(const Theme &theme, QWidget *parent = nullptr);

    void clear();
    /// A test begins: the first stage is shown as running.
    void begin();
    void addStage(const StageResult &stage);
    /// Nothing runs any more.
    void end();
    /// A finished test at once.
    void setStages(const std::vector<StageResult> &stages);
    /// Stands below the stages when the test itself could not be run.
    void showError(const QString &text);

private:
    QWidget *makeFrame(QLabel *verdictSign, QLabel *name, QLabel *ms, QLabel *message) const;
    QWidget *makeRow(const StageResult &stage) const;
    QWidget *makeRunningRow(TestStage stage) const;
    QWidget *makeFix(const StageResult &stage) const;
    void showRunning();
    void addRow(QWidget *row);

    const Theme &m_theme;
    QVBoxLayout *m_rows;
    QVBoxLayout *m_fixes;
    QWidget *m_running = nullptr;
    std::vector<StageResult> m_stages;
};

}  // namespace headgate
