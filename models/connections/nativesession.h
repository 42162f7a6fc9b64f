// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/probeadvice.h"
#include "models/connections/targetoptions.h"
#include "models/connections/targetsession.h"
#include "models/base/error.h"

namespace headgate {

/// What the sessions of the client libraries have in common: a target whose password is wiped with the session, the wait,
/// and how a server's refusal becomes an Exception.
class NativeSession : public TargetSession {
public:
    ~NativeSession() override;
    ServerVersion version() const override { return m_version; }
    bool isOpen() const override { return m_isOpen; }
    Rows read(const QString &sql, const QStringList &values, int timeoutMs) override;

protected:
    /// More rows than any page of a catalogue has; a server that sends more is not listened to.
    static constexpr size_t maxRows = 200'000;

    NativeSession(const ProbeTarget &target, const CancelToken &cancel);

    /// One statement; what the server said is in the result. Sets isOpen to false when the session is of no more use.
    virtual TextResult run(const QString &sql, const QStringList &values, int timeoutMs) = 0;
    /// The kind and hint of an error of the server, by its code.
    virtual Error explain(const TextResult &result) const = 0;

    const ProbeTarget &target() const { return m_target; }
    const Connection &connection() const { return m_target.connection; }
    BlockingWait &wait() { return m_wait; }
    void setOpen(bool open) { m_isOpen = open; }
    void setVersion(const ServerVersion &version) { m_version = version; }
    /// Throws Timeout or Cancelled when that has ended the work.
    void throwIfStopped(const QString &doing, int ms) const;
    [[noreturn]] void fail(ErrorKind kind, const QString &what, const QString &evidence = {}, const QString &hint = {}) const;
    /// 101119 of "10.11.19".
    static int versionNumber(const QString &text);

private:
    ProbeTarget m_target;
    BlockingWait m_wait;
    ServerVersion m_version;
    bool m_isOpen = false;
};

}  // namespace headgate
