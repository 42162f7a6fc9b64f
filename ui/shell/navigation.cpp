// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/navigation.h"

#include "ui/base/theme.h"

#include <QListView>
#include <QPainter>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

namespace headgate {

namespace {

constexpr int fullWidth = 216;
constexpr int foldedWidth = 54;
constexpr int iconSize = 22;

enum Role { IdRole = Qt::UserRole, BadgeRole, IconNameRole };

bool isHeading(const QModelIndex &index) { return index.data(IdRole).isNull(); }

class NavigationDelegate : public QStyledItemDelegate {
public:
    NavigationDelegate(const Theme &theme, const bool &collapsed, QObject *parent)
        : QStyledItemDelegate(parent), m_theme(theme), m_collapsed(collapsed)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        if (!isHeading(index)) return {0, Theme::RowHeight};
        return {0, m_collapsed ? Theme::CardPadding : Theme::RowHeight + Theme::Tight};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (isHeading(index)) paintHeading(painter, option.rect, index.data().toString());
        else paintPage(painter, option, index);
        painter->restore();
    }

private:
    void paintHeading(QPainter *painter, const QRect &rect, const QString &text) const
    {
        if (m_collapsed) {
            painter->fillRect(QRect(rect.left() + Theme::PageMargin, rect.center().y(), rect.width() - 2 * Theme::PageMargin, 1), m_theme.color(Theme::Border));
            return;
        }
        QFont font = m_theme.semibold();
        font.setPointSizeF(font.pointSizeF() - 1.5);
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.6);
        painter->setFont(font);
        painter->setPen(m_theme.color(Theme::Muted));
        painter->drawText(rect.adjusted(Theme::PageMargin, 0, 0, -Theme::Tight - 1), Qt::AlignLeft | Qt::AlignBottom, text);
    }

    void paintPage(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
    {
        const bool current = option.state.testFlag(QStyle::State_Selected);
        const QRectF ground = QRectF(option.rect).adjusted(8.5, 0.5, -8.5, -0.5);
        if (current || option.state.testFlag(QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(current ? m_theme.selection(Theme::Window) : m_theme.hover());
            painter->drawRoundedRect(ground, Theme::Radius, Theme::Radius);
        }
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            painter->setPen(m_theme.color(Theme::Accent));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(ground, Theme::Radius, Theme::Radius);
        }
        const QRect icon(option.rect.left() + Theme::PageMargin, option.rect.center().y() - iconSize / 2 + 1, iconSize, iconSize);
        index.data(Qt::DecorationRole).value<QIcon>().paint(painter, icon, Qt::AlignCenter, QIcon::Normal, current ? QIcon::On : QIcon::Off);
        const int badge = index.data(BadgeRole).toInt();
        const int taken = badge > 0 ? paintBadge(painter, option.rect, badge) : 0;
        if (m_collapsed) return;
        painter->setFont(current ? m_theme.semibold() : option.font);
        painter->setPen(current ? m_theme.ink(Theme::Accent, m_theme.selection(Theme::Window)) : m_theme.color(Theme::Text));
        const QRect words = option.rect.adjusted(Theme::PageMargin + iconSize + Theme::Gap, 0, -Theme::PageMargin - taken, 0);
        painter->drawText(words, Qt::AlignVCenter | Qt::AlignLeft, painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, words.width()));
    }

    /// The width that it takes.
    int paintBadge(QPainter *painter, const QRect &rect, int count) const
    {
        painter->setPen(Qt::NoPen);
        if (m_collapsed) {
            painter->setBrush(m_theme.color(Theme::Error));
            painter->drawEllipse(QPointF(rect.right() - 15, rect.top() + 8), 4, 4);
            return 0;
        }
        QFont font = m_theme.semibold();
        font.setPointSizeF(font.pointSizeF() - 1);
        const QString text = count > 999 ? QStringLiteral("999+") : QString::number(count);
        const int width = std::max(22, QFontMetrics(font).horizontalAdvance(text) + 14);
        const QRect pill(rect.right() - Theme::PageMargin - width + 1, rect.center().y() - 7, width, 16);
        painter->setBrush(m_theme.ground(Theme::Error));
        painter->drawRoundedRect(pill, 8, 8);
        painter->setFont(font);
        painter->setPen(m_theme.color(Theme::Error));
        painter->drawText(pill, Qt::AlignCenter, text);
        return width + Theme::Gap;
    }

    const Theme &m_theme;
    const bool &m_collapsed;
};

/// Who comes here by Tab has not chosen a page yet; a list of Qt would take the first at once.
class PageList : public QListView {
protected:
    void focusInEvent(QFocusEvent *event) override
    {
        currentIndex().isValid() ? QListView::focusInEvent(event) : QAbstractScrollArea::focusInEvent(event);
    }
};

}  // namespace

Navigation::Navigation(const QList<Page *> &pages, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_model(new QStandardItemModel(this)), m_view(new PageList), m_fold(new QToolButton)
{
    setObjectName(QStringLiteral("navigation"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(fullWidth);
    for (const PageGroup group : {PageGroup::None, PageGroup::Move, PageGroup::See, PageGroup::Trust, PageGroup::Records, PageGroup::System})
        addGroup(group, pages);
    m_view->setObjectName(QStringLiteral("navigationList"));
    m_view->setAccessibleName(tr("Pages"));
    setFocusProxy(m_view);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new NavigationDelegate(theme, m_collapsed, this));
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setMouseTracking(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_fold->setFocusPolicy(Qt::StrongFocus);
    connect(m_fold, &QToolButton::clicked, this, [this] { setCollapsed(!m_collapsed); });
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(0, Theme::CardPadding, 1, Theme::Gap);
    box->setSpacing(Theme::Tight);
    box->addWidget(m_view, 1);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(Theme::Gap, 0, Theme::Gap, 0);
    foot->addWidget(m_fold);
    foot->addStretch();
    box->addLayout(foot);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &index) {
        if (index.isValid() && !isHeading(index)) Q_EMIT chosen(index.data(IdRole).toString());
    });
    connect(&theme, &Theme::changed, this, &Navigation::paintIcons);
    setCollapsed(false);
}

QString Navigation::groupTitle(PageGroup group)
{
    switch (group) {
    case PageGroup::None: return {};
    case PageGroup::Move: return tr("Move");
    case PageGroup::See: return tr("See");
    case PageGroup::Trust: return tr("Trust");
    case PageGroup::Records: return tr("Records");
    case PageGroup::System: return tr("System");
    }
    return {};
}

void Navigation::addGroup(PageGroup group, const QList<Page *> &pages)
{
    bool first = group != PageGroup::None;
    for (const Page *page : pages) {
        if (page->group() != group) continue;
        if (std::exchange(first, false)) {
            auto *heading = new QStandardItem(groupTitle(group).toUpper());
            heading->setFlags(Qt::NoItemFlags);
            m_model->appendRow(heading);
        }
        auto *item = new QStandardItem(page->title());
        item->setData(page->id(), IdRole);
        item->setData(page->iconName(), IconNameRole);
        m_model->appendRow(item);
    }
}

void Navigation::paintIcons()
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        QStandardItem *item = m_model->item(row);
        const QString name = item->data(IconNameRole).toString();
        if (name.isEmpty()) continue;
        QIcon icon = m_theme.icon(name);
        icon.addPixmap(m_theme.icon(name, Theme::Accent).pixmap(iconSize), QIcon::Normal, QIcon::On);
        item->setIcon(icon);
    }
    m_fold->setIcon(m_theme.icon(m_collapsed ? QStringLiteral("sidebar-expand-left") : QStringLiteral("sidebar-collapse-left"), Theme::Muted));
}

QStandardItem *Navigation::find(const QString &id) const
{
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->item(row)->data(IdRole).toString() == id) return m_model->item(row);
    return nullptr;
}

void Navigation::setCurrent(const QString &id)
{
    const QSignalBlocker quiet(m_view->selectionModel());
    const QStandardItem *item = id.isEmpty() ? nullptr : find(id);
    m_view->selectionModel()->setCurrentIndex(item ? item->index() : QModelIndex(), QItemSelectionModel::ClearAndSelect);
    m_view->viewport()->update();
}

void Navigation::setBadge(const QString &id, int count)
{
    QStandardItem *item = find(id);
    if (!item) return;
    item->setData(count, BadgeRole);
    item->setAccessibleText(count > 0 ? tr("%1, %n need someone", nullptr, count).arg(item->text()) : item->text());
}

int Navigation::badge(const QString &id) const
{
    const QStandardItem *item = find(id);
    return item ? item->data(BadgeRole).toInt() : 0;
}

void Navigation::setCollapsed(bool collapsed)
{
    m_collapsed = collapsed;
    setFixedWidth(collapsed ? foldedWidth : fullWidth);
    for (int row = 0; row < m_model->rowCount(); ++row)
        m_model->item(row)->setToolTip(collapsed ? m_model->item(row)->text() : QString());
    const QString words = collapsed ? tr("Show the names of the pages") : tr("Show only icons");
    m_fold->setAccessibleName(words);
    m_fold->setToolTip(words + QStringLiteral(" (Ctrl+B)"));
    paintIcons();
    m_view->doItemsLayout();
}

}  // namespace headgate
