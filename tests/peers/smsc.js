// A gateway on somebody else's SMPP library (npm `smpp`); one JSON line for its port and one per message it took.
const smpp = require(process.env.TOCSIN_SMPP_MODULE || "smpp");

let number = 0xabc000;
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    const known = pdu.system_id === "tocsin" && pdu.password === "gateway1";
    session.send(pdu.response({ command_status: known ? 0 : smpp.ESME_RBINDFAIL }));
    if (!known) session.close();
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response(), () => session.close()));
  session.on("submit_sm", (pdu) => {
    const id = ++number;
    const { message, udh } = pdu.short_message;
    say({ text: message, udh: udh ? udh.length : 0, to: pdu.destination_addr, coding: pdu.data_coding });
    if (message.includes("CUT")) return session.socket.destroy();
    if (message.includes("SLOW")) return session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    session.send(pdu.response({ message_id: id.toString(16) }));
    setTimeout(() => session.deliver_sm({
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: 4,
      short_message: `id:${id} sub:001 dlvrd:001 submit date:2609011200 done date:2609011201 stat:DELIVRD err:000 text:`,
    }), 20);
  });
});

server.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
