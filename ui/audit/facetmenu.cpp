// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/facetmenu.h"

#include "app/base/tasks.h"
#include "ui/base/listpageframe.h"
#include "ui/base/plaintext.h"
#include "ui/base/styleflag.h"
#include "ui/base/theme.h"

#include <QMenu>
#include <QWidgetAction>

namespace headgate {

namespace {

constexpr QSize panelSize(260, 300);

}  // namespace

FacetMenu::FacetMenu(const QString &column, const QString &title, FacetPanel::Source source, ListPageFrame &frame, const Theme &theme, QWidget *parent)
    : QToolButton(parent), m_title(title)
{
    setProperty("chip", true);
    setFocusPolicy(Qt::StrongFocus);
    setPopupMode(InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setObjectName(QStringLiteral("facet.") + column);
    auto *popup = new QMenu(this);
    const auto onlyOpen = [popup, source = std::move(source)](const ListQuery &query, const QString &facet, const CancelToken &cancel) {
        return popup->isVisible() ? source(query, facet, cancel) : answered(Result<QList<FacetCount>>(QList<FacetCount>()));
    };
    m_panel = new FacetPanel(column, title, onlyOpen, theme);
    m_panel->setFixedSize(panelSize);
    m_panel->setContentsMargins(Theme::Gap, Theme::Gap, Theme::Gap, Theme::Gap);
    auto *entry = new QWidgetAction(popup);
    entry->setDefaultWidget(m_panel);
    popup->addAction(entry);
    setMenu(popup);
    frame.addFacetPanel(m_panel);
    connect(m_panel, &FacetPanel::changed, this, &FacetMenu::showText);
    connect(popup, &QMenu::aboutToShow, m_panel, [this, &frame] { QMetaObject::invokeMethod(m_panel, [this, &frame] { onShown(frame.query()); }, Qt::QueuedConnection); });
    showText();
}

void FacetMenu::onShown(const ListQuery &query)
{
    m_panel->setFocus(Qt::PopupFocusReason);
    m_panel->setQuery(query);
}

void FacetMenu::showText()
{
    QStringList words;
    for (const QVariant &value : m_panel->chosen()) words << (value.isValid() ? value.toString() : tr("none"));
    const QString text = words.isEmpty() ? m_title : tr("%1: %2").arg(m_title, words.size() > 2 ? tr("%1 chosen").arg(words.size()) : words.join(QStringLiteral(", ")));
    setText(text + QStringLiteral(" ▾"));
    setToolTip(asPlain(words.join(QStringLiteral(", "))));
    setAccessibleName(words.isEmpty() ? tr("Filter by %1").arg(m_title) : tr("Filter: %1").arg(text));
    setStyleFlag(this, "filtering", !words.isEmpty());
}

}  // namespace headgate
