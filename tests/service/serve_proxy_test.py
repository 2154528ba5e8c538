"""Two instances on one data folder behind HAProxy: one is stopped, its sessions go on over the other."""

import asyncio
import contextlib
import shutil
import subprocess

import websockets
from engines import free_port
from serve_support import HELLO, KEY, Client, Server, media, resume_hello

GOING = 20  # sessions of the instance that goes; the other has as many
NAME = "plyo.example"
CONFIGURATION = """
global
  log stderr local0 warning
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  retries 5
  option redispatch
frontend coach
  bind 127.0.0.1:{port}
  default_backend plyo
backend plyo
  option httpchk
  http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host {name}
  default-server check inter 100ms fall 1 rise 1
{servers}
"""


@contextlib.contextmanager
def proxy(folder, servers: list[Server]):
    port = free_port()
    lines = "\n".join(f"  server s{i} 127.0.0.1:{server.port}" for i, server in enumerate(servers))
    file = folder / "haproxy.cfg"
    file.write_text(CONFIGURATION.format(port=port, name=NAME, servers=lines), encoding="utf-8")
    process = subprocess.Popen([shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", file], stderr=subprocess.PIPE)
    try:
        yield f"ws://127.0.0.1:{port}/v1/live"
    finally:
        process.kill()
        process.communicate()


async def connect(url: str, stack: contextlib.AsyncExitStack, hello: dict) -> Client:
    """As a client does: while no instance is ready, it tries again."""
    for _ in range(200):
        try:
            opened = websockets.connect(url, subprotocols=["plyo.live.1"], open_timeout=60, close_timeout=20, max_size=None,
                                        extra_headers={"Authorization": f"Bearer {KEY}"})
            client = Client(await stack.enter_async_context(opened))
            await client.say(hello)
            client.welcome = await client.until("welcome")
            return client
        except (OSError, websockets.InvalidStatusCode, websockets.InvalidMessage, websockets.ConnectionClosed):
            await asyncio.sleep(0.1)
    raise AssertionError("no instance took the session")


def test_sessions_of_a_stopped_instance_go_on_over_the_other(tmp_path):
    async def run(url: str, servers: list[Server]) -> None:
        async with contextlib.AsyncExitStack() as stack:
            clients = [await connect(url, stack, HELLO) for _ in range(2 * GOING)]
            for client in clients:
                await client.say(media(0, "rep"))
                await client.until_confirmed(1)
                await client.say(media(1, "open"))  # landed, but not confirmed
                await client.say(media(2))
                await client.until("pose")
            assert servers[0].metric("plyo_live_sessions") == GOING, "both have their share"
            stopped = asyncio.get_running_loop().run_in_executor(None, servers[0].stop)
            for client in await ended(clients, GOING):
                assert client.socket.close_code == 1001
                assert client.confirmed() == [1, 2], "what was open is finished, stored and told"
                resumed = await connect(url, stack, resume_hello(client.welcome, last_rep=1))
                assert resumed.welcome["resumed"]
                await resumed.until_confirmed(2)
                await resumed.say(media(0, "rep"))
                await resumed.until_confirmed(3)
            assert await stopped == 0
            assert servers[1].metric("plyo_live_sessions") == 2 * GOING

    async def ended(clients: list[Client], count: int) -> list[Client]:
        """Those that are closed, once there are so many."""
        reading = {asyncio.create_task(client.closed()): client for client in clients}
        waiting, done = set(reading), set()
        while len(done) < count:
            done_now, waiting = await asyncio.wait(waiting, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            assert done_now, "no session was told that its server goes down"
            done |= done_now
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return [reading[task] for task in done]

    arguments = ("--behind-proxy", "--allow-host", NAME)
    first, second = Server(tmp_path, *arguments), Server(tmp_path, *arguments)
    try:
        with proxy(tmp_path, [first, second]) as url:
            asyncio.run(run(url, [first, second]))
        assert second.stop() == 0
    finally:
        first.kill()
        second.kill()
