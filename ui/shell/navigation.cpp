// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/navigation.h"

#include "ui/base/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

/// One page: icon, title, a count at the right when something needs somebody.
class NavigationButton : public QPushButton {
public:
    NavigationButton(const Page &page, const Theme &theme) : m_theme(theme), m_id(page.id()), m_title(page.title()), m_icon(page.iconName())
    {
        setCheckable(true);
        setFlat(true);
        setFixedHeight(30);
        setAccessibleName(m_title);
        setCursor(Qt::PointingHandCursor);
    }

    const QString &id() const { return m_id; }
    void setCollapsed(bool collapsed)
    {
        m_collapsed = collapsed;
        setToolTip(collapsed ? m_title : QString());
        update();
    }
    void setBadge(int count)
    {
        m_badge = count;
        setAccessibleDescription(count > 0 ? tr("%1 need attention").arg(count) : QString());
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF ground = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
        painter.setPen(hasFocus() ? QPen(m_theme.color(Theme::Accent), 1) : QPen(Qt::NoPen));
        painter.setBrush(isChecked() ? palette().color(QPalette::Highlight) : underMouse() ? m_theme.ground(Theme::Neutral) : QColor(Qt::transparent));
        painter.drawRoundedRect(ground, Theme::Radius, Theme::Radius);
        const Theme::Role role = isChecked() ? Theme::Accent : Theme::Text;
        const int left = m_collapsed ? (width() - 18) / 2 : 10;
        m_theme.icon(m_icon, role).paint(&painter, QRect(left, (height() - 18) / 2, 18, 18));
        if (!m_collapsed) paintWords(painter, role);
        if (m_badge > 0) paintBadge(painter);
    }

private:
    void paintWords(QPainter &painter, Theme::Role role)
    {
        painter.setPen(m_theme.color(role));
        painter.setFont(isChecked() ? m_theme.semibold() : font());
        painter.drawText(rect().adjusted(38, 0, -44, 0), Qt::AlignVCenter | Qt::AlignLeft, m_title);
    }
    void paintBadge(QPainter &painter)
    {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.ground(Theme::Error));
        if (m_collapsed) {
            painter.setBrush(m_theme.color(Theme::Error));
            painter.drawEllipse(QPointF(width() - 9, 8), 3.5, 3.5);
            return;
        }
        const QString text = m_badge > 999 ? QStringLiteral("999+") : QString::number(m_badge);
        const int wide = std::max(22, fontMetrics().horizontalAdvance(text) + 12);
        const QRect pill(width() - wide - 8, (height() - 18) / 2, wide, 18);
        painter.drawRoundedRect(pill, 9, 9);
        painter.setPen(m_theme.color(Theme::Error));
        painter.setFont(m_theme.semibold());
        painter.drawText(pill, Qt::AlignCenter, text);
    }

    const Theme &m_theme;
    QString m_id;
    QString m_title;
    QString m_icon;
    int m_badge = 0;
    bool m_collapsed = false;
};

Navigation::Navigation(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_box(new QVBoxLayout(this)), m_collapse(new QPushButton)
{
    setObjectName(QStringLiteral("navigation"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Navigation"));
    m_box->setContentsMargins(Theme::Gap, Theme::CardPadding, Theme::Gap, Theme::Gap);
    m_box->setSpacing(2);
    m_collapse->setProperty("kind", QStringLiteral("link"));
    connect(m_collapse, &QPushButton::clicked, this, [this] { setCollapsed(!m_collapsed); });
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    setCollapsed(false);
}

void Navigation::addPage(const PageEntry &entry)
{
    if (!entry.group.isEmpty() && entry.group != m_lastGroup) {
        auto *heading = new QLabel(entry.group.toUpper());
        QFont font = m_theme.semibold();
        font.setPointSizeF(font.pointSizeF() - 1.5);
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.6);
        heading->setFont(font);
        heading->setProperty("muted", true);
        heading->setContentsMargins(10, 12, 0, 2);
        m_box->addWidget(heading);
        m_headings << heading;
    }
    m_lastGroup = entry.group;
    auto *button = new NavigationButton(*entry.page, m_theme);
    m_buttons << button;
    m_box->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this, button] { Q_EMIT pageRequested(button->id()); });
}

void Navigation::finish()
{
    m_box->addStretch();
    m_box->addWidget(m_collapse, 0, Qt::AlignLeft);
}

void Navigation::setCurrent(const QString &id)
{
    for (NavigationButton *button : m_buttons) button->setChecked(button->id() == id);
}

void Navigation::setBadge(const QString &id, int count)
{
    for (NavigationButton *button : m_buttons)
        if (button->id() == id) button->setBadge(count);
}

void Navigation::setCollapsed(bool collapsed)
{
    m_collapsed = collapsed;
    setFixedWidth(collapsed ? 56 : 216);
    for (QWidget *heading : m_headings) heading->setVisible(!collapsed);
    for (NavigationButton *button : m_buttons) button->setCollapsed(collapsed);
    m_collapse->setText(collapsed ? QStringLiteral("»") : tr("« Collapse"));
    m_collapse->setAccessibleName(collapsed ? tr("Show the names of the pages") : tr("Collapse the navigation"));
    m_collapse->setToolTip(m_collapse->accessibleName());
}

void Navigation::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    for (qsizetype i = 0; step != 0 && i < m_buttons.size(); ++i) {
        if (!m_buttons.at(i)->hasFocus()) continue;
        m_buttons.at(std::clamp<qsizetype>(i + step, 0, m_buttons.size() - 1))->setFocus(Qt::TabFocusReason);
        return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace headgate
