"""Any endpoint that speaks OpenAI's chat completions: vLLM, Ollama, llama.cpp, and the shop stays on its hardware."""

import base64
import json
from collections.abc import AsyncGenerator
from typing import Any

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout

from hsc_answer.adapters.models.speaker import MOST_OUTPUT_TOKENS, TOTAL_TIMEOUT_S, refused
from hsc_answer.domain.events import Usage
from hsc_answer.domain.prompt import picture_type
from hsc_answer.flows.ports import ModelBusy, ModelFailed

# One event carries a token or two; aiohttp refuses a line of twice this.
LONGEST_EVENT = 2**16
MOST_OF_AN_ERROR = 2_000


class OpenAI:
    """Speaks by streaming `POST {base_url}/chat/completions`; `base_url` ends in /v1. Needs a running loop."""

    def __init__(self, base_url: str, model: str, api_key: str = "", *, sees_images: bool = False) -> None:
        self.name = model
        self.sees_images = sees_images
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._session = ClientSession(
            headers={"authorization": f"Bearer {api_key}"} if api_key else None,
            timeout=ClientTimeout(total=TOTAL_TIMEOUT_S, sock_connect=2),
            read_bufsize=LONGEST_EVENT,
        )

    async def say(self, system: str, text: str, image: bytes) -> AsyncGenerator[str | Usage, None]:
        """Yield what the model says."""
        content: Any = text
        if image:
            data = f"data:{picture_type(image)};base64,{base64.b64encode(image).decode()}"
            content = [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": data}}]
        request = {
            "model": self.name,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": content}],
            "temperature": 0,
            "max_tokens": MOST_OUTPUT_TOKENS,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        ended = ""
        try:
            async with self._session.post(self._url, json=request, allow_redirects=False) as response:
                if response.status != 200:
                    said = await response.content.read(MOST_OF_AN_ERROR)
                    raise refused(response.status, said.decode(errors="replace"))
                async for line in response.content:
                    event = _event(line)
                    if event is None:
                        continue
                    if told := event.get("usage"):
                        yield Usage(told.get("prompt_tokens") or 0, told.get("completion_tokens") or 0)
                    for choice in event.get("choices") or ():
                        ended = choice.get("finish_reason") or ended
                        if piece := (choice.get("delta") or {}).get("content"):
                            yield str(piece)
        except ClientConnectionError as error:
            raise ModelBusy(f"{type(error).__name__}: {error}") from error
        except ModelFailed:
            raise
        except Exception as error:  # aiohttp's, and whatever comes of a server that does not speak the protocol
            raise ModelFailed(f"{type(error).__name__}: {error}") from error
        if ended != "stop":
            raise ModelFailed(f"it ended with {ended or 'nothing'} instead of stop")

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


def _event(line: bytes) -> dict[str, Any] | None:
    """Read a line of server-sent events; None for those that carry nothing. Raises ValueError."""
    if not line.startswith(b"data:") or line.strip() == b"data: [DONE]":
        return None
    event = json.loads(line[5:])
    if not isinstance(event, dict):
        raise ValueError("an event is no object")
    if error := event.get("error"):
        raise ModelFailed(f"it broke off: {str(error)[:200]}")
    return event
