"""What a provider's failure means to the person who must act: a sentence, what to do now, whether trying again may help.

Nothing of a provider's answer is repeated: it may hold the key, the page, or what the page had it say.
"""

from __future__ import annotations

from dataclasses import dataclass
from json import JSONDecodeError

import httpx2
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
    UnexpectedModelBehavior,
)

from aili.engines.llm.providers import Place
from aili.errors import ProviderError
from aili.settings import KEY_VARIABLES


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A failed request: the error it becomes, whether to try again, and after how many seconds the provider asks for that.

    ``crowded`` where the text was too long for the model, ``rejected`` where the form of the request was refused.
    """

    error: ProviderError
    again: bool = False
    wait: float = 0.0
    crowded: bool = False
    rejected: bool = False


def failure(error: Exception, place: Place) -> Failure:
    """What ``error``, raised while the model at ``place`` was asked, means; raises it where it is no provider's failure."""
    label, model = place.provider.label, place.model
    status = _status(error)

    def told(message: str, hint: str) -> ProviderError:
        return ProviderError(message, hint=hint, status=status)

    match error:
        case ModelContextWindowExceededError():
            what = told(
                f"The text is too long for {model}.",
                "Set context_window to what it reads at once, or use another model.",
            )
            return Failure(error=what, crowded=True)
        case ModelNotFoundError():
            hint = f"Run: ollama pull {model}" if place.provider.name == "ollama" else "Look its name up there."
            return Failure(error=told(f"{label} knows no model called {model}.", hint))
        case ModelAuthenticationError() if status == 403:
            return Failure(error=told(f"{label} does not let this key use {model}.", "Look into the account there."))
        case ModelAuthenticationError():
            variable = KEY_VARIABLES[place.provider.name][0]
            return Failure(error=told(f"{label} did not accept the key.", f"Check {variable} or the key file."))
        case ModelQuotaExceededError():
            return Failure(
                error=told(f"The account at {label} has no credit left.", "Top it up, or use another model.")
            )
        case ModelRateLimitError():
            seconds = error.retry_after or 0.0
            what = told(f"{label} is asked too much by this account.", "Wait a minute and try again.")
            return Failure(error=what, again=True, wait=seconds)
        case ModelUnavailableError() | ModelServerError():
            what = told(f"{label} failed with status {status}." if status else f"{label} failed.", "Try again later.")
            return Failure(error=what, again=True, wait=error.retry_after or 0.0)
        case ModelTimeoutError():
            return Failure(error=told(f"{label} stopped answering.", "Try again later."), again=True)
        case ModelConnectionError(phase="read"):
            return Failure(
                error=told(f"{label} broke off in the middle of its answer.", "Try again later."), again=True
            )
        case ModelConnectionError():
            return Failure(error=told(f"{label} cannot be reached.", _reaching(place)), again=True)
        case ContentFilterError():
            return Failure(error=told(f"{label} refused to write about this text.", "Use another model."))
        case ModelRequestRejectedError():
            what = told(f"{label} refused the request with status {status}.", "Use another model.")
            return Failure(error=what, rejected=status in (400, 404, 415, 422, 501))
        case ModelAPIError() if 300 <= status < 400:
            return Failure(error=told(f"{label} sent the request elsewhere.", "Check the address."))
        case (
            ModelAPIError() | UnexpectedModelBehavior() | httpx2.HTTPError() | httpx2.StreamError() | JSONDecodeError()
        ):
            return Failure(error=told(f"{label} sent an answer that cannot be read.", "Try again later."), again=True)
        case _:
            raise error


def _status(error: Exception) -> int:
    """The HTTP status behind an error, 0 where there is none; the clients know no word for a redirect but carry it."""
    if isinstance(error, ModelHTTPError):
        return error.status_code
    cause = error.__cause__
    found = getattr(cause, "status_code", None) or getattr(cause, "code", None)
    return found if isinstance(found, int) else 0


def _reaching(place: Place) -> str:
    if place.provider.name == "local":
        return "It may need more memory than there is; try a smaller one, or set context_window to less."
    if place.provider.name == "ollama":
        return "Start it with: ollama serve"
    return f"Check that a server runs at {place.address}." if place.elsewhere else "Check the network."
