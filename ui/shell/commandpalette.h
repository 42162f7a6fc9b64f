// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/palettesource.h"

#include <QFrame>
#include <QPointer>

class QLineEdit;
class QListView;
class QStandardItemModel;
class QTimer;

namespace headgate {

class Theme;

/// A field over the window that finds pages, actions and records by parts of words. Pages and actions are there at once,
/// records as their sources find them. Esc or a click elsewhere closes it and gives the focus back. GUI thread.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    using Local = std::function<QList<PaletteItem>()>;

    /// `local` is asked at each opening. The sources outlive the palette.
    CommandPalette(Local local, QList<PaletteSource *> sources, const Theme &theme, QWidget *parent);
    ~CommandPalette() override;

    /// Opens with its right edge at `right`, its top at `top` (coordinates of the parent).
    void openAt(int right, int top);

Q_SIGNALS:
    void openRequested(const headgate::EntityRef &ref);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void search();
    void askSources();
    void showItems();
    void move(int by);
    void choose();
    void close();

    Local m_local;
    QList<PaletteSource *> m_sources;
    const Theme &m_theme;
    QLineEdit *m_field;
    QListView *m_view;
    QStandardItemModel *m_model;
    QTimer *m_typing;
    QList<PaletteItem> m_localItems;
    QList<PaletteItem> m_records;
    QList<PaletteItem> m_shown;
    CancelToken m_cancel;
    QList<QPointer<QWidget>> m_focusBefore;  ///< what had it, and what that stands in: a cell's editor goes meanwhile
};

}  // namespace headgate
