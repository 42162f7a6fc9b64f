// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/integrityservice.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace headgate {

class FileDialogs;
class MessageBar;
class PlainTable;
class StatusChip;
class Theme;
class WorkProgress;

/// Verifies the trail, whole or since the last time, and shows the report: what was found, by event; to an event; into
/// a file. A head that is not the remembered one is accepted here, by typing its number. Not blocking: open() it.
class IntegrityDialog : public QDialog {
    Q_OBJECT
public:
    IntegrityDialog(IntegrityService &service, FileDialogs &files, const Theme &theme, QWidget *parent = nullptr);

    /// As the button does.
    void verify();

Q_SIGNALS:
    void eventRequested(qint64 id);
    /// The trail was read to its end.
    void verified(const headgate::AuditVerification &verification);

private:
    void build();
    void run();
    void showReport(const AuditVerification &report);
    void showFindings();
    void openFinding();
    void saveReport();
    void offerAcceptance(bool offered);
    void acceptHead();

    IntegrityService &m_service;
    FileDialogs &m_files;
    const Theme &m_theme;
    AuditVerification m_report;
    MessageBar *m_message;
    QComboBox *m_scope;
    QPushButton *m_verify;
    WorkProgress *m_progress;
    StatusChip *m_verdict;
    QLabel *m_summary;
    PlainTable *m_findings;
    QWidget *m_acceptance;
    QLineEdit *m_typed;
    QPushButton *m_accept;
    QPushButton *m_show;
    QPushButton *m_save;
};

}  // namespace headgate
