"""Gemini, through google-genai."""

import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any

from hsc_answer.adapters.models.lines import Lines
from hsc_answer.domain.events import Usage
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.prompt import Draft, instructions, request
from hsc_answer.flows.ports import ModelFailed

MOST_OUTPUT_TOKENS = 2_000
TOTAL_TIMEOUT_MS = 60_000


class Gemini:
    """Writes by streaming `generate_content`. It is not tried twice: the extractive answer takes its place."""

    sees_images = True

    def __init__(self, api_key: str, model: str, base_url: str = "") -> None:
        # Costs nearly a second: only who uses it pays.
        from google import genai
        from google.genai import types

        self.name = model
        self._types = types
        options = types.HttpOptions(base_url=base_url or None, timeout=TOTAL_TIMEOUT_MS)
        self._client = genai.Client(api_key=api_key, http_options=options)

    async def write(
        self, question: str, language: str, product: str, passages: Sequence[Passage], image: bytes
    ) -> AsyncIterator[Draft | Usage]:
        types = self._types
        fence = secrets.token_hex(8)
        parts = [types.Part.from_text(text=request(question, product, passages, fence))]
        if image:
            parts.append(types.Part.from_bytes(data=image, mime_type=_mime(image)))
        config = types.GenerateContentConfig(
            system_instruction=instructions(language, fence),
            temperature=0,
            max_output_tokens=MOST_OUTPUT_TOKENS,
        )
        lines, usage = Lines(), Usage()
        try:
            contents: Any = [types.Content(role="user", parts=parts)]
            stream = await self._client.aio.models.generate_content_stream(
                model=self.name, contents=contents, config=config
            )
            async for piece in stream:
                if piece.usage_metadata:
                    usage = Usage(
                        piece.usage_metadata.prompt_token_count or 0,
                        piece.usage_metadata.candidates_token_count or 0,
                    )
                for draft in lines.feed(piece.text or ""):
                    yield draft
        except Exception as error:  # the library raises its own, httpx' and aiohttp's
            raise ModelFailed(f"{type(error).__name__}: {error}") from error
        for draft in lines.end():
            yield draft
        yield usage


def _mime(image: bytes) -> str:
    if image.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if image[8:12] == b"WEBP" else "image/jpeg"
