// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/timerangedialog.h"

#include "models/base/timetext.h"
#include "ui/base/formfield.h"
#include "ui/base/styleflag.h"

#include <QComboBox>
#include <QCompleter>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

namespace {

using Op = ColumnFilter::Op;

QString textOf(const QVariant &value)
{
    return value.typeId() == QMetaType::QString ? value.toString() : Timestamp{value.toLongLong()}.toIso();
}

}  // namespace

TimeRangeDialog::TimeRangeDialog(const QString &column, const std::optional<ColumnFilter> &filter, const QString &timeZone, QWidget *parent)
    : QDialog(parent), m_column(column), m_from(new QLineEdit), m_to(new QLineEdit), m_zone(new QComboBox), m_note(new QLabel)
{
    setWindowTitle(tr("Between two times"));
    setMinimumWidth(560);
    if (filter && filter->op != Op::AtMost) m_from->setText(textOf(filter->values.first()));
    if (filter && filter->op != Op::AtLeast) m_to->setText(textOf(filter->values.last()));
    m_zone->setEditable(true);
    m_zone->addItem(tr("This computer’s (%1)").arg(QString::fromUtf8(QTimeZone::systemTimeZoneId())), QString());
    for (const QByteArray &id : QTimeZone::availableTimeZoneIds()) m_zone->addItem(QString::fromUtf8(id), QString::fromUtf8(id));
    m_zone->completer()->setFilterMode(Qt::MatchContains);
    m_zone->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_zone->setCurrentIndex(std::max(0, m_zone->findData(timeZone)));
    m_note->setWordWrap(true);
    auto *fields = new QWidget;
    FormLayout form(fields);
    fields->layout()->setContentsMargins({});
    form.addField(tr("&From"), m_from, tr("2026-11-21, 2026-11-21 09:14, -7d, yesterday; empty: the beginning"));
    form.addField(tr("&To"), m_to, tr("Included: a day up to its midnight; empty: until now"));
    form.addField(tr("Time &zone"), m_zone);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_accept = buttons->addButton(tr("&Show these"), QDialogButtonBox::AcceptRole);
    m_accept->setProperty("kind", QStringLiteral("primary"));
    m_accept->setDefault(true);
    auto *box = new QVBoxLayout(this);
    box->addWidget(fields);
    box->addWidget(m_note);
    box->addStretch();
    box->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (QLineEdit *edit : {m_from, m_to}) connect(edit, &QLineEdit::textChanged, this, &TimeRangeDialog::check);
    connect(m_zone, &QComboBox::editTextChanged, this, &TimeRangeDialog::check);
    check();
}

QString TimeRangeDialog::timeZone() const
{
    const int index = m_zone->findText(m_zone->currentText());
    return index < 0 ? m_zone->currentText() : m_zone->itemData(index).toString();
}

std::optional<ColumnFilter> TimeRangeDialog::filter() const
{
    const QString from = m_from->text().simplified();
    const QString to = m_to->text().simplified();
    if (from.isEmpty() && to.isEmpty()) return std::nullopt;
    if (to.isEmpty()) return ColumnFilter{m_column, Op::AtLeast, {from}};
    if (from.isEmpty()) return ColumnFilter{m_column, Op::AtMost, {to}};
    return ColumnFilter{m_column, Op::Between, {from, to}};
}

void TimeRangeDialog::check()
{
    const QString id = timeZone();
    const bool isZone = id.isEmpty() || QTimeZone::isTimeZoneIdAvailable(id.toUtf8());
    const auto clock = TimeText::Clock::of(id);
    const auto span = [&clock](const QLineEdit *edit) { return edit->text().trimmed().isEmpty() ? std::optional(TimeSpan()) : TimeText::resolve(edit->text(), clock); };
    const auto from = span(m_from);
    const auto to = span(m_to);
    setStyleFlag(m_from, "invalid", !from);
    setStyleFlag(m_to, "invalid", !to);
    QString fault;
    if (!isZone) fault = tr("There is no time zone %1.").arg(id);
    else if (!from || !to) fault = tr("A time is expected here, such as 2026-11-21, 2026-11-21 09:14, -24h or yesterday.");
    else if (from->from >= to->to) fault = tr("The end is before the beginning.");
    m_accept->setEnabled(fault.isEmpty());
    setStyleFlag(m_note, "error", !fault.isEmpty());
    setStyleFlag(m_note, "muted", fault.isEmpty());
    const auto shown = [&clock](qint64 us) {
        return us == TimeSpan::Ever || us == TimeSpan::Forever ? QStringLiteral("…")
                                                               : QLocale().toString(Timestamp{us}.toDateTime().toTimeZone(clock.zone), QStringLiteral("d MMM yyyy HH:mm:ss t"));
    };
    m_note->setText(fault.isEmpty() ? tr("%1 up to %2").arg(shown(from->from), shown(to->to)) : fault);
}

}  // namespace headgate
