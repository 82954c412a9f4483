// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the scripts for Node share: checks with a time limit, one line each, and the settings that
// tests/interop/run hands over.
import process from 'node:process';

const seconds = 15;
let failed = 0;

// The value that tests/interop/run has put into the environment.
export function setting(name) {
    const value = process.env[`INTEROP_${name}`];
    if (!value) {
        console.error(`INTEROP_${name} is not set: start this with tests/interop/run`);
        process.exit(2);
    }
    return value;
}

// The promise, or an error that says what did not come in time.
export function within(promise, what) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what}: not within ${seconds} s`)), seconds * 1000);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export async function check(name, task) {
    try {
        await within(task(), 'the check');
        console.log(`ok ${name}`);
    } catch (error) {
        failed += 1;
        console.log(`FAILED ${name}: ${String(error.message).replaceAll('\n', ' | ')}`);
    }
}

export function finish() {
    process.exit(failed === 0 ? 0 : 1);
}

// A call of the HTTP API.
export async function api(method, path, body) {
    const response = await fetch(`http://127.0.0.1:${setting('PORT')}${path}`, {
        method,
        headers: { Authorization: `Bearer ${setting('API_KEY')}`, 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
}
