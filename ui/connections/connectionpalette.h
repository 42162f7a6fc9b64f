// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/intent.h"
#include "ui/shell/palettesource.h"

#include <QObject>

namespace headgate {

class ConnectionService;

/// Lets the command palette find connections by parts of words. GUI thread.
class ConnectionPalette : public QObject, public PaletteSource {
    Q_OBJECT
public:
    ConnectionPalette(ConnectionService &service, std::function<void(const EntityRef &)> open, QObject *parent = nullptr);
    void find(const QString &text, std::function<void(const QList<PaletteEntry> &)> found) override;

private:
    ConnectionService &m_service;
    std::function<void(const EntityRef &)> m_open;
};

}  // namespace headgate
