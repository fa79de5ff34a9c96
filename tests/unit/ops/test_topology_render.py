"""Rendering the topology: what RabbitMQ is told."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from motcua import topology

FILE = Path(__file__).parents[3] / "infra" / "rabbitmq" / "topology.yaml"
PLAN = topology.load(FILE)
MEMBERS = {"department": ("TP", "TTr"), "ward": ("26734", "26737"), "provider": ("KBNN", "PAYGOV")}
PASSWORDS = {user: f"secret of {user}" for user in PLAN.users(MEMBERS)}
DEFINITIONS = topology.render(PLAN, MEMBERS, PASSWORDS)
QUEUES = {queue["name"]: queue for queue in DEFINITIONS["queues"]}
USERS = [user["name"] for user in DEFINITIONS["users"]]


def policies(queue, kind="queues"):
    found = [p for p in DEFINITIONS["policies"] if p["apply-to"] == kind and re.search(p["pattern"], queue)]
    return [policy["definition"] for policy in found]


def topic_rights(user, exchange):
    entries = DEFINITIONS["topic_permissions"]
    return next(entry for entry in entries if (entry["user"], entry["exchange"]) == (user, exchange))


@pytest.mark.parametrize("queue", QUEUES)
def test_exactly_one_policy_applies_to_each_queue(queue):
    assert len(policies(queue)) == 1


@pytest.mark.parametrize("queue", QUEUES)
def test_queue_has_no_argument_but_its_type(queue):
    assert QUEUES[queue]["arguments"] == ({} if queue.startswith("rpc-") else {"x-queue-type": "quorum"})
    assert QUEUES[queue]["durable"]


@pytest.mark.parametrize("queue", [q for q in QUEUES if re.search(r"\.v\d+$", q)])
def test_work_queue_parks_after_the_delivery_limit_and_refuses_when_full(queue):
    service = queue.partition(".")[0]

    assert policies(queue) == [
        {
            "delivery-limit": 20,
            "dead-letter-exchange": f"{service}.parked",
            "dead-letter-strategy": "at-least-once",
            "overflow": "reject-publish",
            "max-length": 1_000_000,
        }
    ]


def test_retry_queues_wait_as_long_as_the_ladder_says_and_send_back_to_the_own_service_only():
    steps = [policies(f"routing.retry.{n}")[0] for n in range(1, 8)]

    assert [step["message-ttl"] for step in steps] == [200, 2_000, 15_000, 60_000, 600_000, 3_600_000, 21_600_000]
    assert {step["dead-letter-exchange"] for step in steps} == {"routing.again"}
    bound = {b["routing_key"] for b in DEFINITIONS["bindings"] if b["source"] == "routing.again"}
    assert bound == set(PLAN.services["routing"].work_queues)
    assert policies("routing.again", "exchanges") == [{"alternate-exchange": "routing.parked"}]


def test_parked_queues_keep_everything():
    assert policies("intake.parked") == [{"delivery-limit": 1_000_000_000}]


@pytest.mark.parametrize("kind", sorted({k for s in PLAN.services.values() for k in s.publishes}))
def test_every_published_type_reaches_at_least_one_queue(kind):
    keys = {kind, *(f"{kind}.{code}" for codes in MEMBERS.values() for code in codes)}

    assert any(b["routing_key"] in keys for b in DEFINITIONS["bindings"] if b["source"] == PLAN.exchange_of(kind))


def test_addressed_type_reaches_its_member_and_the_services_that_read_all():
    found = {
        (b["destination"], b["routing_key"]) for b in DEFINITIONS["bindings"] if "assignment.issued" in b["routing_key"]
    }

    assert {
        ("department.TP", "assignment.issued.v1.TP"),
        ("department.TTr", "assignment.issued.v1.TTr"),
        ("gateway.assignment.issued.v1", "assignment.issued.v1.*"),
    } <= found


@pytest.mark.parametrize("user", [user for user in USERS if user != "operator"])
def test_user_has_an_entry_for_every_topic_exchange_since_none_would_mean_all(user):
    exchanges = [e["exchange"] for e in DEFINITIONS["topic_permissions"] if e["user"] == user]

    assert sorted(exchanges) == sorted(e["name"] for e in DEFINITIONS["exchanges"] if e["type"] == "topic")


@pytest.mark.parametrize("user", [user for user in USERS if user not in ("operator", "gateway")])
def test_nobody_but_the_gateway_may_declare_or_bind_anything(user):
    permission = next(p for p in DEFINITIONS["permissions"] if p["user"] == user)

    assert permission["configure"] == "^$"
    assert all(e["read"] == "^$" for e in DEFINITIONS["topic_permissions"] if e["user"] == user)


def test_department_answers_with_its_own_code_only():
    write = topic_rights("department-TP", "department.events")["write"]

    assert re.search(write, "assignment.accepted.v1.TP")
    assert not re.search(write, "assignment.accepted.v1.TTr")
    assert not re.search(write, "assignment.accepted.v1.TPX")


@pytest.mark.parametrize("said", ["payment.record.v1", "payment.record.v1.PAYGOV", "dossier.submit.v1.KBNN"])
def test_provider_records_payments_with_its_own_code_only(said):
    write = topic_rights("provider-KBNN", "intake.commands")["write"]

    assert re.search(write, "payment.record.v1.KBNN")
    assert not re.search(write, said)


def test_ward_cannot_record_a_payment_and_a_provider_submits_no_dossier():
    assert not re.search(topic_rights("ward-26734", "intake.commands")["write"], "payment.record.v1.26734")
    assert not re.search(topic_rights("provider-KBNN", "intake.commands")["write"], "dossier.submit.v1.26734")


@pytest.mark.parametrize(
    ("role", "code", "kinds"),
    [
        ("department", "TP", {f"assignment.{kind}" for kind in ("issued", "recalled", "overdue", "extension-decided")}),
        (
            "ward",
            "26734",
            {"submission.answered", "submission.changed", "submission.resend-asked", "statement.answered"},
        ),
        ("provider", "KBNN", {"payment.answered"}),
    ],
)
def test_partner_hears_what_is_addressed_to_it_in_one_queue(role, code, kinds):
    keys = [b["routing_key"] for b in DEFINITIONS["bindings"] if b["destination"] == f"{role}.{code}"]

    assert all(key.endswith(f".v1.{code}") for key in keys)
    assert {key.removesuffix(f".v1.{code}") for key in keys} == kinds
    assert len(keys) == len(kinds)


def test_gateway_calls_the_services_that_answer_and_binds_only_keys_that_nobody_can_guess():
    rights = topic_rights("gateway", "nameko-rpc")

    assert re.search(rights["write"], "intake.submit")
    assert not re.search(rights["write"], "notify.anything")
    assert re.search(rights["read"], "6f1c2f6e-6a53-4b6c-9d0c-0f6a5c1d2e3f")
    assert not any(re.search(rights["read"], key) for key in ("#", "*", "intake.*", "intake.submit"))


def test_password_is_stored_as_a_salted_hash_that_rabbitmq_can_check():
    stored = base64.b64decode(next(u for u in DEFINITIONS["users"] if u["name"] == "intake")["password_hash"])

    assert stored[4:] == hashlib.sha256(stored[:4] + PASSWORDS["intake"].encode()).digest()
    assert PASSWORDS["intake"] not in repr(DEFINITIONS)


def test_code_that_would_change_a_pattern_is_refused():
    with pytest.raises(topology.TopologyFault, match="ward code"):
        topology.render(PLAN, MEMBERS | {"ward": ("26734", "2.*")}, PASSWORDS)


def test_missing_password_is_named():
    with pytest.raises(topology.TopologyFault, match="no password for ward-26758"):
        topology.render(PLAN, MEMBERS | {"ward": (*MEMBERS["ward"], "26758")}, PASSWORDS)


def test_every_fault_of_the_file_is_named(tmp_path):
    broken = FILE.read_text(encoding="utf-8").replace("- notice.sent.v1", "- notice.told.v1", 1)
    (tmp_path / "topology.yaml").write_text(broken, encoding="utf-8")

    with pytest.raises(topology.TopologyFault) as caught:
        topology.load(tmp_path / "topology.yaml")

    assert "notice.sent.v1 is read but nobody says it" in str(caught.value)
    assert "notice.told.v1 is said but nobody reads it" in str(caught.value)


def test_codes_are_read_once_each_from_an_office_file(tmp_path):
    for role in ("department", "provider"):
        (tmp_path / f"{role}s.yaml").write_text(f"{role}s:\n  - {{code: AB}}\n", encoding="utf-8")
    file = tmp_path / "wards.yaml"
    file.write_text(
        'wards:\n  - {code: "26737", name: Đa Kao}\n  - {code: "26737", name: Tân Định}\n', encoding="utf-8"
    )

    assert topology.member_codes(file) == ("26737",)
    assert PLAN.members(tmp_path) == {"department": ("AB",), "ward": ("26737",), "provider": ("AB",)}


def test_office_file_without_codes_is_named(tmp_path):
    (tmp_path / "departments.yaml").write_text("departments: []\n", encoding="utf-8")

    with pytest.raises(topology.TopologyFault, match="departments.yaml"):
        PLAN.members(tmp_path)
