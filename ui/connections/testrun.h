// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/result.h"
#include "models/connections/connectionprobe.h"

#include <QFuture>
#include <QObject>
#include <functional>

namespace headgate {

/// One staged test as the window sees it: brings the stages from the probe's thread to this one, whoever goes first.
/// Deleting it forgets the answer and cancels the test.
class TestRun : public QObject {
    Q_OBJECT
public:
    using Start = std::function<QFuture<Result<ConnectionTest>>(ConnectionProbe::StageCallback, const CancelToken &)>;

    TestRun(const Start &start, QObject *parent);
    ~TestRun() override;

    const std::vector<StageResult> &stages() const { return m_stages; }
    const CancelToken &token() const { return m_cancel; }
    void cancel() { m_cancel.cancel(); }

Q_SIGNALS:
    void stageFinished(const headgate::StageResult &stage);
    /// Once; stages() is complete by then.
    void finished(const headgate::Result<headgate::ConnectionTest> &result);

private:
    CancelToken m_cancel;
    std::vector<StageResult> m_stages;
};

}  // namespace headgate
