// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The page of the chat example in Debian's Chromium, behind nginx; browser.mjs REPORTS puts
// screenshots there. Three visitors come by three ways: from 127.0.0.1 and from ::1 to the nginx of
// the documentation, and through an outer proxy that calls them 203.0.113.7.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';
import { api, check, finish, setting } from './checks.mjs';

const [reports] = process.argv.slice(2);
const patience = 10_000;
const pagePort = setting('PAGE_PORT');
const socketUrl = `ws://127.0.0.1:${setting('PORT')}/?key=${encodeURIComponent(setting('SOCKET_KEY'))}`;
const visitors = [
    { name: 'Ada', address: '127.0.0.1', url: `http://localhost:${pagePort}/`, scheme: 'light' },
    { name: 'Björn', address: '::1', url: `http://[::1]:${setting('PAGE_PORT6')}/`, scheme: 'dark' },
    {
        name: '<img src=x onerror=alert(1)>',
        address: '203.0.113.7',
        url: `http://localhost:${setting('OUTER_PORT')}/`,
        scheme: 'light',
    },
];
const [ada, bjorn, outer] = visitors;

const home = mkdtempSync(join(tmpdir(), 'interop-browser-'));
const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    timeout: 60_000,
});

// What a page must not do: fail in a script, complain, open a dialog, fetch what a visitor wrote.
const complaints = [];

async function enter(visitor, options = {}) {
    const context = await browser.newContext({
        colorScheme: visitor.scheme,
        viewport: { width: 900, height: 640 },
        ...options,
    });
    visitor.page = await context.newPage();
    visitor.page.setDefaultTimeout(patience);
    const complain = (what) => complaints.push(`${visitor.name}: ${what}`);
    visitor.page.on('pageerror', (error) => complain(error.message));
    visitor.page.on('console', (message) => message.type() === 'error' && complain(message.text()));
    visitor.page.on('dialog', (dialog) => {
        complain(`dialog ${dialog.message()}`);
        dialog.dismiss();
    });
    visitor.page.on('request', (request) => request.url() !== visitor.url && !request.url().startsWith('data:')
        && complain(`fetched ${request.url()}`));
    await visitor.page.goto(visitor.url);
}

// The page shows the text, as text.
function shows(visitor, text) {
    return visitor.page.getByText(text, { exact: true }).first().waitFor();
}

async function say(visitor, text) {
    await visitor.page.getByLabel('Message').fill(text);
    await visitor.page.getByLabel('Message').press('Enter');
}

// The message with this text, as this visitor sees it.
function messageOf(visitor, text) {
    return visitor.page.getByRole('listitem').filter({ has: visitor.page.getByText(text, { exact: true }) });
}

// Opens a WebSocket in the page: "open" or "refused".
function openedFrom(visitor, url) {
    return visitor.page.evaluate((target) => new Promise((resolve) => {
        const socket = new WebSocket(target);
        socket.onopen = () => {
            resolve('open');
            socket.close();
        };
        socket.onerror = () => resolve('refused');
    }), url);
}

// Calls the HTTP API in the page: how many clients there are, or "refused".
function calledFrom(visitor) {
    const key = setting('API_KEY');
    const url = `http://127.0.0.1:${setting('PORT')}/api/clients`;
    return visitor.page.evaluate(async ([target, bearer]) => {
        try {
            const response = await fetch(target, { headers: { Authorization: `Bearer ${bearer}` } });
            return (await response.json()).total;
        } catch {
            return 'refused';
        }
    }, [url, key]);
}

function screenshot(visitor, name) {
    return visitor.page.screenshot({ path: join(reports, `interop-chat-${name}.png`) });
}

// ---- the chat -----------------------------------------------------------------------------------

for (const visitor of visitors) {
    await check(`the page at ${new URL(visitor.url).hostname} says "you are ${visitor.address}"`, async () => {
        await enter(visitor);
        await visitor.page.getByRole('status').getByText(visitor.address, { exact: true }).waitFor();
    });
}
await check('each page counts all three', async () => {
    for (const visitor of visitors)
        await visitor.page.getByRole('status').getByText('3 online').waitFor();
    await screenshot(ada, 'empty');
});
await check('a name is taken', async () => {
    for (const visitor of visitors) {
        await visitor.page.getByLabel('Your name').fill(visitor.name);
        await say(visitor, `Hello from ${visitor.name}`);
        await shows(visitor, visitor.name);
    }
});
for (const sender of visitors) {
    await check(`everybody sees ${sender.address} beside what came from there`, async () => {
        for (const visitor of visitors) {
            const message = messageOf(visitor, `Hello from ${sender.name}`);
            await message.getByText(sender.name, { exact: true }).waitFor();
            assert.equal(await message.locator('.address').innerText(), sender.address);
            assert.equal(await message.evaluate((item) => item.classList.contains('mine')), visitor === sender);
        }
    });
}
await check('markup stays text', async () => {
    const text = '<script>alert(2)</script> & <b>bold</b> &amp; "quoted"';
    await say(outer, text);
    for (const visitor of visitors) {
        await messageOf(visitor, text).waitFor();
        assert.equal(await visitor.page.locator('ol img, ol script, ol .text b').count(), 0);
    }
});
await check('screenshots are taken: light, dark, and a narrow window', async () => {
    await say(ada, 'Which address do you see for me?');
    await say(bjorn, 'Yours is 127.0.0.1. I came over IPv6, so mine is ::1, and neither of us could have made it up.');
    await say(outer, 'I come through two proxies. Both are trusted, so you see me and not the inner one.');
    await say(bjorn, 'Grüße aus dem dunklen Fenster ☾');
    for (const visitor of visitors)
        await messageOf(visitor, 'Grüße aus dem dunklen Fenster ☾').waitFor();
    await screenshot(ada, 'light');
    await screenshot(bjorn, 'dark');
    await outer.page.setViewportSize({ width: 390, height: 700 });
    await screenshot(outer, 'narrow');
});
await check('a long conversation stays at its end, and within the page', async () => {
    await say(ada, 'A-word-without-a-single-blank-that-is-much-longer-than-the-page-is-wide-'.repeat(3));
    for (let i = 1; i <= 12; ++i)
        await say(ada, `line ${i}`);
    for (const visitor of visitors) {
        const last = messageOf(visitor, 'line 12');
        await last.waitFor();
        assert.ok(await last.evaluate((item) => item.getBoundingClientRect().bottom <= innerHeight));
        assert.ok(await visitor.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
});
await check('no page complained, asked or fetched anything', async () => assert.deepEqual(complaints, []));

// ---- pages of other origins ---------------------------------------------------------------------

await check('a page of another origin gets no WebSocket to the chat', async () => {
    assert.equal(await openedFrom(bjorn, `ws://localhost:${pagePort}/socket`), 'refused');
    assert.equal(await openedFrom(ada, `ws://localhost:${pagePort}/socket`), 'open');
});
await check('a page that truepeerd does not list gets no WebSocket to it', async () => {
    assert.equal(await openedFrom(bjorn, socketUrl), 'refused');
    assert.equal(await openedFrom(ada, socketUrl), 'open');
});
await check('a page that is not listed cannot call the HTTP API', async () => {
    assert.equal(await calledFrom(bjorn), 'refused');
    assert.equal(typeof await calledFrom(ada), 'number');
});
await check('the user agent and the origin are on the list of clients', async () => {
    const opened = ada.page.evaluate((target) => new Promise((resolve) => {
        window.kept = new WebSocket(target);
        window.kept.onopen = resolve;
    }), socketUrl);
    await opened;
    const { body } = await api('GET', `/api/clients?filter=origin:localhost:${pagePort}`);
    assert.equal(body.items.length, 1);
    assert.match(body.items[0].user_agent, /Chrome/);
});

// ---- a server that comes back -------------------------------------------------------------------

await check('the pages come back by themselves when the server does', async () => {
    process.kill(Number(setting('CHAT_PID')), 'SIGKILL');
    for (const visitor of visitors)
        await visitor.page.getByRole('status').getByText('disconnected').waitFor();
    await screenshot(ada, 'disconnected');
    spawn('setpriv', ['--pdeathsig', 'KILL', setting('CHAT'), setting('CHAT_PORT'), '127.0.0.1'], { stdio: 'ignore' });
    for (const visitor of visitors)
        await visitor.page.getByRole('status').getByText('3 online').waitFor();
    await say(outer, 'Here we are again');
    for (const visitor of visitors) {
        const message = messageOf(visitor, 'Here we are again');
        await message.getByText(outer.name, { exact: true }).waitFor();
        assert.equal(await message.locator('.address').innerText(), outer.address);
    }
});

await browser.close();
rmSync(home, { recursive: true, force: true });
finish();
