// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commandpalette.h"

#include "ui/base/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

namespace {

constexpr int paletteWidth = 560;
constexpr int rowHeight = 32;
constexpr int shownRows = 12;
constexpr int recordsPerSource = 20;
constexpr int typingMs = 80;

enum Role { DetailRole = Qt::UserRole, KindRole, ShortcutRole };

class PaletteDelegate : public QStyledItemDelegate {
public:
    PaletteDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {0, rowHeight}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        const bool current = option.state.testFlag(QStyle::State_Selected);
        if (current || option.state.testFlag(QStyle::State_MouseOver)) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(current ? m_theme.selection() : m_theme.hover());
            painter->drawRoundedRect(option.rect.adjusted(Theme::Tight, 0, -Theme::Tight, 0), Theme::Radius, Theme::Radius);
        }
        QRect rest = option.rect.adjusted(Theme::CardPadding, 0, -Theme::CardPadding, 0);
        const QRect icon(rest.left(), rest.center().y() - 7, 16, 16);
        index.data(Qt::DecorationRole).value<QIcon>().paint(painter, icon);
        rest.setLeft(icon.right() + Theme::Gap);
        painter->setPen(m_theme.color(Theme::Muted));
        painter->setFont(option.font);
        const QString right = index.data(ShortcutRole).toString().isEmpty() ? index.data(KindRole).toString() : index.data(ShortcutRole).toString();
        painter->drawText(rest, Qt::AlignVCenter | Qt::AlignRight, right);
        rest.setRight(rest.right() - option.fontMetrics.horizontalAdvance(right) - Theme::CardPadding);
        painter->setPen(m_theme.color(Theme::Text));
        const QString text = option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, rest.width());
        painter->drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, text);
        rest.setLeft(rest.left() + option.fontMetrics.horizontalAdvance(text) + Theme::CardPadding);
        painter->setPen(m_theme.color(Theme::Muted));
        painter->drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, option.fontMetrics.elidedText(index.data(DetailRole).toString(), Qt::ElideMiddle, rest.width()));
        painter->restore();
    }

private:
    const Theme &m_theme;
};

}  // namespace

CommandPalette::CommandPalette(Local local, QList<PaletteSource *> sources, const Theme &theme, QWidget *parent)
    : QFrame(parent), m_local(std::move(local)), m_sources(std::move(sources)), m_theme(theme), m_field(new QLineEdit), m_view(new QListView),
      m_model(new QStandardItemModel(this)), m_typing(new QTimer(this))
{
    setObjectName(QStringLiteral("palette"));
    setAccessibleName(tr("Command palette"));
    m_field->setPlaceholderText(tr("Go to page, record or action"));
    m_field->setAccessibleName(m_field->placeholderText());
    m_field->installEventFilter(this);
    m_view->setObjectName(QStringLiteral("paletteList"));
    m_view->setAccessibleName(tr("What was found"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new PaletteDelegate(theme, this));
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_view->setMouseTracking(true);
    m_view->setUniformItemSizes(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(1, 1, 1, Theme::Tight);
    box->setSpacing(Theme::Tight);
    box->addWidget(m_field);
    box->addWidget(m_view);
    m_typing->setSingleShot(true);
    m_typing->setInterval(typingMs);
    connect(m_typing, &QTimer::timeout, this, &CommandPalette::askSources);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_view, &QListView::clicked, this, &CommandPalette::choose);
    hide();
}

CommandPalette::~CommandPalette()
{
    m_cancel.cancel();
}

void CommandPalette::openAt(int right, int top)
{
    m_focusBefore.clear();
    for (QWidget *each = window()->focusWidget(); each; each = each->parentWidget())
        if (each->focusPolicy() != Qt::NoFocus) m_focusBefore << each;
    m_localItems = m_local();
    m_field->clear();
    search();
    const int width = std::min(paletteWidth, parentWidget()->width() - 2 * Theme::PageMargin);
    setGeometry(right - width, top, width, height());
    show();
    raise();
    m_field->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::search()
{
    m_cancel.cancel();
    m_records.clear();
    showItems();
    if (m_field->text().trimmed().isEmpty()) m_typing->stop();
    else m_typing->start();
}

void CommandPalette::askSources()
{
    m_cancel = CancelToken();
    for (PaletteSource *source : std::as_const(m_sources)) {
        source->find(m_field->text().trimmed(), recordsPerSource, m_cancel,
                     [palette = QPointer(this), cancel = m_cancel](const QList<PaletteItem> &found) {
                         if (!palette || cancel.isCancelled()) return;
                         palette->m_records << found;
                         palette->showItems();
                     });
    }
}

void CommandPalette::showItems()
{
    const QString words = m_field->text().trimmed();
    QList<QPair<int, PaletteItem>> ranked;
    for (const PaletteItem &item : std::as_const(m_localItems))
        if (const int score = words.isEmpty() ? 1 : paletteScore(item.text, item.detail, words)) ranked.append({score, item});
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    m_shown.clear();
    for (const auto &[score, item] : std::as_const(ranked)) m_shown << item;
    m_shown << m_records;
    m_model->clear();
    for (const PaletteItem &item : std::as_const(m_shown)) {
        auto *row = new QStandardItem(m_theme.icon(item.icon, Theme::Muted), item.text);
        row->setData(item.detail, DetailRole);
        row->setData(item.kind, KindRole);
        row->setData(item.shortcut, ShortcutRole);
        row->setAccessibleText(QStringList{item.text, item.detail, item.kind, item.shortcut}.join(QLatin1Char(' ')).simplified());
        m_model->appendRow(row);
    }
    m_view->setCurrentIndex(m_model->index(0, 0));
    const int rows = std::clamp<int>(int(m_shown.size()), 1, shownRows);
    m_view->setFixedHeight(rows * rowHeight);
    resize(width(), sizeHint().height());
}

void CommandPalette::move(int by)
{
    const int row = std::clamp(m_view->currentIndex().row() + by, 0, std::max(0, m_model->rowCount() - 1));
    m_view->setCurrentIndex(m_model->index(row, 0));
    m_field->setAccessibleDescription(m_view->currentIndex().data(Qt::AccessibleTextRole).toString());
}

void CommandPalette::choose()
{
    const int row = m_view->currentIndex().row();
    if (row < 0 || row >= m_shown.size()) return;
    const PaletteItem item = m_shown.at(row);
    close();
    if (item.act) item.act();
    else Q_EMIT openRequested(item.target);
}

void CommandPalette::close()
{
    m_cancel.cancel();
    m_typing->stop();
    const bool hadFocus = m_field->hasFocus();
    hide();
    if (!hadFocus) return;
    const auto left =
        std::ranges::find_if(m_focusBefore, [](const QPointer<QWidget> &each) { return each && each->isVisible(); });
    if (left != m_focusBefore.end()) (*left)->setFocus(Qt::OtherFocusReason);
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusOut && isVisible()) close();
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Down: move(1); return true;
    case Qt::Key_Up: move(-1); return true;
    case Qt::Key_PageDown: move(shownRows); return true;
    case Qt::Key_PageUp: move(-shownRows); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: choose(); return true;
    case Qt::Key_Escape: close(); return true;
    default: return QFrame::eventFilter(watched, event);
    }
}

}  // namespace headgate
