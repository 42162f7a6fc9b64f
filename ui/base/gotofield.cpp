// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/gotofield.h"

#include "models/base/recordtablemodel.h"
#include "models/database/codec.h"
#include "ui/base/celldelegate.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>

namespace headgate {

GoToField::GoToField(RecordTableModel *model, ListView *view, QWidget *parent)
    : QWidget(parent), m_model(model), m_view(view), m_where(new QLineEdit), m_answer(new QLabel)
{
    auto *caption = new QLabel(tr("&Go to"));
    caption->setBuddy(m_where);
    m_where->setObjectName(QStringLiteral("goTo"));
    m_where->setAccessibleName(tr("Go to"));
    m_where->setPlaceholderText(model->knowsTimes() ? tr("row number, or 2026-11-21 09:30") : tr("row number"));
    m_where->setMaximumWidth(270);
    m_answer->setProperty("muted", true);
    auto *box = new QHBoxLayout(this);
    box->setContentsMargins(Theme::Gap, 0, Theme::Gap, Theme::Gap);
    box->setSpacing(Theme::Gap);
    box->addWidget(caption);
    box->addWidget(m_where, 1);
    box->addWidget(m_answer);
    box->addStretch();
    hide();
    connect(m_where, &QLineEdit::returnPressed, this, &GoToField::go);
    connect(m_where, &QLineEdit::textEdited, this, [this] {
        m_isWaiting = false;
        m_answer->clear();
    });
    connect(model, &RecordTableModel::rowFound, this, [this](int row) {
        m_view->scrollToRow(row);
        close();
    });
    connect(model, &RecordTableModel::rowMissed, this, [this](const std::optional<Error> &error) {
        const QString reason = m_model->rowCount() == 0 ? tr("There are no rows.") : tr("Sort the list by time first.");
        m_answer->setText(error ? error->what : reason);
    });
    connect(model, &QAbstractItemModel::modelReset, m_answer, &QLabel::clear);  // what was looked for was in other rows
    connect(model, &RecordTableModel::countChanged, this, [this] {
        if (m_isWaiting && isVisible() && m_model->isCountExact()) go();
    });
}

void GoToField::open()
{
    // Whether times are known is told to the model after it was made.
    m_where->setPlaceholderText(m_model->knowsTimes() ? tr("row number, or 2026-11-21 09:30") : tr("row number"));
    show();
    m_where->selectAll();
    m_where->setFocus(Qt::ShortcutFocusReason);
}

void GoToField::close()
{
    hide();
    m_view->setFocus();
}

void GoToField::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) close();
    else QWidget::keyPressEvent(event);
}

std::optional<Timestamp> GoToField::timeOf(const QString &text)
{
    for (const char *format : {"yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd"})
        if (const QDateTime time = QDateTime::fromString(text, QLatin1String(format)); time.isValid()) return Timestamp::fromDateTime(time);
    return Timestamp::fromIso(text);
}

void GoToField::go()
{
    const QString text = m_where->text().trimmed();
    m_isWaiting = false;
    bool isNumber = false;
    const qlonglong row = QLocale().toLongLong(text, &isNumber);
    if (isNumber && row >= 1 && row <= m_model->rowCount()) {
        m_view->scrollToRow(int(row) - 1);
        return close();
    }
    if (isNumber && row >= 1 && !m_model->isCountExact()) {
        m_isWaiting = true;
        m_answer->setText(tr("The rows are still being counted."));
        return m_model->countExactly();
    }
    if (isNumber) return m_answer->setText(tr("There are %1 rows.").arg(CellDelegate::groupedNumber(m_model->rowCount())));
    const std::optional<Timestamp> time = m_model->knowsTimes() ? timeOf(text) : std::nullopt;
    if (time) {
        m_answer->setText(tr("Looking for it."));
        m_model->goToTime(*time);
    } else m_answer->setText(m_model->knowsTimes() ? tr("Type a row number, or a time such as 2026-11-21 09:30.") : tr("Type a row number."));
}

}  // namespace headgate
