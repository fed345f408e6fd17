// A broadcaster on Node's `ws` that keeps nothing and asks nobody's rights: the yardstick of benchmarks/chat.py.
import {WebSocketServer} from "ws";
import {makeFrame} from "./frame.mjs";

const server = new WebSocketServer({port: Number(process.argv[2]), host: "127.0.0.1", perMessageDeflate: false});

server.on("connection", socket => {
  socket.on("message", data => {
    const frame = JSON.parse(data);
    if (frame.t !== "send") return;
    const text = makeFrame(frame);
    for (const client of server.clients) client.send(text);
    socket.send(JSON.stringify({t: "ack", cid: frame.cid}));
  });
});
