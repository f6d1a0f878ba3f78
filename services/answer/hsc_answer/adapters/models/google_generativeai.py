"""Gemini, through google-generativeai over gRPC: the retired package, for those who must stay with it."""

import importlib
import warnings
from collections.abc import AsyncGenerator
from typing import Any

import grpc

from hsc_answer.adapters.models.speaker import MOST_OUTPUT_TOKENS, TOTAL_TIMEOUT_S
from hsc_answer.domain.events import Usage
from hsc_answer.domain.prompt import picture_type
from hsc_answer.flows.ports import ModelBusy, ModelFailed


class GoogleGenerativeAI:
    """Speaks by GenerativeService/StreamGenerateContent. Its settings are the process's: one of them at a time."""

    sees_images = True

    def __init__(self, api_key: str, model: str, base_url: str = "") -> None:
        """`base_url`: empty is Google's; https://host is reached with the key, http://host:port without TLS or key."""
        # An extra, so no plain import; it warns that its time is over, which whoever chose it knows.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            self._library: Any = importlib.import_module("google.generativeai")
        self._api_core: Any = importlib.import_module("google.api_core.exceptions")
        self.name = model
        scheme, _, host = base_url.rstrip("/").rpartition("://")
        self._library.configure(
            api_key=api_key,
            transport=_without_tls if scheme == "http" else "grpc_asyncio",
            client_options={"api_endpoint": host} if host else None,
        )

    async def say(self, system: str, text: str, image: bytes) -> AsyncGenerator[str | Usage, None]:
        """Yield what Gemini says."""
        model = self._library.GenerativeModel(self.name, system_instruction=system)
        parts: list[Any] = [text]
        if image:
            parts.append({"mime_type": picture_type(image), "data": image})
        ended = ""
        try:
            stream = await model.generate_content_async(
                parts,
                generation_config={"temperature": 0, "max_output_tokens": MOST_OUTPUT_TOKENS},
                # The library would try again on its own, for ten minutes.
                request_options={"timeout": TOTAL_TIMEOUT_S, "retry": None},
                stream=True,
            )
            async for piece in stream:
                if told := piece.usage_metadata:
                    yield Usage(told.prompt_token_count, told.candidates_token_count)
                for candidate in piece.candidates:
                    ended = candidate.finish_reason.name if candidate.finish_reason else ended
                    for part in candidate.content.parts:
                        yield part.text
        except self._api_core.GoogleAPICallError as error:
            code = error.grpc_status_code.name if error.grpc_status_code else ""
            failure = ModelBusy if code in {"UNAVAILABLE", "RESOURCE_EXHAUSTED", "INTERNAL"} else ModelFailed
            raise failure(f"{code}: {error.message}") from error
        except Exception as error:  # the library raises its own and grpc's
            raise ModelFailed(f"{type(error).__name__}: {error}") from error
        if ended != "STOP":
            raise ModelFailed(f"it ended with {ended or 'nothing'} instead of STOP")

    async def close(self) -> None:
        """Close the connections."""
        client: Any = importlib.import_module("google.generativeai.client")
        await client.get_default_generative_async_client().transport.close()


def _without_tls(*, host: str, **_: Any) -> Any:
    """Make the transport for a server of one's own; credentials never travel in the clear."""
    transports = importlib.import_module("google.ai.generativelanguage_v1beta.services.generative_service.transports")
    return transports.GenerativeServiceGrpcAsyncIOTransport(channel=grpc.aio.insecure_channel(host))
