// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/facetpanel.h"

#include <QToolButton>

namespace headgate {

class ListPageFrame;

/// A filter chip that opens the counted values of a column. They are counted when it is opened, not before: on a long
/// trail a count takes a while. Names what is chosen.
class FacetMenu : public QToolButton {
    Q_OBJECT
public:
    FacetMenu(const QString &column, const QString &title, FacetPanel::Source source, ListPageFrame &frame, const Theme &theme, QWidget *parent = nullptr);
    FacetPanel *panel() const { return m_panel; }

private:
    void onShown(const ListQuery &query);
    void showText();

    QString m_title;
    FacetPanel *m_panel;
};

}  // namespace headgate
