// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <utility>
#include <variant>

namespace truepeer {

// Why something failed, in a sentence for the person who can mend it: what was wrong, where, and
// what is allowed.
struct Error
{
    QString message;
};

// The value of an operation that can fail, or the reason why it did. Used for what comes from
// outside (files, options, edits); never for our own invariants, which are asserted.
//
// REQUIRES: value() only when ok(), error() only when !ok().
template <typename T>
class Expected
{
public:
    Expected(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Expected(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    const T &value() const & { return std::get<0>(m_state); }
    T &value() & { return std::get<0>(m_state); }
    T &&value() && { return std::get<0>(std::move(m_state)); }
    const Error &error() const { return std::get<1>(m_state); }

    const T *operator->() const { return &value(); }
    const T &operator*() const & { return value(); }

private:
    std::variant<T, Error> m_state;
};

} // namespace truepeer
