// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <random>

namespace headgate {

/// The same numbers on every machine: the engine is fixed by the C++ standard, its distributions are not.
class SampleRandom {
public:
    explicit SampleRandom(std::uint32_t seed) : m_engine(seed) {}
    /// 0 ≤ x < 1
    double unit() { return double(m_engine()) / 4294967296.0; }
    double between(double low, double high) { return low + (high - low) * unit(); }
    /// 0 ≤ n < bound
    int below(int bound) { return int(unit() * bound); }
    bool chance(double probability) { return unit() < probability; }

private:
    std::mt19937 m_engine;
};

}  // namespace headgate
