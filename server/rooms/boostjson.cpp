// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What of Boost.JSON is not in its headers, so that no library has to be linked. No other file of
// the project may include this.
#include <boost/json/src.hpp>
