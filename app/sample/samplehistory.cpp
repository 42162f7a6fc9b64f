// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sample/samplehistory.h"

#include "app/sample/samplestages.h"

#include <algorithm>
#include <cmath>

namespace headgate {

namespace {

constexpr double kHour = 3'600e6;
constexpr double kDay = 24 * kHour;
constexpr double kTestDeadlineMs = 10'000;

/// When a test ran, and who asked for it.
struct Moment {
    Timestamp at;
    std::optional<UserId> by;
};

std::vector<Moment> moments(const SampleConnection &sample, Timestamp now, const std::vector<UserId> &testers, SampleRandom &random)
{
    std::vector<Moment> list;
    const qint64 begin = now.us - qint64((sample.ageDays - 0.2) * kDay);
    qint64 at = now.us - qint64(random.between(0.05, 1.5) * kHour);
    while (at > begin) {
        list.push_back({{at}, std::nullopt});
        at -= qint64((6 + random.between(-0.3, 0.3)) * kHour);
    }
    for (int day = 0; day < sample.ageDays; ++day) {
        if (!random.chance(0.3)) continue;
        const qint64 midnight = now.us - now.us % qint64(kDay) - qint64(day * kDay);
        const Timestamp asked{midnight + qint64(random.between(8, 17) * kHour)};
        if (asked < now && asked.us > begin) list.push_back({asked, testers.at(size_t(random.below(int(testers.size()))))});
    }
    std::sort(list.begin(), list.end(), [](const Moment &a, const Moment &b) { return a.at < b.at; });
    return list;
}

/// A connection that flaps does so in spells of a few hours.
bool inBadSpell(const SampleConnection &sample, Timestamp at)
{
    const double hours = double(at.us) / kHour + double(sample.address.size() * 7 + sample.connection.name.size() * 13);
    return std::sin(hours / 19.0) * std::sin(hours / 7.3) > 0.62;
}

SampleOutcome outcomeAt(const SampleConnection &sample, Timestamp at, Timestamp now, SampleRandom &random)
{
    const bool failing = at.us > now.us - qint64(sample.failingHours * kHour);
    const bool mishap = random.chance(0.002);
    switch (sample.fate) {
    case SampleFate::InClear: return mishap ? SampleOutcome::Refused : SampleOutcome::InClear;
    case SampleFate::Flapping: return inBadSpell(sample, at) && at.us < now.us - qint64(12 * kHour) ? SampleOutcome::Refused : SampleOutcome::Pass;
    case SampleFate::WrongPassword: return failing ? SampleOutcome::WrongPassword : SampleOutcome::Pass;
    case SampleFate::Refused: return failing ? SampleOutcome::Refused : SampleOutcome::Pass;
    case SampleFate::Silent: return failing || mishap ? SampleOutcome::Silent : SampleOutcome::Pass;
    default: return mishap ? SampleOutcome::Refused : SampleOutcome::Pass;
    }
}

double responseMs(const SampleConnection &sample, SampleOutcome outcome, Timestamp at, Timestamp now, SampleRandom &random)
{
    if (outcome == SampleOutcome::Silent) return kTestDeadlineMs + random.between(1, 9);
    if (outcome == SampleOutcome::Refused) return random.between(1.2, 4.5);
    const double hour = std::fmod(double(at.us) / kHour, 24);
    const double busy = 1 + 0.22 * std::sin((hour - 8) / 24 * 2 * M_PI);
    const double daysAgo = double(now.us - at.us) / kDay;
    const double slowing = sample.fate == SampleFate::Slowing ? 1 + std::max(0.0, 7 - daysAgo) * 0.33 : 1;
    const double spike = random.chance(sample.fate == SampleFate::Spiky ? 0.07 : 0.012) ? random.between(3, 11) : 1;
    return sample.typicalMs * busy * slowing * spike * (0.88 + 0.3 * std::pow(random.unit(), 3));
}

}  // namespace

std::vector<ConnectionTest> sampleHistory(const SampleConnection &sample, Timestamp now, const std::vector<UserId> &testers, quint32 seed)
{
    std::vector<ConnectionTest> tests;
    if (sample.fate == SampleFate::Untested) return tests;
    SampleRandom random(seed);
    for (const Moment &moment : moments(sample, now, testers, random)) {
        const SampleOutcome outcome = outcomeAt(sample, moment.at, now, random);
        ConnectionTest test = sampleTest(sample, outcome, responseMs(sample, outcome, moment.at, now, random), random);
        test.testedAt = moment.at;
        test.testedByUserId = moment.by;
        tests.push_back(std::move(test));
    }
    return tests;
}

}  // namespace headgate
