// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/upgrade.h"

#include "server/http/grammar.h"

#include <QCryptographicHash>

#include <algorithm>
#include <optional>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

// The base64 text of 16 bytes: 22 digits and "==". The last digit carries four bits that no byte
// needs; clients that leave them set are let in, as everywhere.
bool isKey(QByteArrayView text)
{
    constexpr qsizetype Digits = 22;
    return text.size() == Digits + 2 && text.endsWith("==")
           && std::all_of(text.begin(), text.begin() + Digits,
                          [](char c) { return ascii::isAlphaNumeric(c) || c == '+' || c == '/'; });
}

Response refusalOf(int status, QByteArrayView reason)
{
    Response response = Response::text(status, "Invalid WebSocket request: " + reason);
    response.close = true;
    return response;
}

// Nothing when the head is a sound handshake (RFC 6455 4.2.1).
std::optional<Response> judgeHandshake(const RequestHead &head)
{
    if (head.minorVersion < 1)
        return refusalOf(400, "it must be HTTP/1.1.");
    if (!head.hasToken("connection", "upgrade"))
        return refusalOf(400, "Connection does not list \"upgrade\".");
    if (head.count("sec-websocket-version") != 1 || head.find("sec-websocket-version") != "13") {
        Response response = refusalOf(426, "Sec-WebSocket-Version must be 13.");
        response.headers = {{"Sec-WebSocket-Version"_ba, "13"_ba}, {"Upgrade"_ba, "websocket"_ba}};
        return response;
    }
    if (head.count("sec-websocket-key") != 1)
        return refusalOf(400, "there must be exactly one Sec-WebSocket-Key.");
    if (!isKey(*head.find("sec-websocket-key")))
        return refusalOf(400, "Sec-WebSocket-Key is not the base64 text of 16 bytes.");
    if (head.hasBody())
        return refusalOf(400, "it must have no body.");
    return std::nullopt;
}

std::vector<QByteArrayView> offeredProtocols(const RequestHead &head)
{
    std::vector<QByteArrayView> protocols;
    for (const HeaderLine &line : head.headers) {
        if (!ascii::equalsIgnoringCase(line.name, "sec-websocket-protocol"))
            continue;
        anyListMember(line.value, [&protocols](QByteArrayView name) {
            if (ascii::isToken(name))
                protocols.push_back(name);
            return false;
        });
    }
    return protocols;
}

} // namespace

UpgradeJudgement judgeUpgrade(const RequestHead &head)
{
    UpgradeJudgement judgement;
    if (head.method != "GET" || !head.hasToken("upgrade", "websocket"))
        return judgement;
    if (auto refusal = judgeHandshake(head)) {
        judgement.verdict = UpgradeJudgement::Verdict::Refuse;
        judgement.refusal = *std::move(refusal);
        return judgement;
    }
    judgement.verdict = UpgradeJudgement::Verdict::Accept;
    judgement.key = *head.find("sec-websocket-key");
    judgement.protocols = offeredProtocols(head);
    return judgement;
}

QByteArray acceptKey(QByteArrayView key)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(key);
    hash.addData(HandshakeGuid);
    return hash.result().toBase64();
}

} // namespace truepeer
