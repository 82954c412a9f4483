// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The peer of tests/bench/run for Node's ws: what truepeerd does with the events join_room and
// bench.*, as a small server of its own. Takes the caps of the send queue as truepeerd does.
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

const maxQueue = 1048576;
const eventName = /^[a-zA-Z0-9._-]+$/;
const rooms = new Map();

function send(client, text) {
    client.send(text);
    if (client.bufferedAmount > maxQueue)
        client.close(1013, 'send queue is full');
}

function join(client, room) {
    if (!rooms.has(room))
        rooms.set(room, new Set());
    rooms.get(room).add(client);
    client.rooms.add(room);
    const timestamp = Math.floor(Date.now() / 1000);
    send(client, JSON.stringify({ event: 'room_joined', data: { room, namespace: '/', timestamp } }));
}

function leaveAll(client) {
    for (const room of client.rooms) {
        rooms.get(room).delete(client);
        if (rooms.get(room).size === 0)
            rooms.delete(room);
    }
}

function received(client, bytes) {
    const { event, data } = JSON.parse(bytes.toString());
    if (typeof event !== 'string' || !eventName.test(event) || typeof data !== 'object')
        return;
    if (event === 'join_room') {
        join(client, data.room);
    } else if (event.startsWith('bench.') && client.rooms.has(data.room)) {
        const text = JSON.stringify({ event, data });
        if (event === 'bench.echo') {
            send(client, text);
            return;
        }
        // A Buffer is not encoded again for each of them.
        const frame = Buffer.from(text);
        for (const member of rooms.get(data.room)) {
            if (member.readyState !== WebSocket.OPEN)
                continue;
            member.send(frame, { binary: false });
            if (member.bufferedAmount > maxQueue)
                member.close(1013, 'send queue is full');
        }
    }
}

const http = createServer((request, response) => {
    const known = request.url === '/health';
    const body = known ? JSON.stringify({ status: 'healthy', timestamp: Math.floor(Date.now() / 1000) }) : '';
    response.writeHead(known ? 200 : 404, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
});
const server = new WebSocketServer({ server: http, maxPayload: 65536, perMessageDeflate: false });
server.on('connection', (client) => {
    client.rooms = new Set();
    client.on('message', (bytes) => received(client, bytes));
    client.on('error', () => {});
    client.on('close', () => leaveAll(client));
});
http.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
    console.log(`ready http://127.0.0.1:${http.address().port}`);
});
