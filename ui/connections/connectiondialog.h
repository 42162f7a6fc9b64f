// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QDialog>
#include <QPointer>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace headgate {

class ChangesTable;
class ConflictView;
class ConnectionForm;
class EnvironmentBand;
class FileDialogs;
class MessageBar;
class Messages;
class StagesView;
class TestRun;
class Theme;

/// What dialogs of this folder need besides their service.
struct DialogTools {
    const Theme &theme;
    Messages &messages;
    FileDialogs &files;
};

/// Adds a connection (an id that is not valid) or edits one. Not blocking: open() it; it deletes nothing.
/// A conflict turns the form into a choice per field; what was typed is kept whatever goes wrong.
class ConnectionDialog : public QDialog {
    Q_OBJECT
public:
    ConnectionDialog(ConnectionService &service, const Connection &connection, const DialogTools &tools, QWidget *parent = nullptr);
    ~ConnectionDialog() override;

    void reject() override;

Q_SIGNALS:
    void saved(const headgate::Connection &connection);

private:
    void buildLayout();
    void buildButtons();
    void paste(const QString &text);
    void onFormChanged();
    void askForDrivers();
    void test();
    void save();
    void store(const ConnectionDraft &draft);
    void onStored(const Result<Connection> &result);
    void showConflict();
    void setBusy(bool busy);
    QWidget *buildPreview();
    bool isEdit() const { return m_was.id.isValid(); }
    bool isDirty() const;
    ConnectionDraft draftToSave() const;
    QString saveText() const;

    ConnectionService &m_service;
    DialogTools m_tools;
    Connection m_was;
    ConnectionForm *m_form;
    ConflictView *m_conflict = nullptr;
    QPointer<TestRun> m_run;

    EnvironmentBand *m_band;
    MessageBar *m_message;
    QStackedWidget *m_stack;
    QLineEdit *m_paste;
    QLabel *m_pasteNote;
    StagesView *m_stages = nullptr;      ///< from the first test on
    ChangesTable *m_changes = nullptr;   ///< only when editing
    QPlainTextEdit *m_statements = nullptr;
    QPushButton *m_test;
    QPushButton *m_save;
    bool m_busy = false;
    bool m_askedForDrivers = false;
};

}  // namespace headgate
