// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionpalette.h"

#include "app/base/attach.h"
#include "app/connections/connectionservice.h"

#include <algorithm>

namespace headgate {

namespace {

constexpr int candidates = 200;

int scoreOf(const Connection &connection, const QString &words)
{
    return paletteScore(connection.name, connectionAddress(connection) + QLatin1Char(' ') + connection.tags.join(QLatin1Char(' ')), words.trimmed());
}

PaletteItem item(const Connection &connection)
{
    return {connection.name, connectionAddress(connection), ConnectionPalette::tr("Connection"), QStringLiteral("network-connect"), {},
            {QStringLiteral("connections"), QString::number(connection.id.value)}, {}};
}

}  // namespace

ConnectionPalette::ConnectionPalette(ConnectionService &service, QObject *parent) : QObject(parent), m_service(service) {}

void ConnectionPalette::find(const QString &words, int limit, const CancelToken &cancel, Found found)
{
    // The database narrows by the longest word; the rest is decided here, where any order of the words counts.
    const QStringList parts = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (parts.isEmpty()) return found({});
    ListQuery query;
    query.search = *std::ranges::max_element(parts, {}, &QString::size);
    attach(this, m_service.page(query, {std::nullopt, candidates}, cancel), [words, limit, found](const Result<ListPage<Connection>> &page) {
        if (!page.ok()) return found({});
        QList<QPair<int, Connection>> scored;
        for (const Connection &connection : page->rows)
            if (const int score = scoreOf(connection, words); score > 0) scored << qMakePair(score, connection);
        std::ranges::stable_sort(scored, std::ranges::greater(), [](const auto &each) { return each.first; });
        QList<PaletteItem> items;
        for (const auto &[score, connection] : scored.mid(0, limit)) items << item(connection);
        found(items);
    });
}

}  // namespace headgate
