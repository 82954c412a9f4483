// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The peer of tests/bench/run for uWebSockets: what truepeerd does with the events join_room and
// bench.*, as a small server of its own, on one thread. Not part of the build: tests/bench/run
// compiles it against a checkout, see its help.
#include <boost/json/src.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>

#include <App.h>

namespace {

namespace json = boost::json;

constexpr unsigned MaxMessage = 65536;
constexpr unsigned MaxQueue = 1048576; // as in truepeerd

struct Client
{
};
using Socket = uWS::WebSocket<false, true, Client>;

bool isEventName(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '_' || c == '-';
    });
}

void received(uWS::App &app, Socket *socket, std::string_view bytes)
{
    // Small messages need no memory of the heap, as in a server that cares.
    unsigned char space[4096];
    json::monotonic_resource memory(space, sizeof space);
    json::error_code error;
    const json::value message = json::parse({bytes.data(), bytes.size()}, error, &memory);
    const json::object *const object = error ? nullptr : message.if_object();
    if (!object || object->size() != 2)
        return;
    const json::value *const event = object->if_contains("event");
    const json::value *const data = object->if_contains("data");
    if (!event || !event->is_string() || !data || !data->is_object())
        return;
    const json::string &eventText = event->get_string();
    const std::string_view name(eventText.data(), eventText.size());
    const json::value *const room = data->get_object().if_contains("room");
    if (!isEventName(name) || !room || !room->is_string())
        return;
    const std::string_view roomName(room->get_string().data(), room->get_string().size());
    if (name == "join_room") {
        socket->subscribe(roomName);
        const json::object joined = {
            {"event", "room_joined"},
            {"data", {{"room", *room}, {"namespace", "/"}, {"timestamp", std::time(nullptr)}}}};
        socket->send(json::serialize(joined), uWS::OpCode::TEXT);
    } else if (name.starts_with("bench.") && socket->isSubscribed(roomName)) {
        const std::string text =
            "{\"event\":" + json::serialize(*event) + ",\"data\":" + json::serialize(*data) + "}";
        if (name == "bench.echo")
            socket->send(text, uWS::OpCode::TEXT);
        else
            app.publish(roomName, text, uWS::OpCode::TEXT);
    }
}

} // namespace

int main()
{
    uWS::App app;
    uWS::App::WebSocketBehavior<Client> behavior;
    behavior.compression = uWS::DISABLED;
    behavior.maxPayloadLength = MaxMessage;
    behavior.idleTimeout = 0;
    behavior.maxBackpressure = MaxQueue;
    behavior.closeOnBackpressureLimit = true;
    behavior.sendPingsAutomatically = false;
    behavior.message = [&app](Socket *socket, std::string_view bytes, uWS::OpCode /*code*/) {
        received(app, socket, bytes);
    };
    app.get("/health", [](uWS::HttpResponse<false> *response, uWS::HttpRequest * /*request*/) {
        const json::object body = {{"status", "healthy"}, {"timestamp", std::time(nullptr)}};
        response->writeHeader("Content-Type", "application/json")->end(json::serialize(body));
    });
    app.ws<Client>("/*", std::move(behavior));
    app.listen("127.0.0.1", 0, [](us_listen_socket_t *listening) {
        if (!listening)
            return;
        auto *socket = reinterpret_cast<us_socket_t *>(listening);
        std::printf("ready http://127.0.0.1:%d\n", us_socket_local_port(0, socket));
        std::fflush(stdout);
    });
    app.run();
    return 1;
}
