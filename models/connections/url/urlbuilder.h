// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectionurl.h"
#include "models/connections/url/urltext.h"

namespace headgate {

/// Puts what a text names, in any spelling that a client uses, into a connection. Throws Exception(Invalid).
class UrlBuilder {
public:
    explicit UrlBuilder(DatabaseType type) { m_parsed.connection.databaseType = type; }

    Connection &connection() { return m_parsed.connection; }
    bool isType(DatabaseType type) const { return m_parsed.connection.databaseType == type; }
    void setPassword(const QString &password) { m_parsed.password = password; }
    void note(const QString &text) { m_parsed.notes.append(text); }
    void setOption(const QString &name, const QString &value);
    void setConfig(const QString &name, const QString &value) { connection().config.insert(name, value); }

    /// host:port,[::1]:port,… of a URL.
    void addHosts(const UrlText::Piece &list);
    /// tcp:host\instance,port as SQL Server's drivers write it.
    void setServer(const UrlText::Piece &server);
    /// Connector/J counts its time limits in them.
    void setTimeoutsInMilliseconds() { m_milliseconds = true; }
    void setHost(const QString &host, std::optional<int> port = {}) { m_hosts = {{host, port}}; }

    /// `raw` is where the value stands.
    void parameter(const QString &name, const QString &value, const UrlText::Piece &raw);
    ParsedUrl finish();

private:
    bool setField(const QString &folded, const QString &value, const UrlText::Piece &raw);
    bool setTls(const QString &folded, const QString &value, const UrlText::Piece &raw);
    bool setServerTls(const QString &folded, const QString &value);
    bool setMysqlTls(const QString &folded, const QString &value);
    bool setTimeout(const QString &folded, const QString &value, const UrlText::Piece &raw);
    void setSslMode(const QString &value, const UrlText::Piece &raw);
    void setHosts(const QString &names);
    void setPorts(const UrlText::Piece &list);
    void decideTls();

    ParsedUrl m_parsed;
    QList<std::pair<QString, std::optional<int>>> m_hosts;
    std::optional<UrlText::Piece> m_ports;
    bool m_milliseconds = false;
    /// What is said about TLS without naming a mode.
    std::optional<QString> m_encrypt;
    std::optional<bool> m_trust;
    std::optional<bool> m_checkHost;
};

}  // namespace headgate
