// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/filterrow.h"

#include "ui/base/styleflag.h"
#include "ui/base/theme.h"

#include <QAbstractScrollArea>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalBlocker>
#include <algorithm>

namespace headgate {

namespace {

constexpr int fieldHeight = 26;

QString hintOf(const FilterColumn &column)
{
    switch (column.type) {
    case FilterColumn::Type::Text: return FilterRow::tr("contains");
    case FilterColumn::Type::Number: return FilterRow::tr(">5, 1~9");
    case FilterColumn::Type::Time: return FilterRow::tr("-7d, today");
    case FilterColumn::Type::Bool: return FilterRow::tr("yes, no");
    case FilterColumn::Type::Tags: return FilterRow::tr("tag");
    case FilterColumn::Type::Enum: return column.values.value(0);
    }
    return {};
}

bool isNegated(const ColumnFilter &filter)
{
    using Op = ColumnFilter::Op;
    return filter.op == Op::NotEqual || filter.op == Op::NotContains || filter.op == Op::NotRegex || filter.op == Op::NotBetween;
}

}  // namespace

FilterRow::FilterRow(QHeaderView *header, const QList<Field> &fields, QWidget *parent) : QWidget(parent), m_header(header), m_fault(new QLabel(this))
{
    setObjectName(QStringLiteral("filterRow"));
    m_fault->setObjectName(QStringLiteral("filterFault"));
    m_fault->setProperty("error", true);
    m_fault->hide();
    for (const Field &field : fields) add(field);
    for (const auto signal : {&QHeaderView::sectionResized, &QHeaderView::sectionMoved}) connect(header, signal, this, &FilterRow::layOut);
    connect(header, &QHeaderView::geometriesChanged, this, &FilterRow::layOut);
    if (auto *area = qobject_cast<QAbstractScrollArea *>(header->parentWidget()))
        connect(area->horizontalScrollBar(), &QScrollBar::valueChanged, this, &FilterRow::layOut, Qt::QueuedConnection);
    showFaults();
}

void FilterRow::add(const Field &field)
{
    m_entries.push_back(std::make_unique<Entry>(Entry{field, new QLineEdit(this), {}, {}, {}}));
    Entry *entry = m_entries.back().get();
    entry->edit->setObjectName(QStringLiteral("filter.") + field.column.id);
    entry->edit->setAccessibleName(tr("Filter on %1").arg(field.title));
    entry->edit->setPlaceholderText(hintOf(field.column));
    entry->edit->setToolTip(tr("word, =exact, >x, <=x, x~y, /pattern/, =NULL, a|b, !none of these"));
    entry->edit->setMaxLength(1000);
    entry->edit->installEventFilter(this);
    connect(entry->edit, &QLineEdit::textChanged, this, [this, entry] {
        parse(*entry);
        if (!entry->fault) Q_EMIT changed();
    });
    connect(entry->edit, &QLineEdit::returnPressed, this, &FilterRow::committed);
}

void FilterRow::parse(Entry &entry)
{
    const FilterText::Parsed parsed = FilterText::parse(entry.edit->text(), entry.field.column);
    entry.fault = parsed.fault;
    if (!parsed.fault) {
        entry.good = parsed;
        entry.goodText = entry.edit->text().trimmed();
    }
    setStyleFlag(entry.edit, "invalid", parsed.fault.has_value());
    entry.edit->setAccessibleDescription(parsed.fault ? parsed.fault->message : QString());
    showFaults();
}

void FilterRow::setText(Entry &entry, const QString &text)
{
    const QSignalBlocker quiet(entry.edit);
    entry.edit->setText(text);
    parse(entry);
}

void FilterRow::showFaults()
{
    const auto faulty = std::ranges::find_if(m_entries, [](const auto &each) { return each->fault.has_value(); });
    const bool isWrong = faulty != m_entries.end();
    if (isWrong) m_fault->setText(tr("%1, character %2: %3").arg((*faulty)->field.title).arg((*faulty)->fault->position + 1).arg((*faulty)->fault->message));
    m_fault->setVisible(isWrong);
    setFixedHeight(fieldHeight + Theme::Tight * 2 + (isWrong ? m_fault->sizeHint().height() + Theme::Tight : 0));
    layOut();
}

void FilterRow::addTo(ListQuery &query) const
{
    for (const auto &entry : m_entries) entry->good.addTo(query);
}

void FilterRow::takeFrom(ListQuery &query)
{
    for (const auto &entry : m_entries) {
        const FilterColumn &column = entry->field.column;
        const auto own = [&column](const ColumnFilter &filter) { return filter.column == column.id; };
        QString text;
        if (const auto filter = std::ranges::find_if(query.filters, own); filter != query.filters.end()) {
            text = FilterText::format(*filter, column.type);
            query.filters.erase(filter);
        } else {
            const auto group = std::ranges::find_if(query.anyOf, [&own](const QList<ColumnFilter> &each) { return std::ranges::all_of(each, own) && std::ranges::none_of(each, isNegated); });
            if (group != query.anyOf.end()) {
                text = FilterText::format(*group, column.type);
                query.anyOf.erase(group);
            }
        }
        setText(*entry, text);
    }
}

void FilterRow::clear()
{
    for (const auto &entry : m_entries) setText(*entry, {});
}

void FilterRow::clear(const QString &column)
{
    if (QLineEdit *field = edit(column)) field->clear();
}

QList<FilterRow::Active> FilterRow::active() const
{
    QList<Active> all;
    for (const auto &entry : m_entries)
        if (!entry->good.conditions.isEmpty()) all << Active{entry->field.column.id, entry->field.title + QLatin1Char(' ') + entry->goodText};
    return all;
}

QLineEdit *FilterRow::edit(const QString &column) const
{
    const auto entry = std::ranges::find_if(m_entries, [&column](const auto &each) { return each->field.column.id == column; });
    return entry == m_entries.end() ? nullptr : (*entry)->edit;
}

void FilterRow::focusSection(int section)
{
    const auto isShown = [this](const auto &each) { return !m_header->isSectionHidden(each->field.section); };
    auto entry = std::ranges::find_if(m_entries, [&](const auto &each) { return each->field.section == section && isShown(each); });
    if (entry == m_entries.end()) entry = std::ranges::find_if(m_entries, isShown);
    if (entry != m_entries.end()) (*entry)->edit->setFocus(Qt::ShortcutFocusReason);
}

bool FilterRow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    auto *field = static_cast<QLineEdit *>(watched);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Escape:
        if (field->text().isEmpty()) Q_EMIT left();
        else field->clear();
        return true;
    case Qt::Key_Down: Q_EMIT left(); return true;
    default: return QWidget::eventFilter(watched, event);
    }
}

void FilterRow::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    layOut();
}

void FilterRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOut();
}

void FilterRow::layOut()
{
    if (!isVisible()) return;
    const int left = m_header->mapTo(window(), QPoint()).x() - mapTo(window(), QPoint()).x();
    for (const auto &entry : m_entries) {
        const int section = entry->field.section;
        const int width = m_header->sectionSize(section);  // 0 when hidden; the header says so before isSectionHidden() does
        entry->edit->setVisible(width > 0);
        entry->edit->setGeometry(left + m_header->sectionViewportPosition(section) + 2, Theme::Tight, std::max(0, width - 4), fieldHeight);
    }
    m_fault->setGeometry(Theme::Gap, fieldHeight + Theme::Tight * 2, width() - 2 * Theme::Gap, m_fault->sizeHint().height());
}

}  // namespace headgate
