// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/filedialogs.h"

#include <QFileDialog>

namespace headgate {

namespace {

void show(QWidget *parent, const QString &title, const QString &start, QFileDialog::AcceptMode mode, std::function<void(const QString &)> chosen)
{
    auto *dialog = new QFileDialog(parent, title, start);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(mode);
    dialog->setFileMode(mode == QFileDialog::AcceptOpen ? QFileDialog::ExistingFile : QFileDialog::AnyFile);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog, std::move(chosen));
    dialog->open();
}

}  // namespace

void FileDialogs::openFile(QWidget *parent, const QString &title, const QString &start, std::function<void(const QString &)> chosen)
{
    show(parent, title, start, QFileDialog::AcceptOpen, std::move(chosen));
}

void FileDialogs::saveFile(QWidget *parent, const QString &title, const QString &start, std::function<void(const QString &)> chosen)
{
    show(parent, title, start, QFileDialog::AcceptSave, std::move(chosen));
}

}  // namespace headgate
