// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/palettesource.h"

#include <QObject>

namespace headgate {

class ConnectionService;

/// Finds connections for the command palette by parts of the words of their name, host, database and tags.
class ConnectionPalette : public QObject, public PaletteSource {
    Q_OBJECT
public:
    ConnectionPalette(ConnectionService &service, QObject *parent = nullptr);
    void find(const QString &words, int limit, const CancelToken &cancel, Found found) override;

private:
    ConnectionService &m_service;
};

}  // namespace headgate
