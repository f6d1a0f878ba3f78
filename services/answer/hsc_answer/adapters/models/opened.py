"""The model that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hsc_answer.adapters.models.speaker import Speaker
from hsc_answer.adapters.models.writer import ModelWriter, Prices
from hsc_answer.config import Settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[ModelWriter | None]:
    """Yield the model that writes; None where answers are extractive."""
    speaker = _speaker(settings)
    if speaker is None:
        yield None
        return
    try:
        yield ModelWriter(speaker, Prices(settings.model_input_usd_per_million, settings.model_output_usd_per_million))
    finally:
        await speaker.close()


def _speaker(settings: Settings) -> Speaker | None:
    key = settings.gemini_api_key.get_secret_value() if settings.gemini_api_key else ""
    # Imported where they are needed: each brings a library of its own.
    match settings.model:
        case "gemini":
            from hsc_answer.adapters.models.gemini import Gemini

            return Gemini(key, settings.gemini_model, settings.gemini_base_url, settings.gemini_thinking_tokens)
        case "google-generativeai":
            from hsc_answer.adapters.models.google_generativeai import GoogleGenerativeAI

            return GoogleGenerativeAI(key, settings.gemini_model, settings.gemini_base_url)
        case "openai":
            from hsc_answer.adapters.models.openai import OpenAI

            return OpenAI(
                settings.openai_base_url,
                settings.openai_model,
                settings.openai_api_key.get_secret_value() if settings.openai_api_key else "",
                sees_images=settings.openai_sees_images,
            )
    return None
