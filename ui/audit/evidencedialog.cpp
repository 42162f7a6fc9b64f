// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/evidencedialog.h"

#include "app/base/attach.h"
#include "ui/audit/workprogress.h"
#include "ui/base/celldelegate.h"
#include "ui/base/filedialogs.h"
#include "ui/base/formfield.h"
#include "ui/base/messagebar.h"
#include "ui/base/theme.h"
#include "ui/base/wrappedlabel.h"

#include <QDir>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

EvidenceDialog::EvidenceDialog(IntegrityService &service, const ListQuery &query, FileDialogs &files, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_service(service), m_query(query), m_files(files),
      m_path(new QLineEdit(QDir::home().filePath(QStringLiteral("audit-evidence-%1.tar").arg(QDate::currentDate().toString(Qt::ISODate))))), m_message(new MessageBar(theme)),
      m_progress(new WorkProgress), m_result(new WrappedLabel), m_close(new QPushButton(tr("Cancel"))), m_act(new QPushButton(tr("&Export")))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Export evidence"));
    resize(640, 300);
    build();
}

void EvidenceDialog::build()
{
    auto *what = new QLabel(m_query.isFiltered() ? tr("The events that match the filter of the list, and the hashes of the chain from the first of them to the end of the trail.")
                                                 : tr("All events of the trail with their chain."));
    what->setWordWrap(true);
    auto *how = new QLabel(tr("The trail is verified first; the archive holds the report, is signed with your key, and can be checked on any computer with "
                              "“headgate audit verify FILE”."));
    how->setWordWrap(true);
    how->setProperty("muted", true);
    auto *browse = new QPushButton(tr("&Browse…"));
    browse->setAutoDefault(false);
    auto *place = new QWidget;
    auto *line = new QHBoxLayout(place);
    line->setContentsMargins({});
    line->addWidget(m_path, 1);
    line->addWidget(browse);
    place->setFocusProxy(m_path);
    m_path->setAccessibleName(tr("Archive"));
    auto *fields = new QWidget;
    FormLayout form(fields);
    form.addField(tr("&Archive"), place);
    m_result->hide();
    m_act->setDefault(true);
    m_act->setObjectName(QStringLiteral("act"));
    m_act->setProperty("kind", QStringLiteral("primary"));
    m_close->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_progress, 1);
    buttons->addStretch();
    buttons->addWidget(m_close);
    buttons->addWidget(m_act);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::CardPadding);
    box->addWidget(what);
    box->addWidget(how);
    box->addWidget(fields);
    box->addWidget(m_message);
    box->addWidget(m_result);
    box->addStretch();
    box->addLayout(buttons);
    connect(browse, &QPushButton::clicked, this,
            [this] { m_files.saveFile(this, tr("Export evidence"), m_path->text(), [this](const QString &path) { m_path->setText(path); }); });
    connect(m_path, &QLineEdit::textChanged, this, &EvidenceDialog::offerExport);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_act, &QPushButton::clicked, this, &EvidenceDialog::run);
}

/// One at a time: a second one would take the first one's Cancel.
void EvidenceDialog::offerExport()
{
    m_act->setEnabled(!m_progress->isRunning() && !m_path->text().trimmed().isEmpty());
}

void EvidenceDialog::run()
{
    m_act->setEnabled(false);
    m_message->clear();
    m_result->hide();
    const CancelToken cancel = m_progress->begin();
    attach(this, m_service.exportEvidence(m_query, m_path->text().trimmed(), m_progress->reporter(), cancel), [this](const Result<EvidenceFile> &file) {
        m_progress->end();
        offerExport();
        file.ok() ? showFile(*file) : m_message->showError(file.error());
    });
}

void EvidenceDialog::showFile(const EvidenceFile &file)
{
    m_result->setPlainText(tr("%1 events and %2 links of the chain are in %3.\nSigned with the key %4: tell it to whoever will check the archive.")
                                                            .arg(CellDelegate::groupedNumber(file.events), CellDelegate::groupedNumber(file.links), file.path, QString::fromLatin1(file.publicKey.toHex())));
    m_result->show();
    if (file.findings > 0) m_message->showWarning(tr("The trail itself does not verify: %1 findings stand in the archive’s report.").arg(CellDelegate::groupedNumber(file.findings)));
    m_close->setText(tr("Close"));
    m_close->setFocus();
}

}  // namespace headgate
