// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <functional>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace headgate {

class Theme;

/// Edits a JSON value as text: says line, column and JSON Pointer of the first fault as one types, and what the feature
/// has against the value; what it does not know stays as it is. Not blocking: open() it. GUI thread.
class JsonDialog : public QDialog {
    Q_OBJECT
public:
    /// Why the value does not fit, for a text that is JSON; empty when it does.
    using Check = std::function<QString(const QString &text)>;

    JsonDialog(const QString &text, Check check, const Theme &theme, QWidget *parent = nullptr);

    void accept() override;

Q_SIGNALS:
    /// As compact JSON.
    void chosen(const QString &text);

private:
    void format();
    void validate();
    void goToFault();

    Check m_check;
    const Theme &m_theme;
    qsizetype m_fault = -1;  ///< its place; none: -1
    QPlainTextEdit *m_text;
    QPushButton *m_place;
    QLabel *m_message;
    QPushButton *m_format;
    QPushButton *m_use;
};

}  // namespace headgate
