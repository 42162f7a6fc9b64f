// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/integritydialog.h"

#include "app/audit/integrityjson.h"
#include "app/base/attach.h"
#include "ui/audit/workprogress.h"
#include "ui/base/celldelegate.h"
#include "ui/base/chips.h"
#include "ui/base/filedialogs.h"
#include "ui/base/messagebar.h"
#include "ui/base/plaintable.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSaveFile>
#include <QVBoxLayout>

namespace headgate {

namespace {

enum Column { Events, Kind, Found };
using Scope = IntegrityService::Scope;

constexpr int heightWithFindings = 520;

QString kindLabel(const QString &kind)
{
    if (kind == u"gap") return IntegrityDialog::tr("missing");
    if (kind == u"link") return IntegrityDialog::tr("broken link");
    if (kind == u"hash") return IntegrityDialog::tr("wrong hash");
    if (kind == u"payload") return IntegrityDialog::tr("changed columns");
    if (kind == u"time") return IntegrityDialog::tr("out of order");
    if (kind == u"head") return IntegrityDialog::tr("wrong end");
    if (kind == u"operation") return IntegrityDialog::tr("stray operation");
    if (kind == u"rollup") return IntegrityDialog::tr("wrong count");
    if (kind == u"rollback") return IntegrityDialog::tr("ends too early");
    if (kind == u"rewrite") return IntegrityDialog::tr("another history");
    return kind == u"memory" ? IntegrityDialog::tr("changed memory") : kind;
}

QString eventsLabel(const AuditFinding &finding)
{
    if (finding.id <= 0) return IntegrityDialog::tr("the trail");
    return finding.lastId > finding.id ? IntegrityDialog::tr("%1 – %2").arg(CellDelegate::groupedNumber(finding.id), CellDelegate::groupedNumber(finding.lastId)) : CellDelegate::groupedNumber(finding.id);
}

}  // namespace

IntegrityDialog::IntegrityDialog(IntegrityService &service, FileDialogs &files, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_service(service), m_files(files), m_theme(theme), m_message(new MessageBar(theme)), m_scope(new QComboBox), m_verify(new QPushButton(tr("&Verify"))),
      m_progress(new WorkProgress), m_verdict(new StatusChip(theme)), m_summary(new QLabel), m_findings(new PlainTable(theme, {tr("Events"), tr("What"), tr("Found")})),
      m_acceptance(new QWidget), m_typed(new QLineEdit), m_accept(new QPushButton(tr("&Accept this trail"))), m_show(new QPushButton(tr("&Show event"))),
      m_save(new QPushButton(tr("Save &report…")))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Integrity of the audit trail"));
    resize(760, 220);
    build();
}

void IntegrityDialog::build()
{
    m_scope->addItem(tr("Events since the last verification"), int(Scope::SinceVerified));
    m_scope->addItem(tr("The whole trail"), int(Scope::Whole));
    m_scope->setAccessibleName(tr("What to verify"));
    m_summary->setWordWrap(true);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_summary->setText(tr("Each event carries the hash of the one before it. Verifying recomputes every hash and link, compares each event with its columns, and the end of the "
                          "trail with what this computer remembers of it."));
    m_verdict->hide();
    m_findings->setAccessibleName(tr("Findings"));
    m_findings->hide();
    m_acceptance->hide();
    m_typed->setMaximumWidth(160);
    m_accept->setProperty("kind", QStringLiteral("destructive"));
    m_accept->setEnabled(false);
    m_verify->setProperty("kind", QStringLiteral("primary"));
    m_verify->setObjectName(QStringLiteral("act"));
    m_verify->setDefault(true);
    for (QPushButton *button : {m_accept, m_show, m_save}) button->setAutoDefault(false);
    m_show->setEnabled(false);
    m_save->setEnabled(false);
    auto *close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);
    auto *typedLabel = new QLabel;
    typedLabel->setObjectName(QStringLiteral("typedLabel"));
    typedLabel->setBuddy(m_typed);

    auto *acceptance = new QHBoxLayout(m_acceptance);
    acceptance->setContentsMargins({});
    acceptance->addWidget(typedLabel);
    acceptance->addWidget(m_typed);
    acceptance->addWidget(m_accept);
    acceptance->addStretch();
    auto *top = new QHBoxLayout;
    top->addWidget(m_scope);
    top->addWidget(m_verify);
    top->addWidget(m_verdict);
    top->addStretch();
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_show);
    buttons->addWidget(m_save);
    buttons->addStretch();
    buttons->addWidget(close);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::CardPadding);
    box->addLayout(top);
    box->addWidget(m_progress);
    box->addWidget(m_message);
    box->addWidget(m_summary);
    box->addWidget(m_acceptance);
    box->addWidget(m_findings, 1);
    box->addStretch();
    box->addLayout(buttons);

    connect(m_verify, &QPushButton::clicked, this, [this] { m_progress->isRunning() ? m_progress->cancel() : run(); });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_show, &QPushButton::clicked, this, &IntegrityDialog::openFinding);
    connect(m_findings, &QTableWidget::cellActivated, this, &IntegrityDialog::openFinding);
    connect(m_findings, &QTableWidget::itemSelectionChanged, this, [this] { m_show->setEnabled(m_findings->currentRow() >= 0); });
    connect(m_save, &QPushButton::clicked, this, &IntegrityDialog::saveReport);
    connect(m_accept, &QPushButton::clicked, this, &IntegrityDialog::acceptHead);
    connect(m_typed, &QLineEdit::textChanged, this, [this](const QString &text) { m_accept->setEnabled(text.trimmed() == QString::number(m_report.lastId)); });
}

void IntegrityDialog::verify()
{
    if (!m_progress->isRunning()) run();
}

void IntegrityDialog::run()
{
    m_message->clear();
    offerAcceptance(false);
    m_verify->setText(tr("&Cancel"));
    m_scope->setEnabled(false);
    const CancelToken cancel = m_progress->begin();
    attach(this, m_service.verify(Scope(m_scope->currentData().toInt()), m_progress->reporter(), cancel), [this](const Result<AuditVerification> &report) {
        m_progress->end();
        m_verify->setText(tr("&Verify"));
        m_scope->setEnabled(true);
        if (report.ok()) return showReport(*report);
        if (report.error().kind != ErrorKind::Cancelled) m_message->showError(report.error());
    });
}

void IntegrityDialog::showReport(const AuditVerification &report)
{
    m_report = report;
    m_save->setEnabled(true);
    const QLocale locale;
    const QString events = report.rows == 1 ? tr("1 event") : tr("%1 events").arg(CellDelegate::groupedNumber(report.rows));
    // "Whole" is only what was read from its begin.
    const QString whole = report.incremental ? tr("since the last verification: %1, no gaps").arg(events)
                                             : tr("whole: %1, no gaps").arg(events);
    const QString found = report.findingCount == 1
                              ? tr("1 finding in %1").arg(events)
                              : tr("%1 findings in %2").arg(CellDelegate::groupedNumber(report.findingCount), events);
    m_verdict->show();
    m_verdict->setStatus(report.ok() ? QStringLiteral("success") : QStringLiteral("failure"), report.ok() ? whole : found);
    const bool nothingNew = report.incremental && report.rows == 0;
    QStringList lines{nothingNew ? tr("Nothing is new: the trail ends at event %1.").arg(CellDelegate::groupedNumber(report.lastId)) : tr("From event %1 to %2, in %3 s (%4 events/s). Hash of the last: %5")
                          .arg(CellDelegate::groupedNumber(report.start.id + 1), CellDelegate::groupedNumber(report.lastId), locale.toString(report.seconds, 'f', 1),
                               CellDelegate::groupedNumber(qRound64(report.rowsPerSecond())), QString::fromLatin1(report.headHash.toHex().left(16)))};
    if (report.incremental) lines << tr("What comes before was verified earlier on this computer.");
    else if (report.start.id > 0) lines << tr("Events 1 to %1 were retired into archives; the chain goes on from the last of them.").arg(CellDelegate::groupedNumber(report.start.id));
    if (report.unsealedExternal > 0) lines << tr("%1 changes made outside could not be sealed into the trail.").arg(CellDelegate::groupedNumber(report.unsealedExternal));
    if (!report.remark.isEmpty()) lines << report.remark;
    m_summary->setText(lines.join(u'\n'));
    showFindings();
    offerAcceptance(std::ranges::any_of(report.findings, contradictsMemory));
    Q_EMIT verified(report);
}

void IntegrityDialog::showFindings()
{
    m_findings->setVisible(!m_report.ok());
    m_findings->setRowCount(int(m_report.findings.size()));
    for (int row = 0; row < m_findings->rowCount(); ++row) {
        const AuditFinding &finding = m_report.findings.at(row);
        m_findings->put(row, Events, eventsLabel(finding));
        m_findings->put(row, Kind, kindLabel(finding.kind), QStringLiteral("dialog-error"), Theme::Error);
        m_findings->put(row, Found, finding.text);
    }
    if (m_findings->rowCount() == 0) return;
    resize(width(), std::max(height(), heightWithFindings));
    m_findings->fitColumns();
    m_findings->setCurrentCell(0, 0);
}

void IntegrityDialog::openFinding()
{
    const int row = m_findings->currentRow();
    if (row < 0) return;
    // A missing event cannot be shown; the one before it can.
    const AuditFinding &finding = m_report.findings.at(row);
    const bool missing = finding.kind == u"gap" || finding.kind == u"rollback";
    Q_EMIT eventRequested(std::max<qint64>(1, missing ? finding.id - 1 : finding.id));
}

void IntegrityDialog::saveReport()
{
    m_files.saveFile(this, tr("Save the report"), QStringLiteral("audit-verification.json"), [this](const QString &path) {
        QSaveFile file(path);
        const QByteArray text = QJsonDocument(QJsonObject{{QStringLiteral("verification"), verificationJson(m_report)}}).toJson();
        if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit()) return m_message->clear();
        m_message->showError({ErrorKind::Denied, tr("The report cannot be written"), path, file.errorString(), tr("Choose a folder that you may write to.")});
    });
}

void IntegrityDialog::offerAcceptance(bool offered)
{
    m_acceptance->setVisible(offered);
    m_typed->clear();
    if (!offered) return;
    findChild<QLabel *>(QStringLiteral("typedLabel"))->setText(tr("&Type %1, where the trail ends now:").arg(m_report.lastId));
    m_message->showWarning(tr("This is not the trail that this computer remembers. A restored backup and a file from another computer look like this, and so does a trail that "
                              "somebody cut or rewrote. Accept it only when you know why; the trail will tell that you did."));
}

void IntegrityDialog::acceptHead()
{
    m_accept->setEnabled(false);
    attach(this, m_service.acceptHead(m_report.lastId), [this](const Result<TrailPoint> &head) {
        if (!head.ok()) {
            m_accept->setEnabled(m_acceptance->isVisible());
            return m_message->showError(head.error());
        }
        m_message->clear();
        run();
    });
}

}  // namespace headgate
