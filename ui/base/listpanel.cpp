// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/listpanel.h"

#include "models/base/recordtablemodel.h"
#include "ui/base/celldelegate.h"
#include "ui/base/gotofield.h"
#include "ui/base/listview.h"
#include "ui/base/messagebar.h"
#include "ui/base/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPropertyAnimation>
#include <QPushButton>
#include <QShortcut>
#include <QTimer>
#include <QVBoxLayout>

namespace headgate {

namespace {

/// A wait for a sorting of fewer rows is not worth a word.
constexpr qint64 sortedInNoTime = 100'000;
constexpr int noticeMs = 300;
/// How long a word about an incomplete copy stays.
constexpr int partMs = 8000;

/// Two pixels that move while something loads; nothing moves, and no timer runs, otherwise.
class LoadingLine : public QWidget {
public:
    explicit LoadingLine(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
    {
        setFixedHeight(2);
        m_timer.setInterval(40);
        QObject::connect(&m_timer, &QTimer::timeout, this, [this] {
            m_phase = (m_phase + 3) % 130;
            update();
        });
    }

protected:
    void showEvent(QShowEvent *) override { m_timer.start(); }
    void hideEvent(QHideEvent *) override { m_timer.stop(); }
    void paintEvent(QPaintEvent *) override
    {
        const int part = width() * 3 / 10;
        QPainter(this).fillRect(QRect(m_phase * width() / 100 - part, 0, part, 2), m_theme.color(Theme::Accent));
    }

private:
    const Theme &m_theme;
    QTimer m_timer;
    int m_phase = 0;
};

}  // namespace

ListPanel::ListPanel(RecordTableModel *model, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_model(model), m_view(new ListView(theme)), m_banner(new MessageBar(theme)),
      m_notice(new MessageBar(theme)), m_sortingSoon(new QTimer(this)),
      m_progress(new LoadingLine(theme, m_view)), m_empty(new QWidget(m_view->viewport())), m_sentence(new QLabel), m_action(new QPushButton)
{
    m_view->setRecordModel(model);
    auto *frame = new QFrame;
    frame->setProperty("card", true);
    auto *inside = new QVBoxLayout(frame);
    inside->setContentsMargins(1, 1, 1, 1);
    inside->addWidget(m_view);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(Theme::Gap);
    box->addWidget(m_banner);
    box->addWidget(m_notice);
    box->addWidget(frame, 1);
    auto *goTo = new GoToField(model, m_view);
    inside->addWidget(goTo);
    auto *openGoTo = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_G), this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(openGoTo, &QShortcut::activated, goTo, &GoToField::open);
    m_sortingSoon->setSingleShot(true);
    m_sortingSoon->setInterval(noticeMs);
    connect(m_sortingSoon, &QTimer::timeout, this, &ListPanel::showSorting);
    connect(m_notice, &MessageBar::actionRequested, model, &RecordTableModel::cancelQuery);

    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setProperty("muted", true);
    m_action->setProperty("kind", QStringLiteral("primary"));
    auto *centre = new QVBoxLayout(m_empty);
    centre->addStretch(2);
    centre->addWidget(m_sentence);
    centre->addSpacing(Theme::CardPadding);
    centre->addWidget(m_action, 0, Qt::AlignHCenter);
    centre->addStretch(3);
    auto *overlay = new QVBoxLayout(m_view->viewport());
    overlay->addWidget(m_empty);
    m_progress->hide();

    connect(m_banner, &MessageBar::actionRequested, model, &RecordTableModel::refresh);
    connect(m_view, &ListView::copiedInPart, this, [this](qint64 copied, qint64 selected) {
        m_notice->showWarning(tr("Copied %1 of %2 selected rows: those that are loaded. Filter the list and export it to have all.").arg(CellDelegate::groupedNumber(copied), CellDelegate::groupedNumber(selected)));
        QTimer::singleShot(partMs, m_notice, &MessageBar::clear);
    });
    connect(m_action, &QPushButton::clicked, this, [this] { m_model->query().isFiltered() ? Q_EMIT clearFilterRequested() : Q_EMIT emptyActionRequested(); });
    connect(model, &RecordTableModel::failed, this, &ListPanel::showState);
    connect(model, &RecordTableModel::loaded, this, &ListPanel::showState);
    connect(model, &RecordTableModel::loadingChanged, this, &ListPanel::showState);
    showState();
}

void ListPanel::addAboveList(QWidget *widget)
{
    static_cast<QVBoxLayout *>(m_view->parentWidget()->layout())->insertWidget(0, widget);
}

void ListPanel::setEmptyText(const QString &sentence, const QString &action, const QString &filtered)
{
    m_emptySentence = sentence;
    m_emptyAction = action;
    m_filteredSentence = filtered;
    showState();
}

/// The rows of the old order are still there, so is their number.
void ListPanel::showSorting()
{
    const int column = m_model->columnIndex(m_model->query().sortColumn);
    if (!m_model->isQuerying() || column < 0 || m_model->columns().at(column).sortIndexed || m_model->rowCount() < sortedInNoTime) return;
    m_notice->showWarning(tr("Sorting %1 rows by %2 without an index").arg(CellDelegate::groupedNumber(m_model->rowCount()), m_model->columns().at(column).title), tr("Cancel"));
}

void ListPanel::showState()
{
    if (!m_model->isQuerying()) {
        m_sortingSoon->stop();
        m_notice->clear();
    } else if (!m_sortingSoon->isActive()) {
        m_sortingSoon->start();
    }
    m_progress->setGeometry(0, m_view->horizontalHeader()->height(), m_view->width(), m_progress->height());
    m_progress->raise();
    m_progress->setVisible(m_model->isLoading());
    if (m_model->error() && m_model->error()->kind != ErrorKind::Cancelled) m_banner->showError(*m_model->error(), tr("Retry"));
    else m_banner->clear();
    const bool empty = m_model->hasLoaded() && m_model->rowCount() == 0 && !m_model->error();
    const bool filtered = m_model->query().isFiltered();
    m_sentence->setText(filtered ? m_filteredSentence : m_emptySentence);
    const QString action = filtered ? tr("Clear the filter") : m_emptyAction;
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_empty->setVisible(empty);
}

}  // namespace headgate
