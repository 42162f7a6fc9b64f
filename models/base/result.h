// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"

#include <utility>
#include <variant>

namespace headgate {

/// A value or an Error: what every service answers with. Value type, any thread.
template <typename T>
class [[nodiscard]] Result {
public:
    Result() : m_state(Error{}) {}
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }
    const T &value() const { return std::get<0>(m_state); }
    T &value() { return std::get<0>(m_state); }
    const T *operator->() const { return &value(); }
    const T &operator*() const { return value(); }
    const Error &error() const { return std::get<1>(m_state); }
    /// The value, or the Error thrown as an Exception.
    const T &orThrow() const &
    {
        if (!ok()) throw Exception(error());
        return value();
    }
    /// From a temporary the value moves out: a reference to it would dangle, in a range-for too.
    T orThrow() &&
    {
        if (!ok()) throw Exception(error());
        return std::move(value());
    }

private:
    std::variant<T, Error> m_state;
};

/// The value of an operation that has none.
struct Done {
    bool operator==(const Done &) const = default;
};

}  // namespace headgate
