"""``/api/dossiers/<code>/…``: what the desk does with a dossier, one address for each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from gateway import auth
from gateway.api.replies import DOSSIER_PATH, IDEMPOTENCY_KEY, REPLAYED, answer, dossier_code, problems, replay_headers
from gateway.api.schemas import DossierWithAssignment
from gateway.bodies import Resource
from motcua_contracts import acts

blueprint = Resource("acts", __name__, url_prefix="/api/dossiers", description="Acts of the desk on a dossier")
blueprint.before_request(auth.require)

_LAW = "Nghị định 61/2018/NĐ-CP Điều 17"


@dataclass(frozen=True)
class Act:
    """One act: its address below the dossier, intake's method, the body, and what people are told of it.

    Attributes:
        summary: a line for the API's page; ``text`` more of it.
    """

    path: str
    method: str
    body: type[acts.Act]
    summary: str
    text: str
    example: dict[str, Any]


ACTS = (
    Act(
        "reception",
        "receive",
        acts.Receiving,
        "Receive",
        "Takes on a dossier in status 1: the clock starts, and the receipt (GET its papers) is issued.",
        {"quantities": {"page": 3, "copy": 2}},
    ),
    Act(
        "supplement-requests",
        "ask_supplement",
        acts.Asking,
        "Ask for a supplement before reception",
        "Once, with everything that is missing: status 5.",
        {"reason": "Thiếu bản chính để đối chiếu", "legal_basis": _LAW, "items": ["Bản chính giấy chứng nhận"]},
    ),
    Act(
        "supplement-requests/decision",
        "decide_supplement",
        acts.Deciding,
        "Decide on a department's further request",
        "A leader grants it (the person is asked again: status 5) or declines it (the department goes on).",
        {"grant": False, "reason": "Đã yêu cầu bổ sung một lần"},
    ),
    Act(
        "supplements",
        "supplement",
        acts.Supplying,
        "Supply papers",
        "Completes a dossier in status 5. What was received before runs on to a new appointment; what was not, the desk"
        " looks at again.",
        {"components": [{"code": "ban-sao", "copy": 1, "quantity": 1}]},
    ),
    Act(
        "refusal",
        "refuse",
        acts.ByLaw,
        "Refuse",
        "Refuses to take a dossier on, with reason and law: status 3.",
        {"reason": "Không thuộc thẩm quyền giải quyết của quận", "legal_basis": _LAW},
    ),
    Act(
        "withdrawal",
        "withdraw",
        acts.Because,
        "Withdraw",
        "The person takes the dossier back, before there is a result: status 7.",
        {"reason": "Người nộp xin rút hồ sơ"},
    ),
    Act(
        "corrections",
        "correct",
        acts.Correcting,
        "Correct what was taken in wrongly",
        "Procedure, case, papers or persons, under the same code and with a fresh receipt, until a department accepts.",
        {"procedure": "2.000884", "reason": "Chọn nhầm thủ tục khi tiếp nhận"},
    ),
    Act(
        "pauses",
        "pause",
        acts.Pausing,
        "Stop the clock",
        "For a fee that is owed (`fee`, status 6), or because handling must stand (`stopped`, status 8).",
        {"cause": "fee", "reason": "Chưa nộp lệ phí", "legal_basis": _LAW},
    ),
    Act(
        "resumption",
        "resume",
        acts.Because,
        "Let the clock run on",
        "Back to status 4, with what was left of the limit. A payment in full does it by itself.",
        {"reason": "Đã hết lý do tạm dừng"},
    ),
    Act(
        "apology/signature",
        "sign_apology",
        acts.Signing,
        "Sign the drafted apology",
        "The appointment moves, once, and the person is told. At the latest one working day before it passes.",
        {"reason": "Cần xác minh thêm tại thực địa"},
    ),
    Act(
        "apology/setting-aside",
        "set_aside_apology",
        acts.Act,
        "Set the drafted apology aside",
        "The dossier will be ready in time after all.",
        {},
    ),
    Act(
        "payments",
        "pay",
        acts.Paying,
        "Record a payment at the counter",
        "A negative amount gives back what a correction made too much. Without `receipt_number` one is made.",
        {"amount_minor": 8000, "receipt_number": "AB/0000123"},
    ),
    Act(
        "exemptions",
        "exempt",
        acts.Exempting,
        "Exempt from fees",
        "All that is owed, or `amount_minor` of it, with reason and law.",
        {"reason": "Người có công với cách mạng", "legal_basis": "Nghị quyết 124/2016/NQ-HĐND"},
    ),
    Act(
        "hand-over",
        "hand_over",
        acts.HandingOver,
        "Hand over the result",
        "Closes a dossier in status 9: at the counter against the receipt, by post, or electronically. What is owed comes"
        " first.",
        {"received_by": "Nguyễn Thị Mai", "identity_checked": True},
    ),
    Act(
        "reopening",
        "reopen",
        acts.Because,
        "Have a wrong or lost result made anew",
        "Free of charge, with a new appointment: status 2. The old result is kept.",
        {"reason": "Kết quả ghi sai tên"},
    ),
)


def _view(act: Act) -> Callable[..., Response]:
    def view(given: dict[str, Any], code: str) -> Response:
        key = auth.idempotency_key()
        told = {name: _wire(value) for name, value in given.items() if value is not None}
        made = dict(auth.calls()("intake", act.method, key=key, code=dossier_code(code), **told))
        return answer(made, headers=replay_headers(made))

    words = act.method.split("_")
    view.__name__ = act.method
    view.__doc__ = f"{act.summary}\n\n{act.text}\n"
    view = problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 504)(view)
    view = blueprint.response(200, DossierWithAssignment, headers=REPLAYED)(view)
    view = blueprint.arguments(act.body, example=act.example)(view)
    name = words[0] + "".join(word.title() for word in words[1:]) + "Dossier"
    view = blueprint.doc(operationId=name, parameters=[IDEMPOTENCY_KEY])(view)
    made: Callable[..., Response] = blueprint.route(
        f"/<string:code>/{act.path}", methods=["POST"], parameters=DOSSIER_PATH
    )(view)
    return made


def _wire(value: Any) -> Any:
    """Return a loaded value as JSON has it."""
    if isinstance(value, dict):
        return {name: _wire(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_wire(item) for item in value]
    return value if isinstance(value, bool | int | str | float) else str(getattr(value, "isoformat", value.__str__)())


VIEWS = tuple(_view(act) for act in ACTS)
