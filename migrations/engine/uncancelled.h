// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/session.h"

namespace headgate {

/// While it lives, statements run although the session's token was cancelled: what puts the session back in order after
/// the cancelled work.
class Uncancelled {
public:
    explicit Uncancelled(Session &session) : m_session(session), m_token(session.cancelToken())
    {
        session.setCancelToken({});
    }
    ~Uncancelled() { m_session.setCancelToken(m_token); }
    Uncancelled(const Uncancelled &) = delete;
    Uncancelled &operator=(const Uncancelled &) = delete;

    /// Runs `restore`; a session on which that fails is closed, so that nobody gets it in another state than it says.
    template <typename F> static void orKill(Session &session, F restore)
    {
        const Uncancelled uncancelled(session);
        try {
            restore();
        } catch (const std::exception &) {
            session.kill();
        }
    }

private:
    Session &m_session;
    CancelToken m_token;
};

}  // namespace headgate
