"""Who comes in, how, and what is open before that."""

import re

import pytest
from axes.utils import reset
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from openkp.registry.accounts.operations.people import disable
from openkp.registry.journal.models import Entry
from tests.factories import NOW, PASSWORD
from tests.portal.counter import at_counter, send, words

pytestmark = pytest.mark.django_db

OFFICER_PAGES = ["/queue/", "/certificates/", "/certificates.csv", "/arrivals/", "/people/", "/journal/", "/account/"]


def sign_in(client, username, password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": username, "password": password, **more})


def code_of(person):
    device = TOTPDevice.objects.get(user=person)
    return f"{totp(device.bin_key):06d}"


def test_an_applicant_signs_in_with_a_password(here):
    client = Client()
    assert sign_in(client, "exporter").headers["Location"] == "/desk/"
    assert client.get("/desk/").headers["Location"] == "/applications/"
    assert client.get("/applications/").status_code == 200


def test_a_wrong_password_says_nothing_about_which_was_wrong(here):
    wrong, unknown = (
        sign_in(Client(), "exporter", "nonsense nonsense"),
        sign_in(Client(), "nobody", "nonsense nonsense"),
    )
    assert wrong.status_code == unknown.status_code == 422
    assert words(wrong) == words(unknown)


def test_a_closed_account_stays_out(here):
    disable(here.exporter, actor=here.actor("administrator"), at=NOW)
    assert sign_in(Client(), "exporter").status_code == 422


def test_after_five_wrong_passwords_the_counter_waits(here):
    client = Client()
    answers = [sign_in(client, "exporter", "nonsense nonsense").status_code for _ in range(6)]
    locked = sign_in(client, "exporter")
    reset()
    assert answers[:4] == [422] * 4
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "quarter of an hour" in words(locked)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(here, address):
    assert sign_in(Client(), "exporter", next=address).headers["Location"] == "/desk/"


def test_the_page_that_was_asked_for_comes_after_signing_in(here):
    client = Client()
    assert client.get("/applications/").headers["Location"] == "/sign-in/?next=/applications/"
    assert sign_in(client, "exporter", next="/applications/").headers["Location"] == "/applications/"


@pytest.mark.parametrize("address", OFFICER_PAGES)
def test_every_page_is_closed_to_who_is_not_signed_in(here, address):
    answer = Client().get(address)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("address", OFFICER_PAGES)
def test_an_officer_with_the_password_alone_can_only_show_the_second_factor(here, address):
    client = at_counter(here.administrator, second_factor=False)
    assert client.get(address).headers["Location"] == "/second-factor/set-up/"
    TOTPDevice.objects.create(user=here.administrator, confirmed=True)
    assert client.get(address).headers["Location"] == f"/second-factor/?next={address}"


def test_an_officer_sets_the_second_factor_up_and_keeps_recovery_codes(here):
    client = at_counter(here.preparing, second_factor=False)
    page = client.get("/second-factor/set-up/")
    assert "data:image/svg+xml" in page.content.decode()
    refused = client.post("/second-factor/set-up/", {"token": "000000"})
    assert refused.status_code == 422
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    done = client.post("/second-factor/set-up/", {"token": code_of(here.preparing)})
    codes = re.findall(r">([a-z2-7]{8})<", done.content.decode())
    assert len(codes) == 8
    assert client.get("/queue/").status_code == 200
    assert Entry.objects.filter(event="second_factor.enrolled", subject="person:preparing").count() == 1
    again = at_counter(here.preparing, second_factor=False)
    assert again.post("/second-factor/", {"token": codes[0]}).headers["Location"] == "/desk/"
    assert again.get("/queue/").status_code == 200
    third = at_counter(here.preparing, second_factor=False)
    assert third.post("/second-factor/", {"token": codes[0]}).status_code == 422


def test_the_code_is_asked_at_each_sign_in(here):
    device = TOTPDevice.objects.create(user=here.preparing, confirmed=True)
    client = Client()
    sign_in(client, "preparing")
    assert client.get("/queue/").headers["Location"] == "/second-factor/?next=/queue/"
    assert client.post("/second-factor/", {"token": "12"}).status_code == 422
    device.refresh_from_db()
    assert device.throttling_failure_count == 1
    device.throttle_reset()
    assert client.post("/second-factor/", {"token": code_of(here.preparing)}).status_code == 302
    assert client.get("/queue/").status_code == 200
    client.post("/sign-out/")
    sign_in(client, "preparing")
    assert client.get("/queue/").headers["Location"] == "/second-factor/?next=/queue/"


def test_who_has_a_second_factor_cannot_set_up_another(here):
    TOTPDevice.objects.create(user=here.preparing, confirmed=True)
    client = at_counter(here.preparing, second_factor=False)
    assert client.get("/second-factor/set-up/").headers["Location"] == "/second-factor/"


def test_signing_out_needs_a_button(here):
    client = at_counter(here.exporter, second_factor=False)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/applications/").status_code == 302


def test_a_person_changes_the_own_password_and_stays_in(here):
    client = at_counter(here.exporter, second_factor=False)
    wrong = send(client, "/account/", old="nonsense", new="a completely new phrase 9")
    assert wrong.status_code == 422 and "not your password" in words(wrong)
    weak = send(client, "/account/", old=PASSWORD, new="short")
    assert weak.status_code == 422
    assert send(client, "/account/", old=PASSWORD, new="a completely new phrase 9").status_code == 302
    assert client.get("/account/").status_code == 200
    assert sign_in(Client(), "exporter", "a completely new phrase 9").status_code == 302


def test_the_own_account_shows_the_roles(here):
    assert "Applicant, National Minerals Agency" in words(
        at_counter(here.exporter, second_factor=False).get("/account/")
    )


def test_a_person_without_a_role_sees_only_the_account(here):
    client = at_counter(here.stranger, second_factor=False)
    assert client.get("/desk/").headers["Location"] == "/account/"
    assert "You hold no role yet" in words(client.get("/account/"))
    assert client.get("/queue/").status_code == 403
    assert client.get("/arrivals/").status_code == 403


def test_whoever_is_signed_out_while_sending_is_told_that_it_was_not_stored(here):
    answer = Client().post("/applications/start/1/", {"key": "k" * 20})
    page = Client().get(answer.headers["Location"])
    assert "was not stored" in words(page)
    assert "was not stored" not in words(Client().get("/sign-in/"))


def test_who_is_half_signed_in_while_sending_is_told_too(here):
    TOTPDevice.objects.create(user=here.preparing, name="telephone", confirmed=True)
    client = at_counter(here.preparing, second_factor=False)
    answer = client.post("/account/", {"old": PASSWORD})
    assert "was not stored" in words(client.get(answer.headers["Location"]))
    assert "was not stored" not in words(client.get("/second-factor/"))


def test_signing_out_again_from_another_tab_says_nothing_of_a_loss(here):
    client = at_counter(here.exporter, second_factor=False)
    first, again = (client.post("/sign-out/") for _ in range(2))
    assert (again.status_code, again.headers["Location"]) == (302, first.headers["Location"])
    assert Client(enforce_csrf_checks=True).post("/sign-out/").status_code == 403


def test_an_officer_ends_up_where_they_wanted_after_both_factors(here):
    TOTPDevice.objects.create(user=here.auditor, name="telephone", confirmed=True)
    client = Client()
    wanted = sign_in(client, "auditor", next="/journal/").headers["Location"]
    asked = client.get(wanted).headers["Location"]
    assert client.post(asked, {"token": code_of(here.auditor)}).headers["Location"] == "/journal/"
