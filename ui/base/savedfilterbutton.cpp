// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/savedfilterbutton.h"

#include "app/base/attach.h"
#include "app/filters/savedfilterservice.h"
#include "models/base/recordtablemodel.h"
#include "models/filters/filtermatch.h"
#include "ui/base/listpageframe.h"
#include "ui/base/messages.h"
#include "ui/base/notifications.h"

#include <QInputDialog>
#include <QMenu>
#include <algorithm>

namespace headgate {

namespace {

/// A name is text, not mnemonics.
QString menuText(QString name) { return name.replace(QLatin1Char('&'), QStringLiteral("&&")); }

}  // namespace

SavedFilterButton::SavedFilterButton(SavedFilterService &service, const QString &page, ListPageFrame &frame, Messages &messages,
                                     NotificationCenter &notifications, QWidget *parent)
    : QToolButton(parent), m_service(service), m_page(page), m_frame(frame), m_messages(messages), m_notifications(notifications), m_menu(new QMenu(this))
{
    setObjectName(QStringLiteral("savedFilters"));
    setText(tr("Saved filters") + QStringLiteral(" ▾"));
    setAccessibleName(tr("Saved filters"));
    setPopupMode(QToolButton::InstantPopup);
    setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, &SavedFilterButton::fillMenu);
    connect(m_menu, &QMenu::aboutToShow, this, &SavedFilterButton::load);  // another window may have saved one
    connect(m_frame.model(), &RecordTableModel::loaded, this, &SavedFilterButton::showTints);  // "today" may be another day
    fillMenu();
    load();
}

void SavedFilterButton::load()
{
    attach(this, m_service.list(m_page), [this](const Result<QList<SavedFilter>> &filters) {
        if (!filters.ok()) return m_notifications.addError(filters.error());
        if (m_filters == *filters) return;
        m_filters = *filters;
        fillMenu();
        showTints();
    });
}

void SavedFilterButton::fillMenu()
{
    // clear() leaves the submenus; one of them may be open now.
    for (QMenu *each : m_menu->findChildren<QMenu *>(Qt::FindDirectChildrenOnly)) each->deleteLater();
    m_menu->clear();
    for (const SavedFilter &each : std::as_const(m_filters)) {
        QAction *apply = m_menu->addAction(menuText(each.name), this, [this, each] { m_frame.setQuery(each.query); });
        apply->setCheckable(true);
        apply->setChecked(each.query == m_frame.query());
    }
    if (m_filters.isEmpty()) m_menu->addAction(tr("No filter is saved for this list"))->setEnabled(false);
    m_menu->addSeparator();
    m_menu->addAction(tr("&Save this filter…"), this, &SavedFilterButton::save)->setEnabled(m_frame.query().isFiltered());
    if (!m_filters.isEmpty()) addFilterMenus();
}

void SavedFilterButton::addFilterMenus()
{
    QMenu *rename = m_menu->addMenu(tr("&Rename"));
    QMenu *remove = m_menu->addMenu(tr("&Delete"));
    QMenu *tints = m_menu->addMenu(tr("&Colour of matching rows"));
    for (const SavedFilter &each : std::as_const(m_filters)) {
        rename->addAction(menuText(each.name), this, [this, each] { this->rename(each); });
        remove->addAction(menuText(each.name), this, [this, each] { this->remove(each); });
        addTintMenu(each, tints);
    }
}

void SavedFilterButton::addTintMenu(const SavedFilter &filter, QMenu *menu)
{
    QMenu *colours = menu->addMenu(menuText(filter.name));
    colours->setEnabled(canTint(filter));
    if (!canTint(filter)) colours->setTitle(tr("%1 (looks at what the list does not load)").arg(menuText(filter.name)));
    const QList<std::pair<QString, QString>> choices{{QString(), tr("&None")}, {QStringLiteral("amber"), tr("&Amber")}, {QStringLiteral("red"), tr("&Red")},
                                                     {QStringLiteral("green"), tr("&Green")}, {QStringLiteral("blue"), tr("&Blue")}};
    for (const auto &[tint, title] : choices) {
        QAction *action = colours->addAction(title, this, [this, filter, tint = tint] { setTint(filter, tint); });
        action->setCheckable(true);
        action->setChecked(filter.tint == tint);
    }
}

void SavedFilterButton::setTint(const SavedFilter &filter, const QString &tint)
{
    attach(this, m_service.setTint(filter.id, tint), [this](const Result<SavedFilter> &changed) {
        if (!changed.ok()) m_notifications.addError(changed.error());
        load();
    });
}

bool SavedFilterButton::canTint(const SavedFilter &filter) const
{
    const RecordTableModel *model = m_frame.model();
    for (const FilterColumn &column : m_frame.filterColumns()) {
        const bool isUsed = filter.query.isFilteredOn(column.id) || (column.searched && !filter.query.search.isEmpty());
        if (isUsed && !model->holdsColumn(column.id)) return false;
    }
    return FilterMatch(filter.query, m_frame.filterColumns()).isValid();
}

void SavedFilterButton::showTints()
{
    QList<std::pair<FilterMatch, QString>> tints;
    for (const SavedFilter &each : std::as_const(m_filters))
        if (!each.tint.isEmpty() && canTint(each)) tints.emplace_back(FilterMatch(each.query, m_frame.filterColumns()), each.tint);
    RecordTableModel *model = m_frame.model();
    if (tints.isEmpty()) return model->setTint({});
    model->setTint([model, tints](int row) {
        const auto valueOf = [model, row](const QString &column) { return model->filterValue(row, column); };
        const auto found = std::ranges::find_if(tints, [&valueOf](const auto &each) { return each.first.matches(valueOf); });
        return found == tints.end() ? QString() : found->second;
    });
}

void SavedFilterButton::askName(const QString &title, const QString &name, std::function<void(const QString &)> named)
{
    auto *dialog = new QInputDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(tr("Name of the filter"));
    dialog->setTextValue(name);
    connect(dialog, &QInputDialog::textValueSelected, this, std::move(named));
    dialog->open();
}

void SavedFilterButton::save()
{
    askName(tr("Save this filter"), m_frame.query().search, [this, query = m_frame.query()](const QString &name) {
        attach(this, m_service.save(m_page, name, query), [this](const Result<SavedFilter> &saved) {
            if (!saved.ok()) m_notifications.addError(saved.error());
            load();
        });
    });
}

void SavedFilterButton::rename(const SavedFilter &filter)
{
    askName(tr("Rename the filter"), filter.name, [this, filter](const QString &name) {
        attach(this, m_service.rename(filter.id, name), [this](const Result<SavedFilter> &renamed) {
            if (!renamed.ok()) m_notifications.addError(renamed.error());
            load();
        });
    });
}

void SavedFilterButton::remove(const SavedFilter &filter)
{
    m_messages.ask(window(), {tr("Delete the filter “%1”?").arg(filter.name), tr("The list stays as it is."), tr("Delete filter"), true}, [this, filter] {
        attach(this, m_service.remove(filter.id), [this](const Result<Done> &removed) {
            if (!removed.ok()) m_notifications.addError(removed.error());
            load();
        });
    });
}

}  // namespace headgate
