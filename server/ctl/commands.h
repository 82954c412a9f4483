// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

namespace truepeer {

class Session;

// What the commands do, each to its exit status. The table in commandtable.cpp names them.
int runStatus(Session &session);
int runHealth(Session &session);
int runConfig(Session &session);
int runDoctor(Session &session);
int runProxyConfig(Session &session);
int runDrain(Session &session);
int runUndrain(Session &session);
int runReload(Session &session);
int runVersion(Session &session);
int runCompletion(Session &session);

int runClients(Session &session);
int runClient(Session &session);
int runExplain(Session &session);
int runKick(Session &session);
int runSend(Session &session);
int runBroadcast(Session &session);
int runRooms(Session &session);
int runRequests(Session &session);
int runRequest(Session &session);

int runEvents(Session &session);
int runTop(Session &session);

int runTrustList(Session &session);
int runTrustAdd(Session &session);
int runTrustRemove(Session &session);
int runTrustSet(Session &session);
int runTrustCheck(Session &session);
int runTrustPreview(Session &session);
int runTrustTest(Session &session);
int runTrustHistory(Session &session);
int runTrustRollback(Session &session);
int runTrustSuggest(Session &session);
int runTrustReset(Session &session);

} // namespace truepeer
