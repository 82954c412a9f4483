// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Input: one byte that chooses a cut, then the bytes of a connection. Oracles: the result does not
// depend on the cut; an accepted head keeps the promises of requesthead.h, and written out again it
// parses to the same.
#include "server/http/grammar.h"
#include "server/http/upgrade.h"
#include "shared/net/hostport.h"
#include "tests/unit/http/parseoutcome.h"

#include <array>
#include <cstdlib>
#include <vector>

#include <stdint.h>

using namespace truepeer;
using namespace truepeer::test;

namespace {

constexpr std::array<qsizetype, 0> Whole{};

void require(bool condition)
{
    if (!condition)
        std::abort();
}

HttpLimits limits()
{
    HttpLimits small;
    small.headerBytes = 512;
    small.headerCount = 12;
    return small;
}

QByteArray writtenAgain(const RequestHead &head)
{
    QByteArray text = head.method.toByteArray() + ' ' + head.target.toByteArray() + " HTTP/1."
                      + (head.minorVersion == 0 ? "0\r\n" : "1\r\n");
    for (const HeaderLine &line : head.headers)
        text += line.name.toByteArray() + ':' + line.value.toByteArray() + "\r\n";
    return text + "\r\n";
}

void checkPromises(const RequestHead &head)
{
    require(ascii::isToken(head.method) && head.method.size() <= 32);
    require(head.path.startsWith('/') || (head.path == "*" && head.method == "OPTIONS"));
    require(!head.target.contains(' ') && !head.target.contains('#'));
    require(head.host.isEmpty() ? head.minorVersion == 0 : parseHostPort(head.host).has_value());
    require(head.count("host") <= 1);
    require(head.framing != RequestHead::Framing::Chunked
            || (head.minorVersion == 1 && head.count("content-length") == 0));
    require(head.framing != RequestHead::Framing::None
            || head.count("content-length") + head.count("transfer-encoding") == 0);
    for (const HeaderLine &line : head.headers) {
        require(ascii::isToken(line.name));
        require(findForbiddenControl(line.value, 0) == line.value.size());
        require(ascii::trimBlanks(line.value) == line.value);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 1024)
        return 0;
    const qsizetype cut = data[0];
    const QByteArray bytes(reinterpret_cast<const char *>(data) + 1,
                           static_cast<qsizetype>(size) - 1);

    const Outcome whole = parsePieces(bytes, Whole, limits());
    require(parsePieces(bytes, std::array{cut, qsizetype{1}, cut}, limits()) == whole);
    const std::vector<qsizetype> single(static_cast<std::size_t>(bytes.size()), 1);
    require(parsePieces(bytes, single, limits()) == whole);
    if (whole.status == ParseStatus::Refused)
        require(whole.code >= 400 && whole.code < 600 && !whole.text.isEmpty());
    if (whole.status != ParseStatus::Complete)
        return 0;

    RequestParser parser(limits(), {"X-Client-Address"});
    RequestHead head;
    require(parser.parse(bytes, head) == ParseStatus::Complete);
    require(parser.size() <= bytes.size() && parser.size() <= limits().headerBytes);
    checkPromises(head);
    require(parsePieces(writtenAgain(head), Whole, limits()).text == whole.text);
    const UpgradeJudgement judgement = judgeUpgrade(head);
    require(judgement.verdict != UpgradeJudgement::Verdict::Accept || judgement.key.size() == 24);
    return 0;
}
