// The frame that the site itself would send, so that all servers send as many bytes.
let seq = 0;

export function makeFrame(frame) {
  seq += 1;
  return JSON.stringify({
    t: "msg", room: frame.room, seq, id: seq, cid: frame.cid, a: 1, name: "M1 Meting", initials: "MM",
    ts: "2026-11-24T12:00:00+01:00", body: frame.body, html: `<p>${frame.body}</p>`,
  });
}
