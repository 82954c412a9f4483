#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Truepeer authors
# SPDX-License-Identifier: MIT
"""The layering test: greps the includes of every source file against the rules of
resources/docs/architecture.md, and checks what else holds for each file: the SPDX lines, the
length, no test of a folder without sources."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
MAX_LINES = 500

# folder of the including file -> project folders that it must not include
FORBIDDEN = {
    'shared/': ['server/', 'gui/', 'tests/'],
    'server/': ['gui/', 'tests/'],
    'server/trust/': ['server/http/', 'server/net/', 'server/rooms/', 'server/api/', 'server/ops/',
                      'server/admin/', 'server/cluster/', 'server/application'],
    'server/http/': ['server/trust/', 'server/net/', 'server/rooms/', 'server/api/', 'server/ops/',
                     'server/admin/', 'server/cluster/', 'server/application'],
    'server/net/': ['server/rooms/', 'server/api/', 'server/ops/', 'server/admin/',
                    'server/cluster/', 'server/application'],
    'server/rooms/': ['server/admin/', 'server/api/', 'server/application'],
    'server/ops/': ['server/admin/', 'server/application'],
    'gui/': ['server/', 'tests/'],
    'gui/models/': ['gui/widgets/', 'gui/views/', 'gui/dashboard', 'gui/adminlink'],
    'gui/widgets/': ['gui/views/', 'gui/dashboard', 'gui/adminlink', 'shared/admin/protocol.h'],
    'gui/views/': ['shared/admin/protocol.h'],
    'server/ctl/': [f'server/{folder}/' for folder in
                    ('trust', 'http', 'net', 'rooms', 'api', 'ops', 'admin', 'cluster')],
}

SOCKETS = r'Q(Tcp|Udp|Local|Ssl|Abstract)(Socket|Server)|QWebSocket(Server)?|QSocketNotifier'
IMPURE = (SOCKETS + r'|QTimer|QBasicTimer|QThread|QMutex|QFile|QSaveFile|QProcess|QObject'
          r'|thread|mutex|fstream|sys/socket\.h|unistd\.h|QtNetwork|QtWebSockets|QtWidgets')

# Pages do not know each other; the window shows them all.
PAGES = ('overview', 'clients', 'trust', 'rooms', 'events', 'diagnosis', 'configuration', 'window')
FORBIDDEN.update({f'gui/views/{page}/': [f'gui/views/{other}/' for other in PAGES if other != page]
                  + ['shared/admin/protocol.h']
                  for page in PAGES if page != 'window'})

# folder -> system headers that it must not include
FORBIDDEN_SYSTEM = {
    'shared/': r'QtWidgets|QWidget|QApplication',
    'shared/clients/': IMPURE,
    'shared/net/': IMPURE,
    'shared/trust/': IMPURE,
    'server/trust/': IMPURE,
    'server/http/': IMPURE + r'|QHostAddress',
    'server/': r'QtWidgets|QWidget|QApplication',
    'gui/models/': r'QtWidgets|QtGui|QWidget|QApplication|QGuiApplication|QIcon|QColor|QFont|QPalette|QPainter|QPixmap',
}

# header -> the only files that may include it
ONLY_IN = {
    r'QWebSocket(Server)?': {'server/net/qtwebsocketsession.cpp'},
    r'Q(Local|Tcp)Socket': {'server/net/qtwebsocketsession.cpp', 'shared/admin/adminclient.cpp',
                            'shared/admin/adminclient.h', 'server/admin/adminsession.h'},
}


def sources():
    for folder in ('shared', 'server', 'gui', 'tests', 'resources'):
        for path in sorted((ROOT / folder).rglob('*')):
            if path.suffix in ('.h', '.cpp') and path.is_file():
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding='utf-8')


def problems_of(name, text):
    if not re.match(r'// SPDX-FileCopyrightText: .*\n// SPDX-License-Identifier: MIT\n', text):
        yield 'does not start with the SPDX lines'
    lines = text.count('\n')
    if lines > MAX_LINES and not name.startswith('tests/'):
        yield f'has {lines} lines, more than {MAX_LINES}'
    if re.search(r'\b(TODO|FIXME|XXX)\b', text):
        yield 'holds a note of unfinished work'
    for include in INCLUDE.findall(text):
        yield from problems_of_include(name, include)


def problems_of_include(name, include):
    for folder, targets in FORBIDDEN.items():
        own = name.startswith('server/ctl/') and folder == 'server/'
        if name.startswith(folder) and not own and any(include.startswith(t) for t in targets):
            yield f'{folder} must not include "{include}"'
    for folder, pattern in FORBIDDEN_SYSTEM.items():
        if name.startswith(folder) and re.fullmatch(pattern, include):
            yield f'{folder} must not include <{include}>'
    for pattern, allowed in ONLY_IN.items():
        product = not name.startswith('tests/')
        if product and re.fullmatch(pattern, include) and name not in allowed:
            yield f'only {", ".join(sorted(allowed))} may include <{include}>'
    local = not include.startswith(('Q', 'sys/')) and include.endswith('.h') and '/' not in include
    if local and (ROOT / name).parent.joinpath(include).exists():
        yield f'includes start at the root, not "{include}"'


def main():
    count = 0
    failed = 0
    for name, text in sources():
        count += 1
        for problem in problems_of(name, text):
            failed += 1
            print(f'{name}: {problem}')
    print(f'{count} files, {failed} problems')
    return 1 if failed or count < 50 else 0


if __name__ == '__main__':
    sys.exit(main())
