// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionpalette.h"

#include "app/base/attach.h"
#include "app/connections/connectionservice.h"

namespace headgate {

namespace {
constexpr int kShown = 20;
}

ConnectionPalette::ConnectionPalette(ConnectionService &service, std::function<void(const EntityRef &)> open, QObject *parent)
    : QObject(parent), m_service(service), m_open(std::move(open))
{
}

void ConnectionPalette::find(const QString &text, std::function<void(const QList<PaletteEntry> &)> found)
{
    // The database looks for the first word, the rest is checked here.
    const ListQuery query{text.section(QLatin1Char(' '), 0, 0, QString::SectionSkipEmpty), {}, {}, false};
    attach(this, m_service.page(query, {std::nullopt, kShown * 5}), [this, text, found = std::move(found)](const Result<ListPage<Connection>> &page) {
        QList<PaletteEntry> entries;
        if (!page.ok()) return found(entries);
        for (const Connection &connection : page->rows) {
            const QString address = connectionAddress(connection);
            if (entries.size() >= kShown || paletteScore(connection.name + QLatin1Char(' ') + address, text) < 0) continue;
            entries << PaletteEntry{connection.name, address, QStringLiteral("network-connect"),
                                    [open = m_open, id = connection.id] { open({QStringLiteral("connections"), QString::number(id.value)}); }};
        }
        found(entries);
    });
}

}  // namespace headgate
