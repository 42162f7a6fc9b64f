// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/stateview.h"

#include "app/base/attach.h"
#include "ui/audit/auditchanges.h"
#include "ui/base/celldelegate.h"
#include "ui/base/plaintable.h"
#include "ui/base/wrappedlabel.h"

#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

namespace {

enum Column { Field, Then, Now };

QDateTime local(Timestamp at) { return at.toDateTime().toLocalTime(); }

}  // namespace

StateView::StateView(AuditReviewService &service, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_service(service), m_theme(theme), m_moved(new QTimer(this)), m_slider(new QSlider(Qt::Horizontal)), m_time(new QDateTimeEdit),
      m_words(new QLabel), m_table(new PlainTable(theme, {tr("Field"), tr("At that time"), tr("Now")})), m_notes(new WrappedLabel),
      m_restore(new QPushButton(tr("&Restore this state…")))
{
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setProperty("muted", true);
    m_words->setContentsMargins(Theme::CardPadding, 0, Theme::CardPadding, Theme::Gap);
    m_notes->setProperty("muted", true);
    m_notes->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    m_table->setAccessibleName(tr("Fields of the record at that time"));
    m_table->setObjectName(QStringLiteral("state"));
    m_table->setMinimumHeight(120);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    buttons->addWidget(m_restore);
    buttons->addStretch();
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(chooser());
    box->addWidget(m_words);
    auto *table = new QVBoxLayout;
    table->setContentsMargins(Theme::CardPadding, 0, Theme::CardPadding, 0);
    table->addWidget(m_table);
    box->addLayout(table, 1);
    box->addWidget(m_notes);
    box->addLayout(buttons);
    m_moved->setSingleShot(true);
    m_moved->setInterval(80);
    connect(m_moved, &QTimer::timeout, this, &StateView::ask);
    connect(m_slider, &QSlider::valueChanged, this, &StateView::onSlider);
    connect(m_time, &QDateTimeEdit::dateTimeChanged, this, &StateView::onTime);
    connect(m_restore, &QPushButton::clicked, this, [this] { Q_EMIT restoreRequested(m_entity, m_moment); });
}

QWidget *StateView::chooser()
{
    auto *row = new QWidget;
    auto *box = new QHBoxLayout(row);
    box->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Tight);
    box->setSpacing(Theme::Gap);
    m_slider->setAccessibleName(tr("Event of the record"));
    m_slider->setPageStep(5);
    m_time->setAccessibleName(tr("Time"));
    m_time->setCalendarPopup(true);
    m_time->setDisplayFormat(QStringLiteral("d MMM yyyy HH:mm:ss"));
    box->addWidget(m_slider, 1);
    box->addWidget(m_time);
    return row;
}

void StateView::setEntity(const EntityKey &entity, AuditId event)
{
    m_entity = entity;
    m_moment = {std::nullopt, event};
    ++m_generation;
    m_moved->stop();  // what was chosen in the life of the record before
    m_moments.clear();
    attach(this, m_service.moments(entity), [this, event, generation = m_generation](const Result<QList<EntityTrail::Moment>> &moments) {
        if (generation != m_generation) return;
        if (!moments.ok()) return Q_EMIT failed(moments.error());
        takeMoments(*moments, event);
    });
}

void StateView::takeMoments(const QList<EntityTrail::Moment> &moments, AuditId event)
{
    m_moments = moments;
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, std::max(0, int(moments.size()) - 1));
    m_slider->setEnabled(moments.size() > 1);
    const auto after = std::ranges::find_if(moments, [event](const EntityTrail::Moment &moment) { return moment.id > event; });
    m_slider->setValue(std::max(0, int(after - moments.begin()) - 1));
    ask();
}

void StateView::onSlider(int position)
{
    if (position >= m_moments.size()) return;
    m_moment = {std::nullopt, m_moments.at(position).id};
    m_moved->start();
}

void StateView::onTime()
{
    m_moment = {Timestamp{Timestamp::fromDateTime(m_time->dateTime()).us + 999'999}, std::nullopt};
    const auto after = std::ranges::find_if(m_moments, [this](const EntityTrail::Moment &moment) { return moment.at > *m_moment.time; });
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(std::max(0, int(after - m_moments.begin()) - 1));
    m_moved->start();
}

void StateView::ask()
{
    const auto goOn = [this, generation = ++m_generation](const auto &answer, auto done) {
        if (generation != m_generation) return;
        if (answer.ok()) done(*answer);
        else Q_EMIT failed(answer.error());
    };
    if (m_service.canRestore(m_entity.type))
        attach(this, m_service.planRestore(m_entity, m_moment), [this, goOn](const Result<RestorePlan> &plan) {
            goOn(plan, [this](const RestorePlan &made) { take(made.state, made); });
        });
    else
        attach(this, m_service.state(m_entity, m_moment), [this, goOn](const Result<EntityState> &state) {
            goOn(state, [this](const EntityState &made) { take(made, std::nullopt); });
        });
}

void StateView::take(const EntityState &state, const std::optional<RestorePlan> &plan)
{
    showMoment(state);
    m_table->setColumnHidden(Now, !plan);
    m_table->setRowCount(int(state.fields.size()));
    int row = 0;
    for (auto field = state.fields.begin(); field != state.fields.end(); ++field, ++row) {
        m_table->put(row, Field, field.key());
        QString value = auditValueText(field->value);
        if (field->isLater) value += tr(" (told later)");
        m_table->put(row, Then, value)->setFont(m_theme.fixedFont());
        if (!plan) continue;
        const bool differs = std::ranges::any_of(plan->fields, [&](const RestorePlan::Field &each) { return each.name == field.key(); });
        const QString now = !plan->stored.exists ? tr("gone") : differs ? auditValueText(plan->stored.values.value(field.key())) : tr("the same");
        m_table->put(row, Now, now, {}, differs ? Theme::Warning : Theme::Muted);
    }
    m_notes->setPlainText((plan ? plan->notes : state.remarks()).join(QLatin1Char('\n')));
    m_notes->setVisible(!m_notes->plainText().isEmpty());
    m_restore->setVisible(plan.has_value());
    m_restore->setEnabled(plan && !plan->fields.isEmpty());
    m_restore->setToolTip(m_restore->isEnabled() ? QString() : tr("Nothing differs from what is stored now."));
}

void StateView::showMoment(const EntityState &state)
{
    const QString place = m_moments.isEmpty() ? QString() : tr(" (%1 of %2)").arg(m_slider->value() + 1).arg(m_moments.size());
    m_words->setText(state.lastEvent.isValid() ? tr("After event %1%2, %3").arg(CellDelegate::groupedNumber(state.lastEvent.value), place,
                                                                              QLocale().toString(local(state.lastAt), QStringLiteral("d MMM yyyy, HH:mm:ss")))
                                               : tr("Before the first event that tells of it"));
    if (m_moment.time || !state.lastEvent.isValid()) return;
    const QSignalBlocker quiet(m_time);
    m_time->setDateTime(local(state.lastAt));
}

}  // namespace headgate
