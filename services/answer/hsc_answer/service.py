"""AnswerService: protobuf ⇄ flows."""

from collections.abc import AsyncIterator
from typing import Any

from hsc.answer.v1 import answer_pb2, answer_pb2_grpc
from hsc_rpc import pages
from hsc_rpc.errors import not_found
from hsc_rpc.guard import sheddable
from hsc_rpc.pressure import Stage

from hsc_answer.adapters import wire
from hsc_answer.flows.ask import Ask
from hsc_answer.flows.conversation import Conversation
from hsc_answer.flows.handover import HandOver
from hsc_answer.flows.ports import Kept, Question, Receipts
from hsc_answer.flows.rate import Rate
from hsc_answer.flows.read import Read
from hsc_answer.flows.search import Search

DEFAULT_LIMIT = 5
VERDICTS = {True: answer_pb2.VERDICT_HELPFUL, False: answer_pb2.VERDICT_NOT_HELPFUL}


class AnswerService(answer_pb2_grpc.AnswerServiceServicer):
    """Every request was decoded and checked by the guard."""

    def __init__(
        self,
        ask: Ask,
        read: Read,
        search: Search,
        conversation: Conversation,
        receipts: Receipts,
        rate: Rate,
        hand_over: HandOver,
    ) -> None:
        self._ask = ask
        self._read = read
        self._search = search
        self._conversation = conversation
        self._receipts = receipts
        self._hand_over = hand_over
        self._rate = rate

    @sheddable(Stage.EXTRAS)
    async def SearchManual(self, request: Any, context: Any) -> answer_pb2.SearchManualResponse:
        limit = request.limit if request.HasField("limit") else DEFAULT_LIMIT
        hits = await self._search(request.product_id, request.query, limit, request.language)
        return answer_pb2.SearchManualResponse(passages=[wire.passage(hit.passage, hit.score) for hit in hits])

    async def Ask(self, request: Any, context: Any) -> AsyncIterator[answer_pb2.AskResponse]:
        question = Question(
            product_id=request.product_id,
            text=request.question,
            session_id=request.session_id,
            language=request.language,
            image=request.image,
            request_id=request.request_id,
        )
        answer_id = await self._ask.begin(question)
        async for numbered in self._read(answer_id):
            yield wire.response(answer_id, numbered)

    async def ResumeAnswer(self, request: Any, context: Any) -> AsyncIterator[answer_pb2.ResumeAnswerResponse]:
        async for numbered in self._read(request.answer_id, request.after_event):
            yield wire.resumed(request.answer_id, numbered)

    async def GetSession(self, request: Any, context: Any) -> answer_pb2.GetSessionResponse:
        response = answer_pb2.GetSessionResponse()
        for turn in await self._conversation.turns(request.session_id):
            wired = response.turns.add(question=turn.question, product_id=turn.product_id, answer_id=turn.answer_id)
            wired.asked_at.FromMilliseconds(round(turn.asked_at * 1000))
        return response

    async def DeleteSession(self, request: Any, context: Any) -> answer_pb2.DeleteSessionResponse:
        await self._conversation.delete(request.session_id)
        return answer_pb2.DeleteSessionResponse()

    async def RateAnswer(self, request: Any, context: Any) -> answer_pb2.RateAnswerResponse:
        helpful = request.verdict == answer_pb2.VERDICT_HELPFUL
        await self._rate(request.answer_id, helpful=helpful, reason=request.reason)
        return answer_pb2.RateAnswerResponse()

    async def HandOver(self, request: Any, context: Any) -> answer_pb2.HandOverResponse:
        handed = await self._hand_over(request.answer_id, request.session_id, request.note, request.contact)
        return answer_pb2.HandOverResponse(hand_over_id=handed.hand_over_id, delivered=handed.delivered)

    async def GetAnswer(self, request: Any, context: Any) -> answer_pb2.GetAnswerResponse:
        kept = await self._receipts.get(request.answer_id)
        if kept is None:
            raise not_found("ANSWER_UNKNOWN", "No answer has this id; it may have been deleted.")
        return answer_pb2.GetAnswerResponse(answer=_answer(kept))

    async def ListRatedAnswers(self, request: Any, context: Any) -> answer_pb2.ListRatedAnswersResponse:
        helpful = request.verdict == answer_pb2.VERDICT_HELPFUL if request.verdict else None
        kept, token = await self._receipts.rated(helpful, request.page_token, pages.size(request.page_size))
        return answer_pb2.ListRatedAnswersResponse(answers=[_answer(k) for k in kept], next_page_token=token)


def _answer(kept: Kept) -> answer_pb2.Answer:
    answer = wire.answer(kept.receipt)
    if kept.helpful is not None:
        answer.verdict, answer.verdict_reason = VERDICTS[kept.helpful], kept.reason
    return answer
