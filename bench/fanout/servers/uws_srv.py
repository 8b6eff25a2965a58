"""uWebSockets (C++) through socketify: native topic publish.  uws_srv.py PORT"""

import sys

from socketify import App, OpCode

app = App()
app.ws(
    "/ws",
    {
        "compression": 0,
        "idle_timeout": 960,
        "open": lambda ws: ws.subscribe("t"),
        "message": lambda ws, m, op: None,
    },
)


app.ws(
    "/pubws",
    {
        "compression": 0,
        "idle_timeout": 960,
        "open": lambda ws: None,
        "message": lambda ws, m, op: app.publish("t", m, OpCode.TEXT),
    },
)
app.listen(int(sys.argv[1]), lambda c: None)
app.run()
