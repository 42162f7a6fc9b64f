// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/nativesession.h"

#include <algorithm>
#include <sodium.h>

namespace headgate {

using namespace Qt::StringLiterals;

NativeSession::NativeSession(const ProbeTarget &target, const CancelToken &cancel) : TargetSession(cancel), m_target(target)
{
    // Not shared with the caller's bytes: what is wiped at the end must be the only copy held here.
    m_target.password = QByteArray(target.password.constData(), target.password.size());
}

NativeSession::~NativeSession()
{
    sodium_memzero(m_target.password.data(), size_t(m_target.password.size()));
}

TargetSession::Rows NativeSession::read(const QString &sql, const QStringList &values, int timeoutMs)
{
    if (!m_isOpen) fail(ErrorKind::Internal, u"The session is closed."_s, {}, u"Open it again."_s);
    if (cancelToken().isCancelled()) fail(ErrorKind::Cancelled, u"The statement was cancelled."_s);
    const bool hasNul = std::any_of(values.begin(), values.end(), [](const QString &value) { return value.contains(QChar(0)); });
    if (hasNul) fail(ErrorKind::Invalid, u"A value holds a NUL character."_s);
    TextResult result = run(sql, values, timeoutMs);
    throwIfStopped(u"The statement"_s, timeoutMs);
    if (!result.ok) throw Exception(explain(result));
    if (result.rows.size() >= maxRows) fail(ErrorKind::Internal, u"The server sent more than %1 rows."_s.arg(maxRows));
    return {std::move(result.columns), std::move(result.rows)};
}

void NativeSession::throwIfStopped(const QString &doing, int ms) const
{
    if (m_wait.stop() == BlockingWait::Stop::Cancelled) fail(ErrorKind::Cancelled, doing + u" was cancelled."_s);
    if (m_wait.stop() == BlockingWait::Stop::TimedOut)
        fail(ErrorKind::Timeout, u"%1 did not end within %2 ms."_s.arg(doing).arg(ms), {}, u"The server is overloaded or hangs: look at its log."_s);
}

void NativeSession::fail(ErrorKind kind, const QString &what, const QString &evidence, const QString &hint) const
{
    throw Exception({kind, what, targetoptions::place(connection()), evidence, hint});
}

int NativeSession::versionNumber(const QString &text)
{
    int number = 0;
    for (int part = 0; part < 3; ++part) number = number * 100 + text.section(u'.', part, part).toInt();
    return number;
}

}  // namespace headgate
