// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A client that does on the wire what sockeon-js 0.1 does, on Node's ws: the key in the query,
// messages of exactly two members, rooms that are forgotten with the connection, and a new try
// after each close that it did not ask for.
import { WebSocket } from 'ws';
import { within } from './checks.mjs';

const firstDelay = 100; // ms; sockeon-js waits 1000
const factor = 1.5;
const maxAttempts = 5;

export class SockeonClient {
    // What came and nobody has taken yet, or the takers of what is to come.
    #messages = [];
    #takers = [];
    #attempts = 0;
    #leaving = false;

    constructor(port, { key, namespace = '/', reconnect = false, ...options } = {}) {
        const url = new URL(`ws://127.0.0.1:${port}/`);
        if (key !== undefined)
            url.searchParams.set('key', key);
        this.url = url.toString();
        this.namespace = namespace;
        this.reconnect = reconnect;
        this.options = options; // of ws
        this.attempts = []; // the codes of the closes that led to them
    }

    // Also again, after a close. Rejects with the status of a refusal.
    connect() {
        this.socket = new WebSocket(this.url, this.options);
        this.closed = new Promise((resolve) => {
            this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
        });
        this.socket.on('message', (bytes, isBinary) => this.#received(bytes, isBinary));
        this.socket.on('close', (code) => this.#ended(code));
        return within(new Promise((resolve, reject) => {
            this.socket.on('open', () => {
                this.#attempts = 0;
                resolve(this);
            });
            this.socket.on('upgrade', (response) => {
                this.handshake = response.headers;
            });
            this.socket.on('unexpected-response', (request, response) => {
                request.destroy();
                reject(Object.assign(new Error(`refused with ${response.statusCode}`),
                    { status: response.statusCode }));
            });
            this.socket.on('error', reject);
        }), 'the connection');
    }

    emit(event, data = {}) {
        this.socket.send(JSON.stringify({ event, data }));
    }

    // The next event.
    take() {
        if (this.#messages.length > 0)
            return Promise.resolve(this.#messages.shift());
        return within(new Promise((resolve) => this.#takers.push(resolve)), 'an event');
    }

    // The next event of this name; others before it are dropped.
    async takeNamed(event, accept = () => true) {
        for (;;) {
            const message = await this.take();
            if (message.event === event && accept(message.data))
                return message.data;
        }
    }

    // Acknowledgements are told apart by the room alone.
    joinRoom(room, namespace = this.namespace) {
        this.emit('join_room', { room, namespace });
        return this.takeNamed('room_joined', (data) => data.room === room);
    }

    leaveRoom(room, namespace = this.namespace) {
        this.emit('leave_room', { room, namespace });
        return this.takeNamed('room_left', (data) => data.room === room);
    }

    // Whether the connection still works: the answer to a ping comes behind all that was sent.
    ping(payload = 'interop') {
        const answer = new Promise((resolve) => {
            this.socket.once('pong', (bytes) => resolve(bytes.toString()));
        });
        this.socket.ping(payload);
        return within(answer, 'a pong');
    }

    // Nothing else has come, up to the answer of a ping.
    async isQuiet() {
        await this.ping();
        return this.#messages.length === 0;
    }

    async disconnect(code = 1000, reason = 'Client disconnect') {
        this.#leaving = true;
        this.socket.close(code, reason);
        return within(this.closed, 'the close');
    }

    #received(bytes, isBinary) {
        let message = null;
        try {
            message = JSON.parse(bytes.toString());
        } catch {
            message = { event: 'NOT JSON', data: bytes.toString() };
        }
        // What sockeon-js takes for a pong, or for an invalid message.
        if (isBinary)
            message = { event: 'BINARY', data: message };
        else if (typeof message?.event !== 'string' || message.event === '' || !('data' in message))
            message = { event: 'NO EVENT', data: message };
        const taker = this.#takers.shift();
        if (taker)
            taker(message);
        else
            this.#messages.push(message);
    }

    #ended(code) {
        if (!this.reconnect || this.#leaving || this.#attempts >= maxAttempts)
            return;
        const delay = firstDelay * factor ** this.#attempts;
        this.#attempts += 1;
        this.attempts.push(code);
        this.reconnected = new Promise((resolve, reject) => {
            setTimeout(() => this.connect().then(resolve, reject), delay);
        });
        this.reconnected.catch(() => {});
    }
}
