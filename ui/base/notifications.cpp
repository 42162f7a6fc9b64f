// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/notifications.h"

#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace headgate {

namespace {
constexpr qsizetype kKept = 200;
}

void NotificationCenter::add(Notification notification)
{
    m_list.prepend(std::move(notification));
    if (m_list.size() > kKept) m_list.removeLast();
    Q_EMIT changed();
}

void NotificationCenter::addError(const Error &error)
{
    if (error.kind == ErrorKind::Cancelled) return;
    Notification notification;
    notification.error = error;
    add(std::move(notification));
}

void NotificationCenter::addInfo(const QString &text)
{
    Notification notification;
    notification.severity = Notification::Severity::Info;
    notification.error.what = text;
    add(std::move(notification));
}

void NotificationCenter::dismiss(int index)
{
    if (index < 0 || index >= m_list.size()) return;
    m_list.removeAt(index);
    Q_EMIT changed();
}

void NotificationCenter::clear()
{
    m_list.clear();
    Q_EMIT changed();
}

NotificationPanel::NotificationPanel(NotificationCenter &center, const Theme &theme, QWidget *parent)
    : QFrame(parent), m_center(center), m_theme(theme), m_scroll(new QScrollArea)
{
    setFixedWidth(340);
    setObjectName(QStringLiteral("notifications"));
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Notifications"));
    auto *title = new QLabel(tr("Notifications"));
    title->setFont(theme.sectionFont());
    auto *clear = new QPushButton(tr("Clear"));
    clear->setProperty("kind", QStringLiteral("link"));
    auto *close = new QToolButton;
    close->setText(QStringLiteral("✕"));
    close->setToolTip(tr("Close the list"));
    close->setAccessibleName(tr("Close the list of notifications"));
    auto *head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(clear);
    head->addWidget(close);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::CardPadding);
    box->addLayout(head);
    box->addWidget(m_scroll, 1);
    connect(clear, &QPushButton::clicked, &center, &NotificationCenter::clear);
    connect(close, &QToolButton::clicked, this, &NotificationPanel::closeRequested);
    connect(&center, &NotificationCenter::changed, this, &NotificationPanel::rebuild);
    connect(&theme, &Theme::changed, this, &NotificationPanel::rebuild);
}

void NotificationPanel::showEvent(QShowEvent *event)
{
    QFrame::showEvent(event);
    rebuild();
}

/// Not for nobody; and "just now" is of the moment at which it is looked at.
void NotificationPanel::rebuild()
{
    if (isHidden()) return;
    auto *inside = new QWidget;
    auto *box = new QVBoxLayout(inside);
    box->setContentsMargins({});
    box->setSpacing(Theme::Gap);
    for (int i = 0; i < m_center.list().size(); ++i) box->addWidget(card(i));
    if (m_center.list().isEmpty()) {
        auto *none = new QLabel(tr("Nothing to report."));
        none->setProperty("muted", true);
        box->addWidget(none);
    }
    box->addStretch();
    m_scroll->setWidget(inside);
}

QWidget *NotificationPanel::card(int index)
{
    const Notification &n = m_center.list().at(index);
    const Theme::Role role = n.severity == Notification::Severity::Error     ? Theme::Error
                             : n.severity == Notification::Severity::Warning ? Theme::Warning
                                                                             : Theme::Info;
    const QString mark = role == Theme::Error ? QStringLiteral("✕ ") : role == Theme::Warning ? QStringLiteral("! ") : QStringLiteral("● ");
    auto *frame = new QFrame;
    frame->setProperty("card", true);
    auto *box = new QVBoxLayout(frame);
    box->setSpacing(Theme::Tight);
    const auto line = [&](const QString &text, bool muted, bool strong) {
        if (text.isEmpty()) return;
        auto *label = new QLabel(text);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        if (muted) label->setProperty("muted", true);
        if (strong) {
            QPalette palette = label->palette();
            palette.setColor(QPalette::WindowText, m_theme.color(role));
            label->setPalette(palette);
            label->setFont(m_theme.semibold());
        }
        box->addWidget(label);
    };
    line(mark + n.error.what, false, true);
    line(n.error.where, true, false);
    line(n.error.evidence, false, false);
    line(n.error.hint, true, false);
    auto *row = new QHBoxLayout;
    auto *time = new QLabel(CellDelegate::relativeTime(n.at, Timestamp::now()));
    time->setProperty("muted", true);
    row->addWidget(time, 1);
    if (!n.action.isEmpty()) {
        auto *act = new QPushButton(n.action);
        connect(act, &QPushButton::clicked, this, [act = n.act] { act(); });
        row->addWidget(act);
    }
    auto *dismiss = new QPushButton(tr("Dismiss"));
    dismiss->setProperty("kind", QStringLiteral("link"));
    connect(dismiss, &QPushButton::clicked, &m_center, [this, index] { m_center.dismiss(index); }, Qt::QueuedConnection);
    row->addWidget(dismiss);
    box->addLayout(row);
    return frame;
}

}  // namespace headgate
