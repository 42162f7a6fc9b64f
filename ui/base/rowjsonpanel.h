// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPlainTextEdit;

namespace headgate {

class Theme;

/// One row as JSON, to read and to copy; secrets are masked. GUI thread.
class RowJsonPanel : public QWidget {
    Q_OBJECT
public:
    explicit RowJsonPanel(const Theme &theme, QWidget *parent = nullptr);
    void setRow(const QJsonObject &row);

Q_SIGNALS:
    void closeRequested();

private:
    QPlainTextEdit *m_text;
};

}  // namespace headgate
