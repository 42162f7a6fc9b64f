// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"
#include "models/database/codec.h"

#include <QFrame>
#include <QList>
#include <functional>

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace headgate {

class Theme;

/// What the notification list keeps: a failure or a fact, with an offer to mend it.
struct Notification {
    enum class Severity { Info, Warning, Error };
    Severity severity = Severity::Error;
    Error error;                       ///< what, where, evidence, hint
    QString action;                    ///< text of the offer; empty = none
    std::function<void()> act;
    Timestamp at = Timestamp::now();
};

/// The newest notifications, at most 200. GUI thread.
class NotificationCenter : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    void add(Notification notification);
    void addError(const Error &error);
    void addInfo(const QString &text);
    void dismiss(int index);
    void clear();
    const QList<Notification> &list() const { return m_list; }

Q_SIGNALS:
    void changed();

private:
    QList<Notification> m_list;
};

/// The list at the right edge of the window.
class NotificationPanel : public QFrame {
    Q_OBJECT
public:
    NotificationPanel(NotificationCenter &center, const Theme &theme, QWidget *parent = nullptr);

Q_SIGNALS:
    void closeRequested();

protected:
    void showEvent(QShowEvent *event) override;

private:
    void rebuild();
    QWidget *card(int index);

    NotificationCenter &m_center;
    const Theme &m_theme;
    QScrollArea *m_scroll;
};

}  // namespace headgate
