#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Truepeer authors
# SPDX-License-Identifier: MIT
"""The event protocol with Debian's python3-websockets; run by tests/interop/run.

Without arguments: the checks, one line each. With "member NAME ADDRESS ROOM": a client with this
name and address that joins the room and prints what it gets, for tests/interop/api.sh.
"""
import asyncio
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

import websockets

SECONDS = 15
failed = 0


def setting(name):
    value = os.environ.get(f"INTEROP_{name}", "")
    if not value:
        sys.exit(f"INTEROP_{name} is not set: start this with tests/interop/run")
    return value


def http(method, path, body=None):
    """Status and JSON of a call of the HTTP API."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{setting('PORT')}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {setting('API_KEY')}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return response.status, json.load(response)


def connect(name=None, key=None, **options):
    query = urllib.parse.urlencode({"key": setting("SOCKET_KEY") if key is None else key})
    uri = f"ws://127.0.0.1:{setting('PORT')}/?{query}"
    # None is the library's own name.
    extra = {} if name is None else {"user_agent_header": name}
    return websockets.connect(uri, open_timeout=SECONDS, close_timeout=SECONDS, **extra, **options)


async def emit(client, event, data=None):
    await client.send(json.dumps({"event": event, "data": {} if data is None else data}))


async def take(client):
    text = await client.recv()
    assert isinstance(text, str), "the server sends text"
    message = json.loads(text)
    assert sorted(message) == ["data", "event"], text
    return message["event"], message["data"]


async def join(client, room, namespace="/"):
    await emit(client, "join_room", {"room": room, "namespace": namespace})
    event, data = await take(client)
    assert (event, data["room"], data["namespace"]) == ("room_joined", room, namespace), (event, data)


async def is_quiet(client):
    """Nothing has come, up to the answer of a ping."""
    await (await client.ping())
    try:
        message = await asyncio.wait_for(client.recv(), 0.05)
    except asyncio.TimeoutError:
        return True
    print(f"came: {message}", file=sys.stderr)
    return False


async def closed_with(client):
    await client.wait_closed()
    return client.close_code, client.close_reason


# ---- checks -------------------------------------------------------------------------------------


async def twenty_talk_at_once():
    """Each says five things in the room that all are in, and one in a room of its own."""
    clients = await asyncio.gather(*(connect() for _ in range(20)))
    everyone = len(clients)
    await asyncio.gather(*(join(client, "python") for client in clients))
    await asyncio.gather(*(join(client, f"python {i}") for i, client in enumerate(clients)))

    async def talk(i, client):
        for n in range(5):
            await emit(client, "chat.message", {"room": "python", "from": i, "n": n})
        await emit(client, "chat.message", {"room": f"python {i}", "from": i, "n": 0})

    async def listen(i, client):
        heard = {sender: [] for sender in range(everyone)}
        own = 0
        for _ in range(5 * everyone + 1):
            event, data = await take(client)
            assert event == "chat.message"
            if data["room"] == "python":
                heard[data["from"]].append(data["n"])
            else:
                assert (data["room"], data["from"]) == (f"python {i}", i)
                own += 1
        assert own == 1
        assert all(numbers == [0, 1, 2, 3, 4] for numbers in heard.values()), heard
        assert await is_quiet(client)

    tasks = [work(i, client) for i, client in enumerate(clients) for work in (talk, listen)]
    await asyncio.gather(*tasks)
    await asyncio.gather(*(client.close() for client in clients))
    assert {client.close_code for client in clients} == {1000}


async def rooms_end_with_leaving():
    async with connect() as a, connect() as b:
        for client in (a, b):
            await join(client, "leaving", "/py")
        await emit(b, "leave_room", {"room": "leaving", "namespace": "/py"})
        assert (await take(b))[0] == "room_left"
        await emit(a, "chat.message", {"room": "leaving", "namespace": "/py"})
        assert (await take(a))[0] == "chat.message"
        assert await is_quiet(b)


async def own_close_is_answered():
    client = await connect()
    await client.close(code=4321, reason="bye ä")
    assert (client.close_code, client.close_reason) == (4321, "bye ä"), await closed_with(client)


async def close_comes_behind_what_was_said():
    """What was sent before the close is still handled."""
    async with connect() as a, connect() as b:
        for client in (a, b):
            await join(client, "last words")
        await emit(a, "chat.message", {"room": "last words", "text": "bye"})
        await a.close()
        assert (await take(b))[1]["text"] == "bye"


async def a_broken_connection_is_noticed():
    client = await connect("python-broken")
    assert http("GET", "/api/clients?filter=ua:python-broken")[1]["filtered"] == 1
    client.transport.abort()
    for _ in range(SECONDS * 10):
        if http("GET", "/api/clients?filter=ua:python-broken")[1]["filtered"] == 0:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the server still lists it")


async def deflate_is_offered_in_vain():
    async with connect(compression="deflate") as client:
        assert client.extensions == []
        assert "Sec-WebSocket-Extensions" not in client.response_headers
        await join(client, "r" * 200)


async def fragments_are_one_message():
    async with connect() as client:
        await join(client, "fragments")
        text = json.dumps({"event": "chat.message", "data": {"room": "fragments", "text": "ä€😀" * 999}})
        await client.send(text[at:at + 100] for at in range(0, len(text), 100))
        assert await take(client) == ("chat.message", json.loads(text)["data"])


async def binary_is_json_too():
    async with connect() as client:
        await client.send(json.dumps({"event": "join_room", "data": {"room": "bytes"}}).encode())
        assert (await take(client))[0] == "room_joined"


async def pings_are_answered():
    async with connect() as client:
        await asyncio.gather(*[await client.ping(f"{i}") for i in range(100)])
        await (await client.ping(b"\0" * 125))


async def an_error_closes_nothing():
    async with connect() as client:
        await client.send("[")
        event, data = await take(client)
        assert event == "error" and data["message"].startswith("Invalid JSON format: "), data
        await join(client, "after")


async def too_much_is_closed_with_1009():
    client = await connect()
    await emit(client, "chat.message", {"text": "x" * 70_000})
    assert (await closed_with(client))[0] == 1009


async def a_kick_says_why():
    async with connect("python-kicked") as client:
        row = http("GET", "/api/clients?filter=ua:python-kicked")[1]["items"][0]
        order = {"code": 4001, "reason": "zu laut, sagt der Wärter"}
        assert http("POST", f"/api/clients/{row['id']}/kick", order) == (200, {"success": True})
        assert await closed_with(client) == (4001, order["reason"])


async def refused(status, **options):
    try:
        await connect(**options)
    except websockets.exceptions.InvalidStatusCode as refusal:
        assert refusal.status_code == status, refusal
    else:
        raise AssertionError("it was let in")


CHECKS = {
    "twenty clients talk at once, each hears all in order and its own room alone": twenty_talk_at_once,
    "who left a room hears no more of it": rooms_end_with_leaving,
    "the close handshake repeats code and reason": own_close_is_answered,
    "what was said before a close is still heard": close_comes_behind_what_was_said,
    "a connection that breaks off leaves the list": a_broken_connection_is_noticed,
    "permessage-deflate is offered and not accepted": deflate_is_offered_in_vain,
    "a message in fragments is one": fragments_are_one_message,
    "a binary message is read as JSON": binary_is_json_too,
    "a hundred pings at once are answered": pings_are_answered,
    "an error closes nothing": an_error_closes_nothing,
    "a message that is too big is closed with 1009": too_much_is_closed_with_1009,
    "a kick of the API gives code and reason": a_kick_says_why,
    "a wrong key gets 401": lambda: refused(401, key="wrong"),
    "another origin gets 403": lambda: refused(403, origin="https://evil.example"),
}


async def check(name, task):
    global failed
    try:
        await asyncio.wait_for(task(), SECONDS)
        print(f"ok {name}")
    except Exception as error:  # whatever it is, the other checks follow
        failed += 1
        print(f"FAILED {name}: {type(error).__name__} {error}".replace("\n", " | "))


async def run_checks():
    for name, task in CHECKS.items():
        await check(name, task)


# ---- a member -----------------------------------------------------------------------------------


async def be_member(name, address, room):
    async with connect(name, extra_headers={"X-Forwarded-For": address}) as client:
        await join(client, room)
        print("joined", flush=True)
        try:
            async for text in client:
                print(text, flush=True)
        except websockets.exceptions.ConnectionClosed:
            pass
        print("closed", *(await closed_with(client)), flush=True)


if sys.argv[1:2] == ["member"]:
    asyncio.run(be_member(*sys.argv[2:]))
else:
    asyncio.run(run_checks())
    sys.exit(1 if failed else 0)
