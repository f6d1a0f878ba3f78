"""Gemini, through google-genai."""

from collections.abc import AsyncGenerator
from typing import Any

from hsc_answer.adapters.models.speaker import MOST_OUTPUT_TOKENS, TOTAL_TIMEOUT_S, refused
from hsc_answer.domain.events import Usage
from hsc_answer.domain.prompt import picture_type
from hsc_answer.flows.ports import ModelBusy, ModelFailed

MOST_THOUGHTS = 8_192


class Gemini:
    """Speaks by streaming `generate_content`."""

    sees_images = True

    def __init__(self, api_key: str, model: str, base_url: str = "", thinking_tokens: int = 0) -> None:
        # Costs nearly a second: only who uses it pays.
        from google import genai
        from google.genai import errors, types

        self.name = model
        self._types = types
        self._api_error = errors.APIError
        self._thinking_tokens = thinking_tokens
        options = types.HttpOptions(base_url=base_url or None, timeout=TOTAL_TIMEOUT_S * 1000)
        self._client = genai.Client(api_key=api_key, http_options=options)

    async def say(self, system: str, text: str, image: bytes) -> AsyncGenerator[str | Usage, None]:
        """Yield what Gemini says."""
        types = self._types
        parts = [types.Part.from_text(text=text)]
        if image:
            parts.append(types.Part.from_bytes(data=image, mime_type=picture_type(image)))
        likes = self._thinking_tokens < 0
        config = types.GenerateContentConfig(
            system_instruction=system,
            temperature=0,
            # Thoughts count among the tokens written.
            max_output_tokens=MOST_OUTPUT_TOKENS + (MOST_THOUGHTS if likes else self._thinking_tokens),
            # Not every model knows the setting; the one that is told nothing does as it likes.
            thinking_config=None if likes else types.ThinkingConfig(thinking_budget=self._thinking_tokens),
        )
        contents: Any = [types.Content(role="user", parts=parts)]
        ended = ""
        try:
            stream = await self._client.aio.models.generate_content_stream(
                model=self.name, contents=contents, config=config
            )
            async for piece in stream:
                if (told := piece.usage_metadata) is not None:
                    written = (told.candidates_token_count or 0) + (told.thoughts_token_count or 0)
                    yield Usage(told.prompt_token_count or 0, written)
                for candidate in piece.candidates or ():
                    ended = candidate.finish_reason.name if candidate.finish_reason else ended
                if piece.text:
                    yield piece.text
        except self._api_error as error:
            raise refused(error.code, error.message or "") from error
        except (OSError, TimeoutError) as error:
            raise ModelBusy(f"{type(error).__name__}: {error}") from error
        except Exception as error:  # the library raises its own and its clients'
            raise ModelFailed(f"{type(error).__name__}: {error}") from error
        if ended != "STOP":
            raise ModelFailed(f"it ended with {ended or 'nothing'} instead of STOP")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aio.aclose()
