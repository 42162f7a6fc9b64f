// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/healthrule.h"

namespace headgate {

using namespace Qt::StringLiterals;

HealthRule HealthRule::of(const QJsonObject &config)
{
    const QJsonObject json = config.value("health"_L1).toObject();
    HealthRule rule;
    rule.isEnabled = json.value("enabled"_L1).toBool(rule.isEnabled);
    rule.intervalSeconds = json.value("interval_s"_L1).toInt(rule.intervalSeconds);
    rule.timeoutSeconds = json.value("timeout_s"_L1).toInt(rule.timeoutSeconds);
    rule.failures = json.value("failures"_L1).toInt(rule.failures);
    return rule;
}

QJsonObject HealthRule::putInto(QJsonObject config) const
{
    if (*this == HealthRule() && !config.contains("health"_L1)) return config;
    QJsonObject json = config.value("health"_L1).toObject();
    json.insert(u"enabled"_s, isEnabled);
    json.insert(u"interval_s"_s, intervalSeconds);
    json.insert(u"timeout_s"_s, timeoutSeconds);
    json.insert(u"failures"_s, failures);
    config.insert(u"health"_s, json);
    return config;
}

QString HealthRule::fault() const
{
    const auto outside = [](int value, int least, int most) { return value < least || value > most; };
    if (outside(intervalSeconds, MinInterval, MaxInterval)) return u"The interval is between %1 and %2 seconds."_s.arg(MinInterval).arg(MaxInterval);
    if (outside(timeoutSeconds, 1, MaxTimeout)) return u"The time limit is between 1 and %1 seconds."_s.arg(MaxTimeout);
    if (outside(failures, 1, MaxFailures)) return u"Between 1 and %1 failures make a connection count as down."_s.arg(MaxFailures);
    return {};
}

HealthState healthState(const QList<TestStatus> &newestFirst, int failures)
{
    int failed = 0;
    for (const TestStatus status : newestFirst) {
        if (status == TestStatus::Cancelled) continue;
        if (status != TestStatus::Failure) return failed == 0 ? HealthState::Up : HealthState::Failing;
        if (++failed >= failures) return HealthState::Down;
    }
    return failed > 0 ? HealthState::Failing : HealthState::Unknown;
}

}  // namespace headgate
