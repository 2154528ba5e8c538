"""firefox_test.py WEB PLYO DIR: a short session of the coaching page in Debian's Firefox, driven by WebDriver BiDi, with
Firefox's own fake camera. The server is mock_server.py, which judges what is sent."""
import asyncio
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import urllib.request

import websockets

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy/up"))
from servers import free_port  # noqa: E402

PREFERENCES = {
    "media.navigator.streams.fake": True, "media.navigator.permission.disabled": True, "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False, "toolkit.telemetry.reportingpolicy.firstRun": False, "app.update.enabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False, "browser.startup.page": 0,
    "extensions.getAddons.cache.enabled": False, "services.settings.server": "",
}
PATIENCE_S = 90


class Firefox:
    def __init__(self, connection):
        self.connection, self.last, self.complaints = connection, 0, []

    async def ask(self, method: str, **params):
        self.last += 1
        await self.connection.send(json.dumps({"id": self.last, "method": method, "params": params}))
        while True:
            message = json.loads(await asyncio.wait_for(self.connection.recv(), PATIENCE_S))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.complaints.append(message["params"]["text"])
            if message.get("id") == self.last:
                assert message["type"] == "success", message
                return message["result"]

    async def evaluate(self, context: str, expression: str):
        result = await self.ask("script.evaluate", expression=expression, target={"context": context}, awaitPromise=True, userActivation=True)
        assert result["type"] == "success", result
        return result["result"].get("value")

    async def until(self, context: str, expression: str):
        for _ in range(PATIENCE_S * 4):
            if await self.evaluate(context, expression):
                return
            await asyncio.sleep(0.25)
        raise AssertionError(f"never true: {expression}; console: {self.complaints}")


async def use_page(browser: Firefox, origin: str, folder: pathlib.Path):
    await browser.ask("session.new", capabilities={})
    await browser.ask("session.subscribe", events=["log.entryAdded"])
    page = (await browser.ask("browsingContext.create", type="tab"))["context"]
    await browser.ask("browsingContext.setViewport", context=page, viewport={"width": 1440, "height": 900})
    await browser.ask("browsingContext.navigate", context=page, url=origin, wait="complete")
    await browser.until(page, "!!document.querySelector('button[type=submit]:not([disabled])')")
    await browser.evaluate(page, "document.querySelector('button[type=submit]').click()")
    await browser.until(page, "document.querySelectorAll('.rep').length >= 2 && !!document.querySelector('.connection-delay')")
    await browser.until(page, """(() => {
        const canvas = document.querySelector('.stage-skeleton');
        return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((v) => v > 0);
    })()""")
    shot = await browser.ask("browsingContext.captureScreenshot", context=page)
    (folder / "firefox.png").write_bytes(base64.b64decode(shot["data"]))
    await browser.evaluate(page, "[...document.querySelectorAll('.bar button')].at(-1).click()")
    await browser.until(page, "!!document.querySelector('.over .downloads')")
    assert not browser.complaints, browser.complaints


async def drive(port: int, origin: str, folder: pathlib.Path):
    for _ in range(PATIENCE_S * 4):
        try:
            connection = await websockets.connect(f"ws://127.0.0.1:{port}/session", max_size=1 << 26, compression=None)
            break
        except OSError:
            await asyncio.sleep(0.25)
    else:
        raise AssertionError("Firefox did not open its port")
    try:
        await use_page(Firefox(connection), origin, folder)
    finally:
        await connection.close()


def main():
    web, plyo, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    profile = folder / "profile"
    profile.mkdir(parents=True)
    (profile / "user.js").write_text("".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in PREFERENCES.items()))
    catalogue = folder / "catalogue.json"
    catalogue.write_bytes(subprocess.check_output([plyo, "catalogue", "--json"]))
    page_port, port = free_port(), free_port()
    origin = f"http://127.0.0.1:{page_port}"
    mock = pathlib.Path(__file__).parent / "mock_server.py"
    server = subprocess.Popen([sys.executable, str(mock), str(page_port), web, str(catalogue)], stdout=subprocess.PIPE)
    firefox = None
    try:
        server.stdout.readline()
        with open(folder / "firefox.log", "wb") as log:
            firefox = subprocess.Popen(["firefox-esr", "--headless", "--no-remote", f"--remote-debugging-port={port}", "--profile", str(profile)],
                                       stdout=log, stderr=log, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"})
        asyncio.run(drive(port, origin, folder))
        entries = json.load(urllib.request.urlopen(f"{origin}/log"))
    finally:
        for process in (firefox, server):
            if process:
                process.terminate()
                process.wait(30)
    assert not [e for e in entries if "wrong" in e], entries
    codec = next(e["hello"]["media"]["codec"] for e in entries if "hello" in e)
    delays = sorted(e["seen"] for e in entries if "seen" in e)
    print(f"Firefox sent {codec}; capture to skeleton: median {delays[len(delays) // 2]:.0f} ms")


if __name__ == "__main__":
    main()
