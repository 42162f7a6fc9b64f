// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/job.h"
#include "tests/support/testregistry.h"
#include "ui/shell/jobstrip.h"

#include <QTest>
#include <thread>

using namespace headgate;

class TstJobs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void progressComesFromAnyThread();
    void goesWhenTheRegistryIsGone();
    void endingCancelsWhatRuns();
    void words();
};

void TstJobs::progressComesFromAnyThread()
{
    JobRegistry registry;
    const JobHandle job = registry.begin(QStringLiteral("Verify"), {});
    std::thread worker([job] {
        for (int i = 1; i <= 100; ++i) job.setProgress(i, 100);
    });
    worker.join();
    QTRY_COMPARE(registry.jobs().constFirst().done, 100);
    std::thread([job] { job.end(); }).join();
    QTRY_VERIFY(registry.jobs().isEmpty());
}

void TstJobs::goesWhenTheRegistryIsGone()
{
    auto registry = std::make_unique<JobRegistry>();
    const JobHandle job = registry->begin(QStringLiteral("Verify"), {});
    registry.reset();
    job.setProgress(1, 2);
    job.end();
}

void TstJobs::endingCancelsWhatRuns()
{
    const CancelToken cancel;
    {
        JobRegistry registry;
        registry.begin(QStringLiteral("Verify"), cancel);
    }
    QVERIFY(cancel.isCancelled());
}

void TstJobs::words()
{
    JobState job;
    QCOMPARE(JobStrip::progressText(job), QString());
    job.done = 26;
    job.total = 41;
    job.perSecond = 9;
    job.secondsLeft = 2;
    QCOMPARE(JobStrip::progressText(job), QStringLiteral("26 of 41 · 9/s · 2 s left"));
    job.total = 10'482'113;
    job.perSecond = 18'200.2;
    job.secondsLeft = 600;
    QCOMPARE(JobStrip::progressText(job), QStringLiteral("26 of 10\u2009482\u2009113 · 18\u2009200/s · 10 min left"));
    job.cancelling = true;
    QCOMPARE(JobStrip::progressText(job), QStringLiteral("stopping"));
}

HEADGATE_TEST(TstJobs);
#include "tst_jobs.moc"
