// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/celldelegate.h"

#include "models/base/numbertext.h"
#include "models/base/recordtablemodel.h"
#include "models/database/codec.h"
#include "ui/base/plaintext.h"
#include "ui/base/theme.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

namespace headgate {

namespace {

constexpr int kCellMargin = 8;

ColumnKind kindOf(const QModelIndex &index) { return ColumnKind(index.data(RecordTableModel::KindRole).toInt()); }
QVariant rawOf(const QModelIndex &index) { return index.data(RecordTableModel::RawRole); }

QString capitalised(const QString &word)
{
    return word.isEmpty() ? word : word.at(0).toUpper() + word.mid(1);
}

}  // namespace

CellDelegate::CellDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

QString CellDelegate::relativeTime(const Timestamp &time, const Timestamp &now)
{
    const qint64 seconds = (now.us - time.us) / 1'000'000;
    const qint64 distance = std::abs(seconds);
    if (distance < 5) return tr("just now");
    const auto phrase = [&](qint64 n, const QString &unit) {
        return seconds >= 0 ? tr("%1 %2 ago").arg(n).arg(unit) : tr("in %1 %2").arg(n).arg(unit);
    };
    if (distance < 60) return phrase(distance, tr("s"));
    if (distance < 3600) return phrase(distance / 60, tr("min"));
    if (distance < 86400) return phrase(distance / 3600, tr("h"));
    if (distance < 86400 * 60) return phrase(distance / 86400, distance < 2 * 86400 ? tr("day") : tr("days"));
    return QLocale().toString(time.toDateTime().toLocalTime().date(), QStringLiteral("d MMM yyyy"));
}

QString CellDelegate::groupedNumber(const QVariant &number)
{
    const bool whole = number.metaType().id() != QMetaType::Double;
    return withThinSpaces(whole ? QString::number(number.toLongLong()) : QString::number(number.toDouble(), 'f', 1));
}

QString CellDelegate::statusMark(const QString &status)
{
    switch (Theme::statusRole(status)) {
    case Theme::Success: return QStringLiteral("✓");
    case Theme::Warning: return QStringLiteral("!");
    case Theme::Error: return QStringLiteral("✕");
    default: return QStringLiteral("○");
    }
}

Theme::Role CellDelegate::tintRole(const QString &tint)
{
    if (tint == u"amber") return Theme::Warning;
    if (tint == u"red") return Theme::Error;
    return tint == u"green" ? Theme::Success : Theme::Info;
}

QString CellDelegate::environmentTag(const QString &environment)
{
    if (environment == u"production") return QStringLiteral("PROD");
    if (environment == u"staging") return QStringLiteral("STAGE");
    if (environment == u"test") return QStringLiteral("TEST");
    if (environment == u"development") return QStringLiteral("DEV");
    return environment.toUpper();
}

QString CellDelegate::text(const QModelIndex &index)
{
    const QVariant raw = rawOf(index);
    const ColumnKind kind = kindOf(index);
    if (!raw.isValid()) return kind == ColumnKind::Status ? QStringLiteral("–") : QStringLiteral("NULL");
    switch (kind) {
    case ColumnKind::Number: return groupedNumber(raw);
    case ColumnKind::Time: return relativeTime(raw.value<Timestamp>(), Timestamp::now());
    case ColumnKind::Environment: return environmentTag(raw.toString());
    case ColumnKind::Status: return statusMark(raw.toString()) + QLatin1Char(' ') + capitalised(raw.toString());
    case ColumnKind::Tags: return raw.toStringList().join(QStringLiteral(", "));
    case ColumnKind::Notice: return raw.toString().isEmpty() ? QString() : QStringLiteral("! ") + raw.toString();
    default: return raw.typeId() != QMetaType::Bool ? raw.toString() : raw.toBool() ? tr("yes") : tr("no");
    }
}

QString CellDelegate::toolTip(const QModelIndex &index)
{
    if (const QString own = index.data(Qt::ToolTipRole).toString(); !own.isEmpty()) return own;
    const QVariant raw = rawOf(index);
    if (!raw.isValid()) return {};
    if (kindOf(index) != ColumnKind::Time) return RecordTableModel::plainText(raw);
    const auto time = raw.value<Timestamp>();
    const QDateTime local = time.toDateTime().toLocalTime();
    return QLocale().toString(local, QStringLiteral("d MMM yyyy HH:mm:ss.zzz ")) + local.timeZoneAbbreviation() + QLatin1Char('\n') + time.toIso();
}

void CellDelegate::paintGround(QPainter *painter, const QStyleOptionViewItem &option) const
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool staged = option.index.data(RecordTableModel::StagedRole).toBool();
    const QString tint = option.index.data(RecordTableModel::TintRole).toString();
    const QColor ground = staged ? m_theme.ground(Theme::Info) : tint.isEmpty() ? m_theme.color(Theme::Base) : m_theme.ground(tintRole(tint));
    painter->fillRect(option.rect, selected ? option.palette.color(QPalette::Highlight) : ground);
    if (staged) painter->fillRect(QRect(option.rect.topLeft(), QSize(StagedMark, option.rect.height())), m_theme.color(Theme::Accent));
    painter->setPen(m_theme.color(Theme::Border));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
    const bool focusRow = view && view->hasFocus() && view->currentIndex().row() == option.index.row();
    if (!focusRow) return;
    painter->setPen(m_theme.color(Theme::Accent));
    painter->drawLine(option.rect.topLeft(), option.rect.topRight());
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
}

void CellDelegate::paintChip(QPainter *painter, const QRect &cell, const QString &text, const QColor &ink, const QColor &ground) const
{
    const QFontMetrics metrics(painter->font());
    const int width = std::min(metrics.horizontalAdvance(text) + 16, cell.width());
    const QRect chip(cell.left(), cell.center().y() - 9, width, 19);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(ground);
    painter->drawRoundedRect(chip, 9, 9);
    painter->setPen(ink);
    painter->drawText(chip.adjusted(8, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, metrics.elidedText(text, Qt::ElideRight, chip.width() - 14));
}

void CellDelegate::paintTag(QPainter *painter, const QRect &cell, const QString &text, const QColor &color) const
{
    QFont font = painter->font();
    font.setPointSizeF(font.pointSizeF() - 1.5);
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    const QRect tag(cell.left(), cell.center().y() - 8, QFontMetrics(font).horizontalAdvance(text) + 12, 17);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(color, 1));
    painter->drawRoundedRect(QRectF(tag).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    // The outline carries the colour; the word keeps the contrast of text.
    painter->setPen(m_theme.color(Theme::Text));
    painter->drawText(tag, Qt::AlignCenter, text);
}

void CellDelegate::paintText(QPainter *painter, const QRect &cell, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const ColumnKind kind = kindOf(index);
    QFont font = kind == ColumnKind::Identifier ? m_theme.fixedFont() : option.font;
    const bool null = !rawOf(index).isValid();
    if (null) font.setItalic(true);
    painter->setFont(font);
    const bool faint = null || kind == ColumnKind::Tags || kind == ColumnKind::Time || index.data(RecordTableModel::IdleRole).toBool();
    painter->setPen(faint ? m_theme.color(Theme::Muted) : m_theme.color(Theme::Text));
    const Qt::TextElideMode elide = kind == ColumnKind::Identifier ? Qt::ElideMiddle : Qt::ElideRight;
    const Qt::Alignment side = kind == ColumnKind::Number ? Qt::AlignRight : Qt::AlignLeft;
    QString shown = text(index);
    shown.replace(QLatin1Char('\n'), QLatin1Char(' '));
    const QFontMetrics metrics(font);
    QRect rest = cell;
    // A model may put a status in front of the text: whether a connection is up, beside its name.
    if (const QString status = index.data(Qt::DecorationRole).toString(); !status.isEmpty()) {
        const QPen ink = painter->pen();
        painter->setPen(m_theme.statusColor(status));
        painter->drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, statusMark(status));
        painter->setPen(ink);
        rest.setLeft(rest.left() + metrics.horizontalAdvance(QLatin1Char('M')) + 4);
    }
    painter->drawText(rest, Qt::AlignVCenter | side, metrics.elidedText(shown, elide, rest.width()));
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cellOption = option;
    initStyleOption(&cellOption, index);
    painter->save();
    painter->setClipRect(option.rect);
    paintGround(painter, cellOption);
    const QRect cell = option.rect.adjusted(kCellMargin, 0, -kCellMargin, 0);
    const QVariant raw = rawOf(index);
    painter->setFont(cellOption.font);
    switch (raw.isValid() ? kindOf(index) : ColumnKind::Text) {
    case ColumnKind::Status: {
        const Theme::Role role = Theme::statusRole(raw.toString());
        paintChip(painter, cell, text(index), m_theme.color(role), m_theme.ground(role));
        break;
    }
    case ColumnKind::Badge: paintChip(painter, cell, text(index), m_theme.color(Theme::Text), m_theme.ground(Theme::Neutral)); break;
    case ColumnKind::Notice:
        if (!raw.toString().isEmpty()) paintChip(painter, cell, text(index), m_theme.color(Theme::Warning), m_theme.ground(Theme::Warning));
        break;
    case ColumnKind::Environment: paintTag(painter, cell, text(index), m_theme.environmentColor(raw.toString())); break;
    default: paintText(painter, cell, cellOption, index); break;
    }
    painter->restore();
}

bool CellDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &, const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip) return false;
    QToolTip::showText(event->globalPos(), asPlain(toolTip(index)), view);
    return true;
}

}  // namespace headgate
