// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/explanationnotes.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

class NoteWriter : private WalkView
{
public:
    explicit NoteWriter(const WalkView &walk)
        : WalkView(walk)
    {
    }

    QStringList run();

private:
    void addGateNotes();
    void addWalkNotes();
    void addWalkEndNote();
    void addAttributeNotes();
    void addNullNote(ForwardingHeader header);
    void addUnderscoreNotes();

    QStringList m_notes;
};

QStringList NoteWriter::run()
{
    addGateNotes();
    if (resolution().trustedPeer) {
        addWalkNotes();
        addAttributeNotes();
    }
    addUnderscoreNotes();
    return std::move(m_notes);
}

void NoteWriter::addGateNotes()
{
    if (resolution().trustedPeer) {
        const bool pinned = resolution().ignoredHeaders;
        if (pinned)
            m_notes.append(
                u"Some forwarding headers were ignored because the setting headers leaves them "
                "out."_s);
        return;
    }
    if (!resolution().ignoredHeaders)
        return;
    const QString peer = start().toString();
    if (policy().settings().list.mode == TrustMode::None)
        m_notes.append(
            u"Forwarding headers were ignored: trust_proxy is false, so %1 is not a trusted "
            "proxy."_s.arg(peer));
    else
        m_notes.append(u"Forwarding headers were ignored: %1 is not a trusted proxy."_s.arg(peer));
    m_notes.append(u"If %1 is your proxy, add it to the list."_s.arg(peer));
}

void NoteWriter::addWalkNotes()
{
    if (resolution().conflict) {
        m_notes.append(
            u"The headers contradict each other (%1), so none of them is believed about the "
            "client's address: the client is the peer. Let the proxy remove the header that it "
            "does not manage, or pin the "
            "one that it does with the setting headers."_s.arg(contradiction()));
        return;
    }
    if (!policy().settings().attributes.address)
        return;
    if (!speaks()) {
        if (record().realIp == WalkRecord::RealIp::Unusable)
            m_notes.append(u"%1 is not one address, so the client is not known."_s.arg(
                name(ForwardingHeader::RealIp)));
        if (record().realIp != WalkRecord::RealIp::Absent)
            return;
        const ForwardingHeader expected =
            policy().reads(ForwardingHeader::For)
                ? ForwardingHeader::For
                : (policy().reads(ForwardingHeader::RealIp) ? ForwardingHeader::RealIp
                                                            : ForwardingHeader::Forwarded);
        const bool sent = !values(expected).empty();
        m_notes.append((sent ? u"The %1 of the trusted proxy names no client."_s
                             : u"The trusted proxy sent no %1."_s)
                           .arg(name(expected)));
        return;
    }
    addWalkEndNote();
}

void NoteWriter::addWalkEndNote()
{
    const ForwardingHeader header = leading();
    const Opinion &found = opinion(header);
    const QString client = found.client.toString();
    switch (found.end) {
    case WalkEnd::Untrusted: {
        const bool more = std::any_of(record().elements.begin(), record().elements.end(),
                                      [header](const WalkRecord::Element &element) {
                                          return element.header == header
                                                 && element.reading == WalkRecord::Reading::Unread;
                                      });
        if (more)
            m_notes.append(u"%1 is not on the list, so what stands beyond it was not read: anybody "
                           u"can write that. "
                           "Add it only if it is a proxy or CDN of yours."_s.arg(client));
        break;
    }
    case WalkEnd::Unusable:
        m_notes.append(
            u"Element %1 of %2 from the right is unusable, so the client beyond %3 is not "
            "known."_s.arg(QString::number(found.hops + 1), name(header), client));
        break;
    case WalkEnd::HopCap:
        m_notes.append(
            u"The walk stopped after max_hops = %1 trusted hops, so the client beyond %2 is not "
            "known."_s.arg(QString::number(policy().settings().maxHops), client));
        break;
    case WalkEnd::Cut:
        m_notes.append(
            u"%1 was too long to be kept whole, so the client beyond %2 is not known."_s.arg(
                name(header), client));
        break;
    case WalkEnd::OneHop:
    case WalkEnd::AllTrusted:
        break;
    }
}

void NoteWriter::addAttributeNotes()
{
    for (const ForwardingHeader header : AllForwardingHeaders)
        addNullNote(header);
    if (record().bothFamilies)
        m_notes.append(
            u"Headers of both families are present: scheme and host count only where both state "
            "the same, and %1 is ignored."_s.arg(name(ForwardingHeader::Port)));
    if (!resolution().schemeStated && policy().settings().attributes.proto)
        m_notes.append(u"No usable scheme was stated, so it is the socket's: %1."_s.arg(
            schemeName(resolution().scheme)));
}

// What Apache's RequestHeader can say instead of a variable that is not set yet.
QString apacheExpression(ForwardingHeader header)
{
    switch (header) {
    case ForwardingHeader::Proto:
        return u"expr=%{REQUEST_SCHEME}"_s;
    case ForwardingHeader::Host:
        return u"expr=%{HTTP_HOST}"_s;
    case ForwardingHeader::Port:
        return u"expr=%{SERVER_PORT}"_s;
    case ForwardingHeader::For:
    case ForwardingHeader::RealIp:
    case ForwardingHeader::Forwarded:
        break;
    }
    return u"expr=%{REMOTE_ADDR}, or leave the header to mod_proxy_http"_s;
}

void NoteWriter::addNullNote(ForwardingHeader header)
{
    if (!isRead(header))
        return;
    ElementsFromRight elements(values(header));
    while (const std::optional<QByteArrayView> element = elements.next()) {
        if (*element != "(null)")
            continue;
        m_notes.append(
            u"%1 contains the literal (null): Apache's RequestHeader names a variable that is not "
            "set at that point; use %2."_s.arg(name(header), apacheExpression(header)));
        return;
    }
}

void NoteWriter::addUnderscoreNotes()
{
    for (const HeaderLine &line : input().headers) {
        if (line.name.indexOf('_') < 0 || policy().isForwardingHeader(line.name))
            continue;
        QByteArray dashed = line.name.toByteArray();
        dashed.replace('_', '-');
        if (policy().isForwardingHeader(dashed))
            m_notes.append(
                u"%1 is not a forwarding header and was not read: an underscore is not a dash."_s
                    .arg(escapedText(line.name)));
    }
}

} // namespace

QStringList explanationNotes(const WalkView &walk)
{
    return NoteWriter(walk).run();
}

} // namespace truepeer
