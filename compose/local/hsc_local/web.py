"""The static server behind Envoy: the built page, and the samples' manuals. `python -m hsc_local.web`"""

import asyncio
import os
import signal
from pathlib import Path

from aiohttp import hdrs, web

DIST = Path(__file__).parents[3] / "web" / "dist"
_NO_PAGE = "The page is not built yet: run `make web`.\n"
# Vite puts a hash of the content into these names, so they never change.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


def application(dist: Path, samples: Path) -> web.Application:
    """Serves `dist` at /, and `samples` at /samples/."""
    app = web.Application()

    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def page(request: web.Request) -> web.StreamResponse:
        """A file of the page; any other path without a dot is a view of the page itself."""
        name = request.match_info["path"]
        file = _inside(dist, name or "index.html")
        if file is None and "." not in name.rpartition("/")[2]:
            file = _inside(dist, "index.html")
            if file is None:
                return web.Response(status=503, text=_NO_PAGE, headers={hdrs.CACHE_CONTROL: "no-store"})
        if file is None:
            raise web.HTTPNotFound
        caching = _FOR_EVER if name.startswith("assets/") else _ASK_EACH_TIME
        return web.FileResponse(file, headers={hdrs.CACHE_CONTROL: caching})

    async def sample(request: web.Request) -> web.StreamResponse:
        file = _inside(samples, request.match_info["path"])
        if file is None:
            raise web.HTTPNotFound
        return web.FileResponse(file, headers={hdrs.CACHE_CONTROL: _ASK_EACH_TIME})

    app.router.add_get("/health", health)
    app.router.add_get("/samples/{path:.*}", sample)
    app.router.add_get("/{path:.*}", page)
    return app


def _inside(folder: Path, name: str) -> Path | None:
    """The file of that name below `folder`; None for anything else, links out of it and hidden files included."""
    if any(part.startswith(".") for part in Path(name).parts):
        return None
    try:
        file = (folder / name).resolve()
    except (OSError, ValueError):
        return None
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


async def _serve() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    dist = Path(os.environ.get("HSC_WEB_DIST") or DIST)
    home = Path(os.environ.get("HSC_HOME") or ".hsc")
    runner = web.AppRunner(application(dist, home / "samples"), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080"))).start()
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
