// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

class QFormLayout;
class QLabel;
class QWidget;

namespace headgate {

/// One field of a form: label, editor, and below it the help text, which an error replaces once the field was left.
class FormField : public QObject {
    Q_OBJECT
public:
    FormField(QLabel *label, QWidget *editor, QLabel *note, const QString &help);

    QWidget *editor() const { return m_editor; }
    bool wasLeft() const { return m_left; }
    /// From now on errors show.
    void markLeft();
    /// Empty: nothing is wrong.
    void setError(const QString &message);
    void setHelp(const QString &help);
    void setLabel(const QString &label);
    void setVisible(bool visible);

Q_SIGNALS:
    void left();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void show();

    QLabel *m_label;
    QWidget *m_editor;
    QLabel *m_note;
    QString m_help;
    QString m_error;
    bool m_left = false;
};

/// Labels left of fields, right-aligned, as in every dialog. Builds into a page and owns nothing.
class FormLayout {
public:
    explicit FormLayout(QWidget *page);
    FormField *addField(const QString &label, QWidget *editor, const QString &help = {});
    void addWidget(QWidget *widget);
    void addStretch();

private:
    QWidget *m_page;
    QFormLayout *m_form;
};

}  // namespace headgate
