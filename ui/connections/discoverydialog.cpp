// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/discoverydialog.h"

#include "app/base/attach.h"
#include "models/catalog/discoverymodel.h"
#include "ui/base/celldelegate.h"
#include "ui/base/environmentband.h"
#include "ui/base/messagebar.h"
#include "ui/base/messages.h"
#include "ui/base/theme.h"
#include "ui/connections/tabledetailview.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStyle>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>
#include <chrono>

namespace headgate {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int pageSize = 500;
constexpr int searchLimit = 300;
constexpr QSize usualSize(1120, 700);

Theme::Role inkOf(DiscoveryModel::RowType type)
{
    switch (type) {
    case DiscoveryModel::RowType::Schema: case DiscoveryModel::RowType::Table: return Theme::Text;
    case DiscoveryModel::RowType::Failed: return Theme::Error;
    case DiscoveryModel::RowType::Loading: case DiscoveryModel::RowType::More: break;
    }
    return Theme::Muted;
}

/// The first column: its box and its branch are the tree's, its ground that of the other columns.
class NameDelegate : public QStyledItemDelegate {
public:
    NameDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), Theme::RowHeight};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem cell = option;
        initStyleOption(&cell, index);
        if (cell.state.testFlag(QStyle::State_Selected)) painter->fillRect(cell.rect, cell.palette.color(QPalette::Highlight));
        cell.state &= ~(QStyle::State_Selected | QStyle::State_HasFocus);
        const QStyle *style = cell.widget->style();
        style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
        painter->setPen(m_theme.color(Theme::Border));
        painter->drawLine(cell.rect.bottomLeft(), cell.rect.bottomRight());
        if (!cell.features.testFlag(QStyleOptionViewItem::HasCheckIndicator)) return;
        // The style's own frame is hardly seen on a dark ground.
        painter->setPen(m_theme.color(Theme::Muted));
        painter->drawRect(style->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &cell, cell.widget).adjusted(0, 0, -1, -1));
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto type = DiscoveryModel::RowType(index.data(DiscoveryModel::RowTypeRole).toInt());
        if (type == DiscoveryModel::RowType::Table) option->font = m_theme.fixedFont();
        option->palette.setColor(QPalette::Text, m_theme.color(inkOf(type)));
    }

private:
    const Theme &m_theme;
};

}  // namespace

DiscoveryDialog::DiscoveryDialog(DiscoveryService &service, const Connection &connection, const DialogTools &tools, QWidget *parent)
    : QDialog(parent), m_service(service), m_tools(tools), m_connection(connection), m_discovery(service.look(connection)), m_model(makeModel()),
      m_message(new MessageBar(tools.theme)), m_searchDelay(new QTimer(this)), m_detailDelay(new QTimer(this)), m_tree(new QTreeView),
      m_detail(new TableDetailView(tools.theme))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Tables of %1").arg(connection.name));
    resize(parent ? usualSize.boundedTo(parent->size() - QSize(32, 32)) : usualSize);
    m_model->setChosen(DiscoveryService::chosenTables(connection));
    buildTree();
    buildLayout();
    m_searchDelay->setSingleShot(true);
    m_searchDelay->setInterval(250ms);
    m_detailDelay->setSingleShot(true);
    m_detailDelay->setInterval(100ms);
    connect(m_searchDelay, &QTimer::timeout, this, [this] { m_model->setSearch(m_search->text().trimmed()); });
    connect(m_detailDelay, &QTimer::timeout, this, &DiscoveryDialog::loadDetail);
    connect(m_detail, &TableDetailView::retryRequested, this, &DiscoveryDialog::loadDetail);
    connect(m_model, &DiscoveryModel::chosenChanged, this, &DiscoveryDialog::showChoice);
    connect(m_model, &DiscoveryModel::loaded, this, &DiscoveryDialog::onLoaded);
    connect(m_model, &QAbstractItemModel::modelReset, this, &DiscoveryDialog::onCurrentChanged);
    showChoice();
    m_model->reload();
    loadDatabases();
    m_search->setFocus();
}

DiscoveryDialog::~DiscoveryDialog()
{
    m_detailCancel.cancel();
    // Model and tree go after this object's own part has gone.
    m_model->disconnect(this);
    m_tree->selectionModel()->disconnect(this);
}

DiscoveryModel *DiscoveryDialog::makeModel()
{
    Discovery *discovery = m_discovery.get();
    DiscoveryModel::Source source;
    source.schemas = [discovery](const CancelToken &cancel) { return discovery->schemas(cancel); };
    source.tables = [discovery](const QString &schema, const QString &after, const CancelToken &cancel) { return discovery->tables(schema, after, pageSize, cancel); };
    source.partitions = [discovery](const TableName &parent, const TableName &after, const CancelToken &cancel) {
        return discovery->partitions(parent, after, pageSize, cancel);
    };
    source.search = [discovery](const QString &text, const CancelToken &cancel) { return discovery->search(text, searchLimit, cancel); };
    source.showsPartitions = m_connection.databaseType == DatabaseType::Postgresql;
    return new DiscoveryModel(source, this);
}

void DiscoveryDialog::buildTree()
{
    m_tree->setModel(m_model);
    m_tree->setAccessibleName(tr("Schemas and tables"));
    m_tree->setItemDelegate(new CellDelegate(m_tools.theme, m_tree));
    m_tree->setItemDelegateForColumn(DiscoveryModel::Name, new NameDelegate(m_tools.theme, m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(DiscoveryModel::Name, QHeaderView::Stretch);
    m_tree->header()->setMinimumSectionSize(56);
    for (const auto &[column, width] : {std::pair{DiscoveryModel::Kind, 134}, {DiscoveryModel::Rows, 72}, {DiscoveryModel::Size, 72},
                                        {DiscoveryModel::Key, 72}, {DiscoveryModel::ReplicaIdentity, 82}})
        m_tree->setColumnWidth(column, width);
    m_tree->setColumnHidden(DiscoveryModel::ReplicaIdentity, m_connection.databaseType != DatabaseType::Postgresql);
    connect(m_tree, &QTreeView::activated, this, &DiscoveryDialog::onActivated);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &DiscoveryDialog::onCurrentChanged);
    auto *copy = new QShortcut(QKeySequence::Copy, m_tree, nullptr, nullptr, Qt::WidgetShortcut);
    connect(copy, &QShortcut::activated, this, &DiscoveryDialog::copyNames);
}

QWidget *DiscoveryDialog::topRow()
{
    m_database = new QComboBox;
    m_database->setAccessibleName(tr("Database"));
    m_database->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_database->hide();
    connect(m_database, &QComboBox::activated, this, &DiscoveryDialog::chooseDatabase);
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Search schema and table names"));
    m_search->setAccessibleName(tr("Search schema and table names"));
    m_search->setClearButtonEnabled(true);
    connect(m_search, &QLineEdit::textChanged, m_searchDelay, qOverload<>(&QTimer::start));
    auto *refresh = new QPushButton(tr("&Refresh"));
    refresh->setAutoDefault(false);
    connect(refresh, &QPushButton::clicked, this, [this] { m_model->reload(); });
    auto *row = new QWidget;
    auto *box = new QHBoxLayout(row);
    box->setContentsMargins({});
    box->setSpacing(Theme::Gap);
    box->addWidget(m_database);
    box->addWidget(m_search, 1);
    box->addWidget(refresh);
    return row;
}

QWidget *DiscoveryDialog::bottomRow()
{
    m_count = new QLabel;
    m_count->setProperty("muted", true);
    auto *copy = new QPushButton(tr("Copy &names"));
    m_copyList = new QPushButton(tr("Copy &table.include.list"));
    auto *close = new QPushButton(tr("Close"));
    m_keep = new QPushButton;
    m_keep->setProperty("kind", u"primary"_s);
    for (QPushButton *button : {copy, m_copyList, close, m_keep}) button->setAutoDefault(false);
    connect(copy, &QPushButton::clicked, this, &DiscoveryDialog::copyNames);
    connect(m_copyList, &QPushButton::clicked, this, &DiscoveryDialog::copyIncludeList);
    connect(close, &QPushButton::clicked, this, &DiscoveryDialog::reject);
    connect(m_keep, &QPushButton::clicked, this, &DiscoveryDialog::keep);
    copy->setToolTip(tr("Names of the selected rows, one a line"));
    m_copyList->setToolTip(tr("The chosen tables as a Debezium connector takes them"));
    auto *row = new QWidget;
    auto *box = new QHBoxLayout(row);
    box->setContentsMargins({});
    box->setSpacing(Theme::Gap);
    box->addWidget(m_count, 1);
    for (QPushButton *button : {copy, m_copyList, close, m_keep}) box->addWidget(button);
    return row;
}

void DiscoveryDialog::buildLayout()
{
    auto *band = new EnvironmentBand(m_tools.theme);
    band->setEnvironment(m_connection.environment);
    auto *parts = new QSplitter;
    parts->setChildrenCollapsible(false);
    parts->addWidget(m_tree);
    parts->addWidget(m_detail);
    parts->setStretchFactor(0, 1);
    parts->setSizes({width() * 3 / 5, width() * 2 / 5});
    auto *content = new QVBoxLayout;
    content->setContentsMargins(Theme::PageMargin, Theme::CardPadding, Theme::PageMargin, Theme::PageMargin);
    content->setSpacing(Theme::CardPadding);
    content->addWidget(topRow());
    content->addWidget(m_message);
    content->addWidget(parts, 1);
    content->addWidget(bottomRow());
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(band);
    box->addLayout(content, 1);
}

// Without an answer there is nothing to choose from: the tree says what is wrong.
void DiscoveryDialog::loadDatabases()
{
    attach(this, m_discovery->databases(), [this](const Result<QList<CatalogDatabase>> &databases) {
        if (!databases.ok() || databases->size() < 2) return;
        for (const CatalogDatabase &database : *databases) {
            m_database->addItem(database.name, database.isCurrent);
            if (database.isCurrent) m_database->setCurrentIndex(m_database->count() - 1);
        }
        m_database->show();
    });
}

void DiscoveryDialog::chooseDatabase(int index)
{
    const bool isOwn = m_database->itemData(index).toBool();
    m_discovery->setDatabase(isOwn ? QString() : m_database->itemText(index));
    m_model->setChoosable(isOwn);
    m_isOpened = false;
    if (isOwn) m_message->clear();
    else m_message->showWarning(tr("Another database than that of the connection: its tables can be looked at, not chosen."));
    m_model->reload();
}

// A person who has one place to look is shown what is in it.
void DiscoveryDialog::onLoaded()
{
    if (std::exchange(m_isOpened, true) || !m_model->search().isEmpty()) return;
    const int rows = m_model->rowCount();
    for (int row = 0; row < rows; ++row) {
        const QModelIndex index = m_model->index(row, 0);
        if (rows == 1 || m_model->schemaAt(index) == m_connection.databaseName || m_model->schemaAt(index) == "public"_L1) m_tree->expand(index);
    }
}

void DiscoveryDialog::onCurrentChanged()
{
    m_detailCancel.cancel();
    const CatalogTable *table = m_model->tableAt(m_tree->currentIndex());
    if (!table) {
        m_detailDelay->stop();
        return m_detail->clear();
    }
    m_detail->begin(*table);
    m_detailDelay->start();
}

void DiscoveryDialog::loadDetail()
{
    const CatalogTable *table = m_model->tableAt(m_tree->currentIndex());
    if (!table) return;
    m_detailCancel = {};
    attach(this, m_discovery->table(table->name, m_detailCancel), [this, cancel = m_detailCancel](const Result<TableDetail> &detail) {
        if (cancel.isCancelled()) return;
        if (detail.ok()) m_detail->setDetail(*detail);
        else m_detail->showError(detail.error());
    });
}

void DiscoveryDialog::onActivated(const QModelIndex &index)
{
    m_model->proceed(index.siblingAtColumn(DiscoveryModel::Name));
}

bool DiscoveryDialog::isDirty() const
{
    QList<TableName> stored = DiscoveryService::chosenTables(m_connection);
    std::sort(stored.begin(), stored.end());
    return stored != m_model->chosen();
}

void DiscoveryDialog::showChoice()
{
    const int count = int(m_model->chosen().size());
    m_count->setText(count == 0 ? tr("Tick the tables that a pipeline is to take.") : count == 1 ? tr("1 table chosen") : tr("%1 tables chosen").arg(CellDelegate::groupedNumber(count)));
    m_copyList->setEnabled(count > 0);
    m_keep->setText(count == 0 && isDirty() ? tr("&Keep none") : tr("&Keep choice"));
    m_keep->setEnabled(isDirty());
}

void DiscoveryDialog::copyNames()
{
    QStringList names;
    for (const QModelIndex &index : m_tree->selectionModel()->selectedRows()) {
        if (const CatalogTable *table = m_model->tableAt(index)) names << table->name.text();
        else if (const QString schema = m_model->schemaAt(index); !schema.isEmpty()) names << schema;
    }
    if (!names.isEmpty()) QGuiApplication::clipboard()->setText(names.join(u'\n'));
}

void DiscoveryDialog::copyIncludeList()
{
    QGuiApplication::clipboard()->setText(chosentables::includeList(m_model->chosen()));
}

void DiscoveryDialog::keep()
{
    m_keep->setEnabled(false);
    attach(this, m_service.choose(m_connection.id, m_model->chosen()), [this](const Result<Connection> &stored) {
        if (stored.ok()) {
            m_connection = *stored;
            m_message->clear();
            Q_EMIT chosen(m_connection);
        } else {
            m_message->showError(stored.error());
        }
        showChoice();
    });
}

void DiscoveryDialog::reject()
{
    if (!isDirty()) return QDialog::reject();
    m_tools.messages.ask(this, {tr("Leave without keeping the choice?"), tr("The tables that are ticked now are not kept with the connection yet."),
                                tr("Leave"), true},
                         [this] { QDialog::reject(); });
}

}  // namespace headgate
