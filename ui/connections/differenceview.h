// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/testdifference.h"

#include <QWidget>

class QGridLayout;

namespace headgate {

class Theme;

/// What changed between the last good test and a later one: each stage with verdict and time of both, the words where
/// they differ, and below what is another about the server.
class DifferenceView : public QWidget {
    Q_OBJECT
public:
    explicit DifferenceView(const Theme &theme, QWidget *parent = nullptr);
    /// None: there is nothing to compare with.
    void setDifference(const std::optional<TestDifference> &difference);

private:
    void rebuild();
    void addStage(const StageDifference &stage);
    void addLine(const QString &text, bool muted, bool strong = false);
    QLabel *cell(const QString &text, const QColor &color, int column);

    const Theme &m_theme;
    std::optional<TestDifference> m_difference;
    QWidget *m_content = nullptr;
    QGridLayout *m_grid = nullptr;
};

}  // namespace headgate
