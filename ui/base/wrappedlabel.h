// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace headgate {

/// Plain text that wraps, also inside long words (a path, a cipher suite); it can be selected, and what is copied is what
/// was given, without the places to break at.
class WrappedLabel : public QLabel {
    Q_OBJECT
public:
    explicit WrappedLabel(const QString &text = {}, QWidget *parent = nullptr);
    void setPlainText(const QString &text);
    QString plainText() const { return m_text; }

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    QString selection() const;

    QString m_text;
};

}  // namespace headgate
