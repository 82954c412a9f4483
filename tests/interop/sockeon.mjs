// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The event protocol as the JavaScript client of Sockeon speaks it, on the WebSocket library that
// most programs for Node use.
import assert from 'node:assert/strict';
import { api, check, finish, setting, within } from './checks.mjs';
import { SockeonClient } from './sockeonclient.mjs';

const port = setting('PORT');
const limitedPort = setting('LIMITED_PORT');
const key = setting('SOCKET_KEY');

const clients = [];

async function connected(options = {}) {
    const client = new SockeonClient(port, { key, ...options });
    clients.push(client);
    return client.connect();
}

// A client with a name, which the API knows it by.
async function named(name, options = {}) {
    const client = await connected({ headers: { 'User-Agent': name }, ...options });
    return { client, id: await idOf(name) };
}

async function idOf(name) {
    const { body } = await api('GET', `/api/clients?filter=ua:${name}`);
    assert.equal(body.items.length, 1, `one client is called ${name}`);
    return body.items[0].id;
}

function isNow(timestamp) {
    return Number.isInteger(timestamp) && Math.abs(timestamp - Date.now() / 1000) < 30;
}

// ---- handshake ----------------------------------------------------------------------------------

async function refused(options, status, at = port) {
    await assert.rejects(new SockeonClient(at, options).connect(), { status });
}

await check('the key in the query lets in, and nothing is sent on its own', async () => {
    const client = await connected();
    assert.ok(await client.isQuiet());
});
await check('a wrong key gets 401 at the upgrade', () => refused({ key: `${key}x` }, 401));
await check('no key gets 401', () => refused({}, 401));
await check('an empty key gets 401', () => refused({ key: '' }, 401));
await check('an origin that is not listed gets 403', () => refused({ key, origin: 'https://evil.example' }, 403));
await check('the origin is judged before the key', () => refused({ origin: 'https://evil.example' }, 403));
await check('a listed origin is let in and repeated', async () => {
    const client = await connected({ origin: 'https://page.example' });
    assert.equal(client.handshake['access-control-allow-origin'], 'https://page.example');
});
await check('the origin of the server itself is let in', async () => {
    await connected({ origin: `http://127.0.0.1:${port}` });
});
await check('permessage-deflate is offered and not accepted', async () => {
    const client = await connected({ perMessageDeflate: true });
    assert.equal(client.handshake['sec-websocket-extensions'], undefined);
    assert.equal(client.socket.extensions, '');
    await client.joinRoom('r'.repeat(200));
});
await check('the path has no meaning', async () => {
    const client = new SockeonClient(port, { key });
    client.url = client.url.replace('/?', '/app/any/path?');
    clients.push(client);
    await client.connect();
    await client.joinRoom('paths');
});

// ---- rooms --------------------------------------------------------------------------------------

await check('joining is acknowledged with room, namespace and time', async () => {
    const client = await connected();
    const data = await client.joinRoom('lobby');
    assert.deepEqual(Object.keys(data).sort(), ['namespace', 'room', 'timestamp']);
    assert.equal(data.namespace, '/');
    assert.ok(isNow(data.timestamp));
});
await check('the namespace may be left out', async () => {
    const client = await connected();
    client.emit('join_room', { room: 'plain' });
    const data = await client.takeNamed('room_joined');
    assert.deepEqual([data.room, data.namespace], ['plain', '/']);
});
await check('many rooms at once are acknowledged, each with its name', async () => {
    const client = await connected({ namespace: '/many' });
    const rooms = Array.from({ length: 50 }, (_, i) => `room ${i} \u{1f600}`);
    for (const room of rooms)
        client.emit('join_room', { room, namespace: '/many' });
    for (const room of rooms) {
        const data = await client.takeNamed('room_joined');
        assert.deepEqual([data.room, data.namespace], [room, '/many']);
    }
});
await check('leaving is acknowledged, also of a room that one was never in', async () => {
    const client = await connected();
    await client.joinRoom('lobby');
    assert.ok(isNow((await client.leaveRoom('lobby')).timestamp));
    assert.equal((await client.leaveRoom('never')).namespace, '/');
});

async function pair(room, namespace = '/') {
    const both = [await connected(), await connected()];
    for (const client of both) {
        await client.joinRoom(room, namespace);
        await client.joinRoom('all pairs');
    }
    return both;
}

// Nothing has come to these of what the sender sent before: this comes behind it.
async function gotNothing(sender, ...others) {
    sender.emit('chat.fence', { room: 'all pairs' });
    for (const client of others)
        assert.equal((await client.take()).event, 'chat.fence');
}

await check('an event reaches the room, the sender too', async () => {
    const [a, b] = await pair('talk');
    const data = { room: 'talk', text: 'h\u00e4llo \u20ac \u{1f600} "quotes" \\ </script>', list: [1, [], {}, null] };
    a.emit('chat.message', data);
    for (const client of [a, b])
        assert.deepEqual(await client.take(), { event: 'chat.message', data });
});
await check('an event stays in its room and in its namespace', async () => {
    const [a, b] = await pair('apart');
    const [c] = await pair('apart', '/other');
    const [d] = await pair('elsewhere');
    a.emit('chat.message', { room: 'apart' });
    assert.deepEqual((await b.take()).data, { room: 'apart' });
    await gotNothing(a, c, d);
});
await check('who left gets no more, and may not send there', async () => {
    const [a, b] = await pair('left');
    await b.leaveRoom('left');
    a.emit('chat.message', { room: 'left' });
    await gotNothing(a, b);
    b.emit('chat.message', { room: 'left' });
    const { data } = await b.take();
    assert.deepEqual(data, { message: 'You are not in this room', event: 'chat.message' });
    assert.equal((await a.take()).event, 'chat.message');
    assert.equal((await a.take()).event, 'chat.fence');
    await gotNothing(b, a);
});
await check('the events of one sender come in order', async () => {
    const [a, b] = await pair('order');
    for (let i = 0; i < 500; ++i)
        a.emit('chat.count', { room: 'order', i });
    for (let i = 0; i < 500; ++i)
        assert.equal((await b.takeNamed('chat.count')).i, i);
});
await check('a broadcast of the API reaches the room as text', async () => {
    const [a, b] = await pair('news');
    const { status, body } = await api('POST', '/api/broadcast', { event: 'news.flash', data: {}, room: 'news' });
    assert.deepEqual([status, body], [200, { success: true, delivered: 2 }]);
    for (const client of [a, b])
        assert.deepEqual(await client.take(), { event: 'news.flash', data: {} });
});

// ---- messages -----------------------------------------------------------------------------------

const errors = [
    ['not JSON', 'hello', /^Invalid JSON format: /],
    ['a scalar', '42', 'Message must be a JSON object'],
    ['null', 'null', 'Message must be a JSON object'],
    ['no event', '{"data":{}}', 'Message validation failed: Missing required field: event'],
    ['an event that is a number', '{"event":1,"data":{}}', 'Message validation failed: Event field must be a string'],
    ['an empty event', '{"event":"","data":{}}', 'Message validation failed: Event field cannot be empty'],
    ['an event with a blank', '{"event":"a b","data":{}}', 'Message validation failed: Invalid event name format '
        + '(only alphanumeric, dots, underscores, hyphens allowed)'],
    ['no data', '{"event":"x"}', 'Message validation failed: Missing required field: data'],
    ['data that is null', '{"event":"x","data":null}', 'Message validation failed: Missing required field: data'],
    ['data that is a text', '{"event":"x","data":"y"}', 'Message validation failed: Data field must be an object/array'],
    ['a third member', '{"event":"x","data":{},"id":1}', 'Message validation failed: Message contains unsupported fields: id'],
    ['all of it', '{"event":"a b","data":1,"id":1}', 'Message validation failed: Invalid event name format '
        + '(only alphanumeric, dots, underscores, hyphens allowed), Data field must be an object/array, '
        + 'Message contains unsupported fields: id'],
    ['an unknown event', '{"event":"nope","data":{}}', "Event 'nope' does not exist"],
];
for (const [name, text, message] of errors) {
    await check(`error: ${name}`, async () => {
        const client = await connected();
        client.socket.send(text);
        const { event, data } = await client.take();
        assert.equal(event, 'error');
        assert.deepEqual(Object.keys(data).sort(), ['message', 'timestamp']);
        assert.ok(message instanceof RegExp ? message.test(data.message) : message === data.message, data.message);
        assert.ok(isNow(data.timestamp));
        // An error closes nothing.
        await client.joinRoom('after');
    });
}
for (const [name, data, message] of [
    ['no room', {}, 'Invalid room name'],
    ['an empty room', { room: '' }, 'Invalid room name'],
    ['a room that is a number', { room: 7 }, 'Invalid room name'],
    ['an empty namespace', { room: 'r', namespace: '' }, 'Invalid namespace'],
    ['a list', ['r'], 'Invalid room name'],
]) {
    await check(`error of a room: ${name}`, async () => {
        const client = await connected();
        for (const event of ['join_room', 'leave_room']) {
            client.emit(event, data);
            assert.deepEqual(await client.take(), { event: 'error', data: { message, event } });
        }
    });
}
await check('empty messages are ignored', async () => {
    const client = await connected();
    client.socket.send('');
    client.socket.send('0');
    assert.ok(await client.isQuiet());
});
await check('a binary message is read as JSON and answered with text', async () => {
    const client = await connected();
    client.socket.send(Buffer.from('{"event":"join_room","data":{"room":"binary"}}'), { binary: true });
    assert.equal((await client.take()).event, 'room_joined');
});
await check('a message in fragments is one, also with a ping among them', async () => {
    const [a, b] = await pair('fragments');
    const text = JSON.stringify({ event: 'chat.message', data: { room: 'fragments', text: '\u20ac'.repeat(3000) } });
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 1000) {
        // Cut within characters.
        a.socket.send(bytes.subarray(at, at + 1000), { binary: false, fin: at + 1000 >= bytes.length });
        if (at === 3000)
            assert.equal(await a.ping('between'), 'between');
    }
    assert.deepEqual(await b.take(), JSON.parse(text));
});
await check('a ping comes back with its payload, the longest too', async () => {
    const client = await connected();
    for (const payload of ['', 'heartbeat', 'x'.repeat(125)])
        assert.equal(await client.ping(payload), payload);
});
await check('a pong that nobody asked for changes nothing', async () => {
    const client = await connected();
    client.socket.pong('unasked');
    assert.ok(await client.isQuiet());
});

// ---- closing ------------------------------------------------------------------------------------

await check('a close is answered with its own code at once', async () => {
    const client = await connected();
    const started = Date.now();
    assert.deepEqual(await client.disconnect(), { code: 1000, reason: 'Client disconnect' });
    const other = await connected();
    assert.equal((await other.disconnect(4999, '')).code, 4999);
    assert.ok(Date.now() - started < 3000);
});

async function closedWith(code, act) {
    const client = await connected();
    act(client);
    assert.equal((await within(client.closed, 'the close')).code, code);
}

await check('a message that is too big is closed with 1009', () =>
    closedWith(1009, (client) => client.emit('chat.message', { text: 'x'.repeat(70_000) })));
await check('fragments that are too big together are closed with 1009', () =>
    closedWith(1009, (client) => {
        for (let i = 0; i < 8; ++i)
            client.socket.send('x'.repeat(10_000), { fin: false });
    }));
await check('the largest message is taken', async () => {
    const client = await connected();
    const empty = JSON.stringify({ event: 'chat.none', data: { text: '' } });
    client.emit('chat.none', { text: 'x'.repeat(65_536 - empty.length) });
    assert.equal((await client.take()).event, 'error');
});
await check('text that is not UTF-8 is closed with 1007', () =>
    closedWith(1007, (client) => client.socket.send(Buffer.from([0x7b, 0xff, 0x7d]), { binary: false })));
await check('a reserved opcode is closed with 1002', () =>
    closedWith(1002, (client) => client.socket._socket.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]))));
await check('a frame without a mask is closed with 1002', () =>
    closedWith(1002, (client) => client.socket.send('{}', { mask: false })));

await check('a kick of the API closes with its code and reason; the client comes back without rooms', async () => {
    const { client, id } = await named('kicked', { reconnect: true });
    await client.joinRoom('kicked');
    const { status } = await api('POST', `/api/clients/${id}/kick`, { code: 4003, reason: 'be nice' });
    assert.equal(status, 200);
    assert.deepEqual(await within(client.closed, 'the close'), { code: 4003, reason: 'be nice' });
    await within(client.reconnected, 'the new connection');
    assert.deepEqual(client.attempts, [4003]);
    assert.notEqual(await idOf('kicked'), id);
    client.emit('chat.message', { room: 'kicked' });
    assert.equal((await client.take()).data.event, 'chat.message');
    await client.joinRoom('kicked');
    await client.disconnect();
});
await check('a kick without a code closes with 1008', async () => {
    const { client, id } = await named('kicked-plainly');
    await api('POST', `/api/clients/${id}/kick`, {});
    assert.equal((await within(client.closed, 'the close')).code, 1008);
});

// ---- rate limit ---------------------------------------------------------------------------------

await check('more messages than the rate limit get the event of the original', async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.77' };
    const client = await new SockeonClient(limitedPort, { headers }).connect();
    clients.push(client);
    for (let i = 0; i < 6; ++i)
        client.emit('chat.message', { i });
    for (let i = 0; i < 5; ++i)
        assert.deepEqual(await client.take(), { event: 'chat.message', data: { i } });
    assert.deepEqual(await client.take(), {
        event: 'rate_limit_exceeded',
        data: {
            error: 'Rate limit exceeded',
            message: 'You have exceeded the global WebSocket message rate limit. Please try again later.',
            original_event: 'chat.message',
            retry_after: 60,
            limit: 5,
            window: 60,
            type: 'global',
        },
    });
    // The limit is one of the resolved client: a second connection is no way around it, and the
    // next client behind the same proxy is not touched.
    const again = await new SockeonClient(limitedPort, { headers }).connect();
    const next = await new SockeonClient(limitedPort, { headers: { 'X-Forwarded-For': '203.0.113.78' } }).connect();
    clients.push(again, next);
    again.emit('chat.message');
    assert.equal((await again.take()).event, 'rate_limit_exceeded');
    next.emit('chat.message', { i: 7 });
    assert.deepEqual(await next.take(), { event: 'chat.message', data: { i: 7 } });
});

await check('all clients say good-bye', async () => {
    for (const client of clients) {
        if (client.socket.readyState === client.socket.OPEN)
            assert.equal((await client.disconnect()).code, 1000);
    }
});
finish();
