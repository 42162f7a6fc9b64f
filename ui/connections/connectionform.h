// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QHash>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QTabWidget;

namespace headgate {

class FileDialogs;
class FormField;
class FormLayout;
class OptionsTable;
class HealthEditor;

/// The fields of a connection in four tabs. It holds what a person typed and knows nothing of storing it.
/// An error shows once its field was left, or after showAllErrors(). The stored password is never put into the form.
class ConnectionForm : public QWidget {
    Q_OBJECT
public:
    ConnectionForm(const Connection &connection, FileDialogs &files, QWidget *parent = nullptr);

    /// What the form holds; id, version and unknown settings are those of the connection it was made with.
    ConnectionDraft draft() const;
    /// Fills in what a pasted address says; a password in it goes into the password field.
    void fill(const Connection &parsed, const std::optional<QString> &password);
    /// What the field of the ODBC driver offers; any other name can be typed.
    void setOdbcDrivers(const QStringList &drivers);
    bool isValid() const;
    /// Shows each error and puts the focus on the first.
    void showAllErrors();
    void showError(const FieldError &error);
    QTabWidget *tabs() const { return m_tabs; }

Q_SIGNALS:
    void changed();

private:
    QWidget *connectionTab(const Connection &connection);
    QWidget *tlsTab(const Connection &connection);
    QWidget *advancedTab(const Connection &connection);
    QWidget *notesTab(const Connection &connection);
    QWidget *passwordEditor();
    QWidget *pathEditor(QLineEdit *edit, const QString &title);
    QLineEdit *configEdit(const QString &key);
    void addField(FormLayout &form, const QString &id, const QString &label, QWidget *editor, const QString &help = {});
    void put(const Connection &connection);
    void adaptToType();
    void adaptToDriver();
    void onChanged();
    void validate();
    DatabaseType type() const;
    QJsonObject config() const;

    Connection m_base;
    FileDialogs &m_files;
    QHash<QString, FormField *> m_fields;
    QHash<QString, QLineEdit *> m_config;
    QList<FieldError> m_errors;
    bool m_filling = false;

    QTabWidget *m_tabs;
    QLineEdit *m_name;
    QComboBox *m_type;
    QComboBox *m_driver;
    QLineEdit *m_instance;
    QStringList m_drivers;  ///< those installed
    QComboBox *m_role;
    QComboBox *m_environment;
    QLineEdit *m_host;
    QLineEdit *m_port;
    QLineEdit *m_database;
    QWidget *m_browse = nullptr;
    QLineEdit *m_user;
    QLineEdit *m_password;
    QCheckBox *m_removePassword;
    QComboBox *m_sslMode;
    OptionsTable *m_options;
    QCheckBox *m_readOnly;
    QCheckBox *m_active;
    HealthEditor *m_health;
    QLineEdit *m_tags;
    QPlainTextEdit *m_description;
};

}  // namespace headgate
