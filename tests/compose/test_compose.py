"""The whole system in containers, as ``docker-compose.yml`` has it."""

import json

import pytest
import requests

from motcua.demo.desk import Desk

OURS = ("intake", "routing", "reception", "council", "notify", "projection", "gateway", "mail", "department")
SUBJECTS = """
import email, email.policy, json, pathlib, sys
for path in pathlib.Path("/data/mail/new").glob("*"):
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    print(json.dumps([str(mail["to"]), str(mail["subject"])]))
"""


@pytest.fixture
def desk(system):
    return Desk(system.url, "clerk", system.secrets["account-clerk"])


def submit(desk, name):
    case = {
        "procedure": "1.001612",
        "applicant": {"name": "Trần Thị Bưởi", "email": f"{name}@example.org"},
        "components": [{"code": "giay-de-nghi", "copy": 0}, {"code": "giay-to-tuy-than", "copy": 1}],
    }
    return desk.submit(case, name)


def status(system, desk, code):
    return requests.get(f"{system.url}/api/dossiers/{code}", headers=desk.headers, timeout=10).json().get("status")


def mails(system, recipient):
    found = map(json.loads, system.inside("mail", "python", "-c", SUBJECTS).splitlines())
    return sorted(subject for to, subject in found if to == recipient)


def each_step_is_told(system, code, recipient):
    told = mails(system, recipient)
    return len(told) == 2 and all(code in subject for subject in told)


def test_a_dossier_goes_from_the_desk_through_a_department_to_the_persons_mailbox(system, desk, until):
    code = submit(desk, "one")["code"]

    until(lambda: status(system, desk, code) == 9, what="the result")
    until(lambda: each_step_is_told(system, code, "one@example.org"), what="both mails")


def test_three_routings_share_the_work(system, desk, until):
    codes = [submit(desk, f"many-{n}")["code"] for n in range(12)]

    until(lambda: all(status(system, desk, code) == 9 for code in codes), within=120, what="all results")
    replicas = [one for one in system.containers() if one["Service"] == "routing"]
    assert [one["Health"] for one in replicas] == ["healthy"] * 3
    handled = [line for line in system.compose("logs", "--no-color", "routing").splitlines() if '"handled"' in line]
    assert {line.partition("|")[0].strip() for line in handled} == {"routing-1", "routing-2", "routing-3"}


def test_the_broker_is_as_the_topology_says(system):
    assert "the broker is as the topology says" in system.check_topology()


def test_a_broker_made_anew_on_its_volume_has_its_queues_and_users(system, desk, until):
    system.up("--force-recreate", "--no-deps", "rabbitmq")

    assert "the broker is as the topology says" in system.check_topology()  # not applied again yet
    system.up()
    code = until(lambda: accepted(desk, "after"), what="a receipt")
    until(lambda: status(system, desk, code) == 9, what="the result")


def accepted(desk, name):
    try:
        return submit(desk, name)["code"]
    except RuntimeError:  # the gateway's answer while its connection comes back; the key makes the repetition harmless
        return None


@pytest.mark.parametrize("service", OURS)
def test_a_program_is_not_root_and_cannot_change_itself(system, service):
    script = "id -u; touch /app/x /opt/motcua/x /x 2>/dev/null && echo changed"

    assert system.inside(service, "sh", "-c", script, check=False).split() == ["10001"]


def test_only_the_gateway_is_published_and_on_this_machine_alone(system):
    open_ports = {
        (one["Service"], port["URL"])
        for one in system.containers()
        for port in one["Publishers"] or ()
        if port["PublishedPort"]
    }

    assert open_ports == {("gateway", "127.0.0.1")}


def test_a_service_can_read_no_database_but_its_own(system):
    script = """
import os, pymongo
client = pymongo.MongoClient(os.environ["MOTCUA_MONGODB_URI"], serverSelectionTimeoutMS=5000)
client.motcua_intake.command("ping")
client.motcua_intake.list_collection_names()
try:
    client.motcua_notify.notices.find_one()
except pymongo.errors.OperationFailure as error:
    print(error.code)
"""

    assert system.inside("intake", "python", "-c", script).split() == ["13"]


def test_the_operators_desk_works_in_a_container_of_its_own(system):
    said = system.compose("run", "--rm", "-T", "operator", "parked", "list", timeout=60)
    assert "nothing is parked" in said.lower()


def test_reports_of_large_batches_wait_on_a_disk_and_not_in_memory(system):
    program = "import os, tempfile; print(tempfile.gettempdir(), os.access(tempfile.gettempdir(), os.W_OK))"
    assert system.inside("gateway", "python", "-c", program).split() == ["/data", "True"]
