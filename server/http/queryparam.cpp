// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/queryparam.h"

#include "shared/net/ascii.h"

namespace truepeer {

namespace {

QByteArray decoded(QByteArrayView text)
{
    QByteArray out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool isEscape = text[i] == '%' && i + 2 < text.size()
                              && ascii::hexValue(text[i + 1]) >= 0
                              && ascii::hexValue(text[i + 2]) >= 0;
        if (isEscape) {
            out.append(static_cast<char>(ascii::hexValue(text[i + 1]) * 16
                                         + ascii::hexValue(text[i + 2])));
            i += 2;
        } else {
            out.append(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out;
}

} // namespace

std::optional<QByteArray> queryParameter(QByteArrayView query, QByteArrayView name)
{
    // From the right, since the last value wins.
    while (!query.isEmpty()) {
        const qsizetype separator = query.lastIndexOf('&');
        const QByteArrayView pair = query.sliced(separator + 1);
        query = query.first(separator < 0 ? 0 : separator);
        const qsizetype equals = pair.indexOf('=');
        const QByteArrayView key = equals < 0 ? pair : pair.first(equals);
        if (!pair.isEmpty() && decoded(key) == name)
            return equals < 0 ? QByteArray("") : decoded(pair.sliced(equals + 1));
    }
    return std::nullopt;
}

std::vector<std::pair<QByteArray, QByteArray>> queryParameters(QByteArrayView query)
{
    std::vector<std::pair<QByteArray, QByteArray>> parameters;
    while (!query.isEmpty()) {
        const qsizetype separator = query.indexOf('&');
        const QByteArrayView pair = separator < 0 ? query : query.first(separator);
        query = separator < 0 ? QByteArrayView() : query.sliced(separator + 1);
        const qsizetype equals = pair.indexOf('=');
        if (equals >= 0)
            parameters.emplace_back(decoded(pair.first(equals)), decoded(pair.sliced(equals + 1)));
        else if (!pair.isEmpty())
            parameters.emplace_back(decoded(pair), QByteArray(""));
    }
    return parameters;
}

bool secretsEqual(QByteArrayView given, QByteArrayView secret)
{
    // volatile keeps the compiler from leaving the loop early.
    volatile unsigned char difference = given.size() == secret.size() ? 0 : 1;
    for (qsizetype i = 0; i < given.size(); ++i) {
        const char other = secret.isEmpty() ? '\0' : secret[i % secret.size()];
        difference = static_cast<unsigned char>(difference | (given[i] ^ other));
    }
    return difference == 0;
}

} // namespace truepeer
