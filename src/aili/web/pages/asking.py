"""A question put to the document of a digest, answered with its own sentences or not at all."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from aili.answer import Answer
from aili.asking import LONGEST
from aili.errors import AiliError
from aili.library.asking import answer
from aili.phrases import direction
from aili.web.context import context
from aili.web.failures import status_of
from aili.web.identity import Asking, require
from aili.web.templating import page

router = APIRouter()


@router.get("/digests/{digest_id}/ask")
def ask(request: Request, asking: Asking, digest_id: str) -> Response:
    """The box with the question in ``q``, and its answer where there is a question."""
    require(asking, "read")
    shared = context(request)
    kept = shared.library.digests.get(asking.account.id, digest_id)
    question = request.query_params.get("q", "")[: 2 * LONGEST]
    fault: AiliError | None = None
    answered: Answer | None = None
    if question.strip():
        try:
            answered = answer(shared.library, asking.account.id, digest_id, question, shared.settings)
        except AiliError as error:
            fault = error
    return page(
        request,
        "ask.html",
        asking,
        status=status_of(type(fault)) if fault else 200,
        kept=kept,
        question=question,
        answer=answered,
        direction=direction(answered.language) if answered else "ltr",
        longest=LONGEST,
        fault=fault,
    )
