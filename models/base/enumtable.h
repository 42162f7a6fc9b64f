// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>
#include <optional>
#include <utility>

namespace headgate {

/// One table converts an enum both ways; the strings are those of the management schema, exactly.
template <typename E, std::size_t N>
class EnumTable {
public:
    constexpr EnumTable(std::array<std::pair<E, const char *>, N> rows) : m_rows(rows) {}

    QString name(E value) const
    {
        for (const auto &[key, text] : m_rows)
            if (key == value) return QString::fromLatin1(text);
        return {};
    }
    std::optional<E> value(const QString &name) const
    {
        for (const auto &[key, text] : m_rows)
            if (name == QLatin1String(text)) return key;
        return std::nullopt;
    }
    const std::array<std::pair<E, const char *>, N> &rows() const { return m_rows; }

private:
    std::array<std::pair<E, const char *>, N> m_rows;
};

template <typename E, std::size_t N>
constexpr EnumTable<E, N> makeEnumTable(const std::pair<E, const char *> (&rows)[N])
{
    return EnumTable<E, N>(std::to_array(rows));
}

}  // namespace headgate
