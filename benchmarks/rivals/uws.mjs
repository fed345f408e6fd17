// A broadcaster on uWebSockets, which is the server inside Bun: the same as ws.mjs, at the practical limit.
import {makeFrame} from "./frame.mjs";

Bun.serve({
  port: Number(process.argv[2]),
  hostname: "127.0.0.1",
  fetch: (request, server) => server.upgrade(request) ? undefined : new Response("no socket", {status: 400}),
  websocket: {
    perMessageDeflate: false,
    open: socket => socket.subscribe("room"),
    message(socket, data) {
      const frame = JSON.parse(data);
      if (frame.t !== "send") return;
      const text = makeFrame(frame);
      socket.publish("room", text);
      socket.send(text);
      socket.send(JSON.stringify({t: "ack", cid: frame.cid}));
    },
  },
});
