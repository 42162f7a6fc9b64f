// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/tasks.h"
#include "models/base/recordlistmodel.h"
#include "models/database/codec.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"
#include "ui/shell/page.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate::test {

struct DemoRow {
    Id<struct DemoTag> id;
    QVariantList cells;
    bool operator==(const DemoRow &other) const { return id == other.id && cells == other.cells; }
};

/// Rows of each kind of column, answered at once.
class DemoModel final : public RecordListModel<DemoRow> {
public:
    explicit DemoModel(QList<DemoRow> rows, QObject *parent = nullptr)
        : RecordListModel({{QStringLiteral("name"), QStringLiteral("Name"), ColumnKind::Text, true, 140, true},
                           {QStringLiteral("environment"), QStringLiteral("Environment"), ColumnKind::Environment, true, 100},
                           {QStringLiteral("host"), QStringLiteral("Host"), ColumnKind::Identifier, true, 180},
                           {QStringLiteral("status"), QStringLiteral("Last test"), ColumnKind::Status, true, 100},
                           {QStringLiteral("ms"), QStringLiteral("Response, ms"), ColumnKind::Number, true, 110},
                           {QStringLiteral("at"), QStringLiteral("Tested"), ColumnKind::Time, true, 110},
                           {QStringLiteral("notable"), QStringLiteral("Notable"), ColumnKind::Notice, false, 180}},
                          [rows](const ListQuery &, const ListCursor &, const CancelToken &) {
                              return answered(Result<ListPage<DemoRow>>(ListPage<DemoRow>{rows, {}, true}));
                          },
                          [rows](const ListQuery &, const CancelToken &) { return answered(Result<qint64>(qint64(rows.size()))); }, parent)
    {
    }

protected:
    QVariant value(const DemoRow &row, int column) const override { return row.cells.at(column); }
};

inline QList<DemoRow> demoRows()
{
    const char *names[] = {"orders-primary", "orders-replica", "billing", "crm-mysql", "lake-staging", "reporting", "inventory-eu", "events"};
    const char *environments[] = {"production", "production", "production", "production", "staging", "development", "test", "development"};
    const char *statuses[] = {"success", "warning", "failure", "success", "success", "success", "failure", ""};
    QList<DemoRow> rows;
    for (int i = 0; i < 8; ++i) {
        DemoRow row;
        row.id.value = i + 1;
        const QString name = QLatin1String(names[i]);
        const QVariant status = *statuses[i] ? QVariant(QLatin1String(statuses[i])) : QVariant();
        row.cells = {name, QLatin1String(environments[i]), name + QStringLiteral(".internal:5432"), status, i * 1001.5,
                     QVariant::fromValue(Timestamp{Timestamp::now().us - (i + 1) * 7'000'000'000LL}),
                     i == 2 ? QStringLiteral("changed outside Headgate") : QString()};
        rows << row;
    }
    return rows;
}

/// A page over the demo rows that keeps what the shell does to it.
class DemoPage : public Page {
    Q_OBJECT
public:
    DemoPage(const QString &id, const QString &title, const QString &icon, PageGroup group, const Theme &theme, QList<DemoRow> rows = demoRows())
        : m_id(id), m_title(title), m_icon(icon), m_group(group), m_model(new DemoModel(std::move(rows), this)), m_panel(new ListPanel(m_model, theme))
    {
        auto *head = new QLabel(title);
        head->setFont(theme.titleFont());
        auto *primary = new QPushButton(QStringLiteral("New connection"));
        primary->setProperty("kind", QStringLiteral("primary"));
        auto *row = new QHBoxLayout;
        row->addWidget(head, 1);
        row->addWidget(new QPushButton(QStringLiteral("Test all")));
        row->addWidget(primary);
        auto *box = new QVBoxLayout(this);
        box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
        box->setSpacing(Theme::CardPadding);
        box->addLayout(row);
        box->addWidget(m_panel, 1);
        m_panel->view()->setAccessibleName(title);
        m_panel->setEmptyText(QStringLiteral("There is nothing here yet."), QStringLiteral("Add one"), QStringLiteral("Nothing matches."));
        m_model->refresh();
    }

    QString id() const override { return m_id; }
    QString title() const override { return m_title; }
    QString iconName() const override { return m_icon; }
    PageGroup group() const override { return m_group; }
    QList<Command> commands() const override
    {
        auto *self = const_cast<DemoPage *>(this);
        return {{m_id + QStringLiteral(".new"), QStringLiteral("New record"), QStringLiteral("list-add"), QKeySequence::New, [self] { ++self->made; }, {}, false},
                {m_id + QStringLiteral(".never"), QStringLiteral("Never possible"), {}, {}, [self] { ++self->made; }, [] { return false; }, false}};
    }
    void refresh() override
    {
        ++refreshes;
        m_model->refresh();
        Q_EMIT refreshed();
    }
    void open(const QString &id) override { opened << id; }
    QJsonObject saveState() const override { return {{QStringLiteral("list"), view()->saveState()}}; }
    void restoreState(const QJsonObject &state) override
    {
        restored = state;
        view()->restoreState(state.value(QLatin1String("list")).toObject());
    }
    ListView *view() const { return m_panel->view(); }
    DemoModel *model() const { return m_model; }

    int made = 0;
    int refreshes = 0;
    QStringList opened;
    QJsonObject restored;

private:
    QString m_id;
    QString m_title;
    QString m_icon;
    PageGroup m_group;
    DemoModel *m_model;
    ListPanel *m_panel;
};

}  // namespace headgate::test
