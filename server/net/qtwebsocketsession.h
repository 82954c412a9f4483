// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The WebSocket engine on Qt WebSockets. This file pair is the only one that knows QWebSocket.
//
// QWebSocketServer::handleConnection() wants a QTcpSocket. It gets a small QTcpSocket of ours whose
// bytes come from and go to the connection's TcpStream, so that the thread's shared read buffer,
// the bounded and counted output queue and the write at the end of the turn hold for WebSockets
// too. What Qt WebSockets 6.4.2 leaves open is closed here:
//
//  - it never sees the client's handshake: it is shown a canonical one, and its answer is dropped,
//    because the caller has answered already;
//  - it is only given whole frames that passed FrameScanner: masked, below the caps, not in endless
//    fragments; it never waits inside a frame, so its own read timer never starts;
//  - it decodes text frame by frame, would refuse a character that is split over two frames, and
//    drops a U+FEFF at the start: it is shown texts as bytes, which are judged when they are whole;
//  - its output, pongs included, is counted in the stream's queue;
//  - it wants to close the socket together with its close frame; here the TCP connection stays
//  until
//    the peer has answered the closing handshake. ClientSession has the deadline for that.
//
// What cannot be mended above QWebSocket: there is no permessage-deflate.
//
// Thread: the I/O thread in which makeQtWebSocketEngine() was called.
#pragma once

#include "server/net/websocketsession.h"

#include <memory>

namespace truepeer {

std::unique_ptr<WebSocketEngine> makeQtWebSocketEngine();

} // namespace truepeer
