#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Truepeer authors
# SPDX-License-Identifier: MIT
"""Sends each case of http-vectors.json to a running server, on a connection of its own, and judges
the answers. A case is a list of parts (what is sent, one after the other) and says what has to
happen:

  accept   `n` responses (default 1) come, and the first is no complaint about the request's form
  reject   one 4xx or 5xx comes, or the connection ends without an answer
  either   both will do, as long as there are at most `n` responses
  wait     nothing comes yet, because the request is not complete

What counts in any case: no more responses than requests (request smuggling), no 500, nothing that
is not HTTP. Cases of level "should" that go wrong are warnings. Exit code 0: no failure and no
warning, and the server still answers."""
import argparse
import concurrent.futures
import json
import pathlib
import re
import socket
import sys
import time

# Statuses that mean "your request was malformed, unsupported or too big".
PARSE_ERRORS = {400, 411, 413, 414, 417, 421, 431, 501, 505}
# How long "nothing comes" is watched, in seconds.
QUIET = 0.5
# How long to look for a response too many.
SETTLE = 0.15
# RFC 6455 1.3: the answer to the key that the cases send.
ACCEPT_KEY = b's3pPLMBiTxaQ9kYGzzhZRbK+xOo='


class Response:
    def __init__(self, status, fields=None):
        self.status = status
        self.fields = fields or {}


class Outcome:
    """What came back for a case."""

    def __init__(self, received, closed):
        self.responses = split_responses(received)
        self.closed = closed

    @property
    def statuses(self):
        return [response.status for response in self.responses]

    @property
    def fields(self):
        return self.responses[0].fields if self.responses else {}

    def __str__(self):
        statuses = ','.join(str(status) for status in self.statuses) or 'nothing'
        return statuses + (' and the end' if self.closed else '')


def parse_head(head):
    match = re.match(rb'HTTP/1\.[01] (\d{3})(?: |$)', head.split(b'\r\n')[0])
    if not match:
        return None
    fields = {}
    for line in head.split(b'\r\n')[1:]:
        name, _, value = line.partition(b':')
        fields[name.strip().lower().decode('latin-1')] = value.strip()
    return Response(int(match.group(1)), fields)


def split_responses(data):
    """The final responses in a stream of bytes; a status of -1 stands for what is none."""
    responses = []
    position = 0
    while position < len(data):
        end = data.find(b'\r\n\r\n', position)
        response = parse_head(data[position:end if end >= 0 else len(data)])
        if response is None:
            responses.append(Response(-1))
            break
        if end < 0:
            responses.append(response)
            break
        position = end + 4
        if response.status == 101:
            responses.append(response)
            break
        if response.status < 200:
            continue
        responses.append(response)
        if response.status not in (204, 304):
            length = response.fields.get('content-length')
            position = position + int(length) if length is not None else len(data)
    return responses


class Target:
    def __init__(self, arguments):
        self.address = (arguments.host, arguments.port)
        self.path = arguments.path
        self.ws = arguments.ws
        self.timeout = arguments.timeout
        self.authority = f'{arguments.host}:{arguments.port}'

    def fill(self, part):
        """A part with its placeholders filled in, as bytes."""
        smuggled = f'GET /smuggled HTTP/1.1\r\nHost: {self.authority}\r\n\r\n'
        for name, value in (('{CLTE}', str(len('0\r\n\r\n' + smuggled))),
                            ('{TECLHEX}', f'{len(smuggled):x}'),
                            ('{SMPAD}', smuggled)):
            part = part.replace(name, value)
        # A body that is itself a request has the length of that request.
        part = re.sub(r'(Content-Length: )\d+(\r\n\r\nGET /smuggled)',
                      lambda match: match.group(1) + str(len(smuggled)) + match.group(2), part)
        for name, value in (('{HOST}', self.authority), ('{PATH}', self.path),
                            ('{WSPATH}', self.ws)):
            part = part.replace(name, value)
        return part.encode('latin-1')

    def run(self, case):
        with socket.create_connection(self.address, timeout=self.timeout) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.send(connection, case)
            except ConnectionError:
                pass  # a rejection may come before the last part is sent
            return self.receive(connection, case)

    def send(self, connection, case):
        for index, part in enumerate(case['parts']):
            if index:
                time.sleep(case.get('delay', 0.03))
            data = self.fill(part)
            if case.get('bytewise'):
                for byte in data:
                    connection.sendall(bytes([byte]))
                    time.sleep(0.001)
            else:
                connection.sendall(data)

    def receive(self, connection, case):
        """Reads until nothing more can change the judgement."""
        received = b''
        deadline = time.monotonic() + (QUIET if case['expect'] == 'wait' else self.timeout)
        ends_early = may_stay_open(case)
        settling = False
        while (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            try:
                data = connection.recv(65536)
            except socket.timeout:
                break
            except ConnectionError:
                return Outcome(received, True)
            if not data:
                return Outcome(received, True)
            received += data
            if ends_early and not settling and len(split_responses(received)) >= case.get('n', 1):
                settling = True
                deadline = min(deadline, time.monotonic() + SETTLE)
        return Outcome(received, False)


def judge(case, outcome):
    """Why the outcome is wrong, and whether that is a failure whatever the case's level; or None."""
    statuses = outcome.statuses
    most = case.get('n', 1)
    if -1 in statuses:
        return 'the answer is not HTTP', True
    if 500 in statuses:
        return '500', True
    if len(statuses) > most and not case.get('statuses_any'):
        return f'{len(statuses)} responses, at most {most} expected', True
    forbidden = case.get('no_header')
    if forbidden and forbidden in outcome.fields:
        return f'the response has {forbidden}', True
    if 101 in statuses and outcome.responses[-1].fields.get('sec-websocket-accept') != ACCEPT_KEY:
        return 'wrong Sec-WebSocket-Accept', True
    why = {'accept': judge_accept, 'reject': judge_reject,
           'either': judge_either, 'wait': judge_wait}[case['expect']](case, outcome)
    return (why, False) if why else None


def may_stay_open(case):
    """Whether the connection may go on after the responses. A rejected one may not, unless the case
    says so or is a refused upgrade."""
    if case['expect'] == 'reject':
        return not case.get('close', not case.get('ws'))
    return not case.get('close')


def is_rejected(case, outcome):
    if not outcome.statuses:
        return outcome.closed
    return outcome.statuses[0] in PARSE_ERRORS | set(case.get('status', []))


def judge_wait(_case, outcome):
    if not outcome.statuses and not outcome.closed:
        return None
    return 'answered or closed early' if outcome.statuses and outcome.statuses[0] < 400 else None


def judge_accept(case, outcome):
    statuses = outcome.statuses
    if not statuses:
        return 'no response'
    if case.get('need_status') and case['need_status'] not in statuses:
        return f'no {case["need_status"]}'
    if case.get('status') and not all(status in case['status'] for status in statuses):
        return f'one of {case["status"]} expected'
    if not case.get('status') and statuses[0] in PARSE_ERRORS:
        return 'refused'
    if len(statuses) != case.get('n', 1):
        return f'{len(statuses)} responses, {case.get("n", 1)} expected'
    return 'not closed' if case.get('close') and not outcome.closed else None


def judge_reject(case, outcome):
    statuses = outcome.statuses
    if not is_rejected(case, outcome):
        once = len(statuses) == 1 and outcome.closed
        return None if case.get('ok_if_closed') and once else 'not rejected'
    if statuses and case.get('status') and statuses[0] not in case['status'] and not case.get('ws'):
        return f'one of {case["status"]} expected'
    if statuses and case.get('need_header') and case['need_header'] not in outcome.fields:
        return f'rejected without {case["need_header"]}'
    return None if outcome.closed or may_stay_open(case) else 'rejected, but not closed'


def judge_either(case, outcome):
    statuses = outcome.statuses
    if not statuses and not outcome.closed:
        return 'neither an answer nor the end'
    accepted = statuses and statuses[0] not in PARSE_ERRORS
    if accepted and len(statuses) < case.get('n', 1) and not outcome.closed:
        return f'accepted, but {len(statuses)} responses'
    return None


def run_case(target, case):
    """A line about the case when it went wrong, else None."""
    try:
        outcome = target.run(case)
    except OSError as error:
        return f'FAIL {case["id"]}: {error}'
    verdict = judge(case, outcome)
    if verdict is None:
        return None
    why, always = verdict
    word = 'FAIL' if always or case.get('level', 'must') == 'must' else 'warn'
    return f'{word} {case["id"]} (RFC {case["rfc"]}; {case["desc"]}): {why}; got {outcome}'


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('host')
    parser.add_argument('port', type=int)
    parser.add_argument('--path', default='/', help='a path that can be had by GET')
    parser.add_argument('--ws', default='/', help='a path that takes WebSocket upgrades')
    parser.add_argument('--timeout', type=float, default=10.0)
    parser.add_argument('--id', help='only this case')
    parser.add_argument('--vectors', type=pathlib.Path,
                        default=pathlib.Path(__file__).parent.parent / 'data/http-vectors.json')
    arguments = parser.parse_args()
    if not re.match(r'127\.|::1$|localhost$', arguments.host):
        parser.error('loopback only: half of the cases are attacks')
    return arguments


def main():
    arguments = parse_arguments()
    target = Target(arguments)
    cases = json.loads(arguments.vectors.read_text(encoding='utf-8'))
    if arguments.id:
        cases = [case for case in cases if case['id'] == arguments.id]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        complaints = [line for line in pool.map(lambda case: run_case(target, case), cases) if line]
    try:
        socket.create_connection(target.address, timeout=target.timeout).close()
    except OSError as error:
        complaints.append(f'FAIL the server is gone: {error}')
    for line in complaints:
        print(line)
    print(f'{len(cases)} cases, {len(complaints)} complaints')
    return 1 if complaints or not cases else 0


if __name__ == '__main__':
    sys.exit(main())
