// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/integrityservice.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace headgate {

class FileDialogs;
class MessageBar;
class Theme;
class WorkProgress;
class WrappedLabel;

/// Exports what the list shows as signed evidence. Not blocking: open() it.
class EvidenceDialog : public QDialog {
    Q_OBJECT
public:
    EvidenceDialog(IntegrityService &service, const ListQuery &query, FileDialogs &files, const Theme &theme, QWidget *parent = nullptr);

private:
    void build();
    void offerExport();
    void run();
    void showFile(const EvidenceFile &file);

    IntegrityService &m_service;
    ListQuery m_query;
    FileDialogs &m_files;
    QLineEdit *m_path;
    MessageBar *m_message;
    WorkProgress *m_progress;
    WrappedLabel *m_result;
    QPushButton *m_close;
    QPushButton *m_act;
};

}  // namespace headgate
