#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Truepeer authors
# SPDX-License-Identifier: MIT
#
# The HTTP API with curl, as a backend's scripts call it; run by tests/interop/run, which sets
# INTEROP_PORT and INTEROP_API_KEY. Prints one line for each check.
set -uo pipefail

: "${INTEROP_PORT:?start this with tests/interop/run}" "${INTEROP_API_KEY:?}"
here=$(dirname "${BASH_SOURCE[0]}")
base=http://127.0.0.1:$INTEROP_PORT
work=$(mktemp -d)
members=()
failed=0

finish() {
    [ ${#members[@]} -eq 0 ] || kill "${members[@]}" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT

# is NAME WANTED GOT: one check.
is() {
    if [ "$2" = "$3" ]; then
        echo "ok $1"
    else
        echo "FAILED $1: wanted ${2@Q}, got ${3@Q}"
        failed=1
    fi
}

# request [curl option…] PATH: the answer goes to $work/head and $work/body, the status to stdout.
request() {
    curl --silent --show-error --max-time 10 --dump-header "$work/head" --output "$work/body" \
        --write-out '%{http_code}' "${@:1:$#-1}" "$base${*: -1}"
}

# call METHOD PATH [JSON]: status and body of a call with the key, on one line.
call() {
    local options=(--request "$1" --header "Authorization: Bearer $INTEROP_API_KEY")
    [ $# -lt 3 ] || options+=(--header 'Content-Type: application/json' --data "$3")
    request "${options[@]}" "$2"
    echo " $(jq --compact-output --sort-keys . "$work/body")"
}

# list QUERY FILTER: what jq makes of a list of clients. The query is encoded by curl.
list() {
    local options=() part
    for part in $1; do
        options+=(--data-urlencode "${part//+/ }")
    done
    request --get "${options[@]}" --header "Authorization: Bearer $INTEROP_API_KEY" /api/clients >"$work/status"
    jq --raw-output "$2" "$work/body" | paste --serial --delimiters=' '
}

# field NAME: a field of the answer's head.
field() { tr -d '\r' <"$work/head" | sed -n "s/^$1: //Ip"; }

# appears FILE TEXT: waits until the file has a line with the text.
appears() {
    local tries
    for ((tries = 0; tries < 100; ++tries)); do
        grep -qF -- "$2" "$1" && return
        sleep 0.1
    done
    echo "FAILED ${1##*/} did not get ${2@Q}"
    failed=1
}

# member NAME ADDRESS ROOM: a client that is there for the calls.
member() {
    setpriv --pdeathsig KILL timeout 100 /usr/bin/python3 "$here/python_client.py" member "$@" \
        >"$work/$1" 2>&1 &
    members+=($!)
}

id_of() { list "filter=ua:$1" '.items[].id'; }

# ---- who is there -------------------------------------------------------------------------------

member curl-a 203.0.113.10 red
member curl-b 203.0.113.20 red
member curl-c 198.51.100.30 blue
member curl-d 2001:db8::40 blue
for name in curl-a curl-b curl-c curl-d; do
    appears "$work/$name" joined
done

is "all clients, with their names" "curl-a curl-b curl-c curl-d" \
    "$(list 'filter=ua:curl-' '[.items[].user_agent] | sort[]')"
is "total counts all, filtered those that match" true \
    "$(list 'filter=ua:curl-a' '.total >= 4 and .filtered == 1 and (.items | length) == 1')"
is "a filter by range" "203.0.113.10 203.0.113.20" "$(list 'filter=ip:203.0.113.0/24 sort=client' '.items[].client')"
is "a filter of two terms, one negated" "203.0.113.20" \
    "$(list 'filter=ip:203.0.113.0/24+-ip:203.0.113.10' '.items[].client')"
is "a filter by room" "198.51.100.30 2001:db8::40" "$(list 'filter=room:blue sort=client' '.items[].client')"
is "sorted by client, upwards" "198.51.100.30 203.0.113.10 203.0.113.20 2001:db8::40" \
    "$(list 'filter=ua:curl- sort=client order=asc' '.items[].client')"
is "sorted by client, downwards" "2001:db8::40 203.0.113.20 203.0.113.10 198.51.100.30" \
    "$(list 'filter=ua:curl- sort=client order=desc' '.items[].client')"
is "a page" "203.0.113.10 203.0.113.20" "$(list 'filter=ua:curl- sort=client limit=2 offset=1' '.items[].client')"
is "the number of all that match stands beside a page" 4 "$(list 'filter=ua:curl- limit=1' '.filtered')"
is "behind the end there is nothing" 0 "$(list 'filter=ua:curl- offset=4' '.items | length')"
is "a row tells the client from the peer" "203.0.113.10 127.0.0.1 true true x-forwarded-for" \
    "$(list 'filter=ua:curl-a' '.items[] | .client, .peer, .trusted_peer, .known, .source')"
is "a row has no key of the client" 0 "$(list 'filter=ua:curl-a' '[.items[].url | select(contains("key=***") | not)] | length')"
for query in 'filter=ip:nowhere' 'sort=colour' 'order=up' 'limit=501' 'offset=-1' 'page=2'; do
    list "$query" . >/dev/null
    is "refused: $query" "400 invalid_request" "$(cat "$work/status") $(jq -r .code "$work/body")"
done

# ---- calls --------------------------------------------------------------------------------------

is "a broadcast to a room is counted" '200 {"delivered":2,"success":true}' \
    "$(call POST /api/broadcast '{"event":"api.room","room":"red","data":{"text":"ä€"}}')"
for name in curl-a curl-b; do
    appears "$work/$name" '{"event":"api.room","data":{"text":"ä€"}}'
done
is "a broadcast leaves out whom it is to leave out" '200 {"delivered":1,"success":true}' \
    "$(call POST /api/broadcast "{\"event\":\"api.except\",\"room\":\"red\",\"except\":[\"$(id_of curl-a)\"]}")"
appears "$work/curl-b" '"api.except"'
is "a broadcast to nobody" '200 {"delivered":0,"success":true}' \
    "$(call POST /api/broadcast '{"event":"api.room","room":"green"}')"
is "one client is sent to" '200 {"success":true}' \
    "$(call POST "/api/clients/$(id_of curl-c)/send" '{"event":"api.one","data":[1,2]}')"
appears "$work/curl-c" '{"event":"api.one","data":[1,2]}'
is "a broadcast to everybody" true \
    "$(call POST /api/broadcast '{"event":"api.all"}' | sed 's/^200 //' | jq '.success and .delivered >= 4')"
for name in curl-a curl-b curl-c curl-d; do
    appears "$work/$name" '"api.all"'
done
is "others got none of it" "0 0 0" "$(grep -c api.except "$work/curl-a") $(grep -c api.room "$work/curl-c") $(grep -c api.one "$work/curl-d")"

kicked=$(id_of curl-d)
is "one client is kicked" '200 {"success":true}' \
    "$(call POST "/api/clients/$kicked/kick" '{"code":4002,"reason":"house rules"}')"
appears "$work/curl-d" "closed 4002 house rules"
is "who was kicked is not found" "404 not_found" \
    "$(call POST "/api/clients/$kicked/kick" '{}' | sed 's/ .*//') $(jq -r .code "$work/body")"
is "who was kicked is off the list" "0" "$(list 'filter=ua:curl-d' .filtered)"

# ---- errors -------------------------------------------------------------------------------------

# fails NAME STATUS CODE [curl option…] PATH
fails() {
    local name=$1 wanted="$2 $3"
    is "$name" "$wanted" "$(request "${@:4}") $(jq -r .code "$work/body")"
}

head --bytes 1100000 /dev/zero | tr '\0' x >"$work/big"
key=(--header "Authorization: Bearer $INTEROP_API_KEY")
json=(--header 'Content-Type: application/json')
fails "no key" 401 missing_key /api/clients
is "no key: how to send one" 'Bearer realm="truepeer"' "$(field www-authenticate)"
fails "a wrong key" 401 invalid_key --header "Authorization: Bearer ${INTEROP_API_KEY}x" /api/clients
fails "the key as a password" 401 missing_key --user "api:$INTEROP_API_KEY" /api/clients
fails "the key in the query" 401 missing_key "/api/clients?key=$INTEROP_API_KEY"
fails "no JSON" 400 invalid_json "${key[@]}" "${json[@]}" --data '{"event":' /api/broadcast
fails "a form instead of JSON" 415 unsupported_media_type "${key[@]}" --data 'event=x' /api/broadcast
fails "no event" 400 invalid_request "${key[@]}" "${json[@]}" --data '{}' /api/broadcast
fails "a wrong method" 405 method_not_allowed "${key[@]}" /api/broadcast
is "a wrong method: the right one" POST "$(field allow)"
fails "a body that is too big" 413 content_too_large "${key[@]}" "${json[@]}" \
    --data "@$work/big" /api/broadcast
fails "no such call" 404 not_found "${key[@]}" /api/nothing

# ---- ways to send -------------------------------------------------------------------------------

printf '{"event":"api.file","room":"green"}' >"$work/order.json"
is "a body in chunks" 200 "$(request "${key[@]}" "${json[@]}" --header 'Transfer-Encoding: chunked' \
    --data-binary "@$work/order.json" /api/broadcast)"
is "a body that waits for 100-continue" 200 "$(request "${key[@]}" "${json[@]}" --header 'Expect: 100-continue' \
    --data-binary "@$work/order.json" /api/broadcast)"
is "HTTP/1.0" 200 "$(request --http1.0 "${key[@]}" /api/clients)"
is "an offer of HTTP/2 is passed over" 200 "$(request --http2 "${key[@]}" /api/clients)"
is "HEAD has the length and no body" "200 yes 0" "$(request --head "${key[@]}" --write-out '%{http_code} ' /api/clients)$(
    [ "$(field content-length)" -gt 0 ] && echo yes) $(sed '1,/^\r$/d' "$work/body" | wc --bytes)"
is "three calls on one connection" "1 0 0" "$(curl --silent --max-time 10 "${key[@]}" --write-out '%{num_connects} ' \
    "$base/api/clients" --output /dev/null "$base/api/clients" --output /dev/null "$base/api/clients" \
    --output /dev/null | sed 's/ $//')"

# ---- pages of other origins ---------------------------------------------------------------------

# preflight ORIGIN: as Chromium sends it before a POST with a key.
preflight() {
    request --request OPTIONS --header "Origin: $1" --header 'Access-Control-Request-Method: POST' \
        --header 'Access-Control-Request-Headers: authorization,content-type' \
        --header 'Sec-Fetch-Mode: cors' --header 'Accept: */*' /api/broadcast
}
is "the preflight of a listed page" 204 "$(preflight https://page.example)"
is "it names the page" https://page.example "$(field access-control-allow-origin)"
is "it allows the method" yes "$(field access-control-allow-methods | grep -qw POST && echo yes)"
is "it allows the headers" "yes yes" "$(field access-control-allow-headers | grep -qiw Authorization && echo yes) $(
    field access-control-allow-headers | grep -qiw Content-Type && echo yes)"
is "it may be remembered" 86400 "$(field access-control-max-age)"
is "it depends on the page" yes "$(field vary | grep -qiw Origin && echo yes)"
is "the preflight of another page" 204 "$(preflight https://evil.example)"
is "it allows nothing" "" "$(field 'access-control-allow-[a-z]*')"
is "the call of a listed page" "200 https://page.example" \
    "$(request "${key[@]}" --header 'Origin: https://page.example' /api/clients) $(field access-control-allow-origin)"
is "the call of another page is answered to nobody's eyes" "200 " \
    "$(request "${key[@]}" --header 'Origin: https://evil.example' /api/clients) $(field access-control-allow-origin)"
is "an error is readable for a listed page too" "401 https://page.example" \
    "$(request --header 'Origin: https://page.example' /api/clients) $(field access-control-allow-origin)"

[ "$failed" -eq 0 ]
