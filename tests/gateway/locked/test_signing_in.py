"""The password: who gets in, who doesn't, and what is kept of it."""

import errno
import json
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
from argon2 import profiles

from services.gateway.access import gate, password, private
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import FILE, Keyring, KeyringUnreadable, Role, secret_hash
from services.gateway.health.condition import Condition
from services.gateway.web.bodies import LARGEST_OF_STRANGERS
from services.kernel.sentence import Sentence
from services.kernel.settings import Settings
from services.kernel.version import VERSION, VERSION_HEADER
from tests.gateway.locked.conftest import AS_EVER, PASSWORD, Locked, with_password
from tests.support.stack import stack


async def test_a_page_leads_to_the_form_and_from_there_to_where_one_wanted_to_go(locked: Locked) -> None:
    async with locked.running.browser() as browser:
        answer = await browser.get("/albums?sort=name")
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            "/sign-in?next=%2Falbums%3Fsort%3Dname",
        )
        form = await browser.get(answer.headers["Location"])
        assert 'name="next" value="/albums?sort=name"' in form.text
        assert form.headers["Cache-Control"] == "no-store"
        answer = await browser.post("/sign-in", data={"password": PASSWORD, "next": "/albums?sort=name"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/albums?sort=name")
        assert (await browser.get("/albums")).status_code == 200
        assert (await browser.get("/sign-in")).headers["Location"] == "/"


@pytest.mark.parametrize(
    "next", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
)
async def test_the_form_leads_to_no_other_site(locked: Locked, next: str) -> None:
    async with locked.running.browser() as browser:
        answer = await browser.post("/sign-in", data={"password": PASSWORD, "next": next})
        assert answer.headers["Location"] == "/"


async def test_programs_and_scripts_are_told_without_a_redirect(locked: Locked) -> None:
    answer = await locked.running.client.get("/api/images")
    assert (answer.status_code, answer.json()["detail"]) == (401, "Sign in first.")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    async with locked.running.browser() as browser:
        answer = await browser.get("/albums", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize(
    ("page", "leads"),
    [
        ("http://127.0.0.1:8333/albums/a?sort=x", "/sign-in?next=%2Falbums%2Fa%3Fsort%3Dx"),
        ("http://127.0.0.1:8333/", "/sign-in"),
        ("http://127.0.0.1:8333//evil.example", "/sign-in"),
        ("javascript:alert(1)", "/sign-in"),
        ("http://[", "/sign-in"),
    ],
)
async def test_a_page_whose_session_has_ended_comes_back_after_signing_in(
    locked: Locked, page: str, leads: str
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    async with locked.running.browser() as browser:
        assert (await browser.get("/jobs", headers=headers)).headers["HX-Redirect"] == leads


async def test_after_a_wrong_password_one_still_comes_to_where_one_was_going(locked: Locked) -> None:
    async with locked.running.browser() as browser:
        answer = await browser.post("/sign-in", data={"password": "a guess", "next": "/albums?sort=x"})
        assert '<input type="hidden" name="next" value="/albums?sort=x">' in answer.text


async def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(locked: Locked) -> None:
    async with locked.running.browser() as browser:
        answer = await browser.post("/sign-in", data={"password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie, "a browser would not send it back over http"
    secret = cookie.partition("=")[2].partition(";")[0]
    assert len(secret) >= 43, "256 bits"
    text = (locked.running.settings.data / FILE).read_text()
    assert secret not in text
    assert secret_hash(secret) in text


@pytest.mark.parametrize("wrong", ["", "correct horse batter", PASSWORD + " ", PASSWORD.upper(), "x" * 5000])
async def test_a_wrong_password_opens_nothing(locked: Locked, wrong: str) -> None:
    async with locked.signed_in(wrong) as browser:
        assert not browser.cookies
        assert (await browser.get("/albums")).status_code == 303
        answer = await browser.post("/sign-in", data={"password": wrong})
        assert answer.status_code == 401
        assert "That is not the password." in answer.text


async def test_the_same_letters_typed_on_another_system_are_the_same_password(locked: Locked) -> None:
    """A Mac sends ü as u and two dots, others as one letter (NFKC)."""
    with_password(locked.running.settings, "Schlüssel-Bund")
    async with locked.signed_in("Schlu\N{COMBINING DIAERESIS}ssel-Bund") as browser:
        assert (await browser.get("/albums")).status_code == 200


async def test_another_sites_page_cannot_sign_anybody_in_or_out(locked: Locked) -> None:
    async with locked.signed_in() as browser:
        for path in ("/sign-in", "/sign-out", "/access/sign-out", "/access/password", "/access/tokens"):
            answer = await browser.post(
                path, data={"password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
            )
            assert answer.status_code == 403
        assert (await browser.get("/albums")).status_code == 200


async def test_a_link_on_another_site_opens_the_album_for_who_is_signed_in(locked: Locked) -> None:
    """SameSite=Strict keeps the cookie back at first, so the page asks again from its own site, once."""
    async with locked.running.browser() as stranger:
        cross = await stranger.get("/sign-in?next=/albums", headers={"Sec-Fetch-Site": "cross-site"})
        assert '<meta http-equiv="refresh" content="0;url=/albums">' in cross.text
        own = await stranger.get("/sign-in?next=/albums", headers={"Sec-Fetch-Site": "same-origin"})
        assert "http-equiv" not in own.text


async def test_signing_out_ends_the_session_for_good(locked: Locked) -> None:
    async with locked.signed_in() as browser:
        stolen = httpx.Cookies(browser.cookies)
        answer = await browser.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
        assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache"')
        browser.cookies = stolen
        assert (await browser.get("/albums")).status_code == 303


@pytest.mark.parametrize("place", ["/sign-in", "/first-visit", "/settings/theme", f"/s/{'0' * 22}"])
async def test_a_stranger_sends_no_large_form(locked: Locked, place: str) -> None:
    """A megabyte of fields takes a second to read, in which nobody else is answered."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    async def undeclared() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"a&" * (LARGEST_OF_STRANGERS // 4)

    async with locked.running.browser() as browser:
        for body in (b"a&" * LARGEST_OF_STRANGERS, undeclared()):
            answer = await browser.post(place, content=body, headers=form)
            assert answer.status_code == 413
            assert "larger than 32 kB" in answer.text
    async with locked.signed_in() as owner:
        answer = await owner.post(place, content=b"a=" + b"x" * 2 * LARGEST_OF_STRANGERS, headers=form)
        assert answer.status_code != 413


async def test_the_longest_password_fits(locked: Locked) -> None:
    """In any script, as a form sends it."""
    longest = "\U0001f5dd" * password.MOST_CHARACTERS
    async with locked.signed_in() as owner:
        new = {"current": PASSWORD, "password": longest, "again": longest}
        assert (await owner.post("/access/password", data=new)).status_code == 303
    async with locked.running.browser() as browser:
        body = {"password": longest, "next": "/" + "x" * 2000}
        assert (await browser.post("/sign-in", data=body)).status_code == 303


async def test_a_browser_forgets_the_album_however_its_session_ends(locked: Locked) -> None:
    """From another browser, with all others, or by itself: at the next page that it asks for."""
    async with locked.signed_in() as phone, locked.signed_in() as desk:
        assert "Clear-Site-Data" not in (await phone.get("/albums")).headers
        everywhere = await desk.post("/access/sign-out")
        ended = await phone.get("/albums")
        for answer in (everywhere, ended):
            assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache"')
            assert "Max-Age=0" in answer.headers["Set-Cookie"]
            assert answer.headers["Location"].startswith("/sign-in")
        assert "Clear-Site-Data" not in (await phone.get("/albums")).headers, "it has nothing left"


async def test_a_browser_can_be_signed_out_from_another_and_all_at_once(locked: Locked) -> None:
    async with locked.signed_in() as phone, locked.signed_in() as desk, locked.signed_in() as laptop:
        all_three = (phone, desk, laptop)
        listed = await desk.get("/access")
        assert listed.text.count("Sign out</button>") == 3
        first = locked.gate.keyring.keys().sessions[0]
        await desk.post("/access/sign-out", data={"session": first.id})
        assert [(await one.get("/albums")).status_code for one in all_three] == [303, 200, 200]
        await desk.post("/access/sign-out")
        assert [(await one.get("/albums")).status_code for one in all_three] == [303, 303, 303]


async def test_changing_the_password_needs_the_old_one_and_signs_the_others_out(locked: Locked) -> None:
    new = {"password": "another passphrase", "again": "another passphrase"}
    async with locked.signed_in() as thief, locked.signed_in() as owner:
        assert (await thief.post("/access/password", data={**new, "current": "guess"})).status_code == 401
        answer = await owner.post("/access/password", data={**new, "current": PASSWORD})
        assert answer.status_code == 303
        assert [(await one.get("/albums")).status_code for one in (thief, owner)] == [303, 200]
    async with locked.signed_in("another passphrase") as again:
        assert (await again.get("/albums")).status_code == 200


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [
        ("short", "short", "A password has at least 8 characters."),
        ("x" * 1025, "x" * 1025, "A password has at most 1024 characters."),
        ("long enough 1", "long enough 2", "The two passwords differ."),
    ],
)
async def test_an_unusable_new_password_changes_nothing(
    locked: Locked, new: str, again: str, says: str
) -> None:
    async with locked.signed_in() as owner:
        answer = await owner.post(
            "/access/password", data={"current": PASSWORD, "password": new, "again": again}
        )
        assert answer.status_code == 422
        assert says in answer.text
        assert (await owner.get("/albums")).status_code == 200


async def test_beyond_loopback_the_password_can_be_changed_but_not_removed(locked: Locked) -> None:
    async with locked.signed_in() as owner:
        answer = await owner.post("/access/password", data={"current": PASSWORD, "remove": "1"})
        assert answer.status_code == 422
    assert locked.gate.keyring.keys().password is not None


async def test_on_loopback_everything_goes_on_without_a_password_until_one_is_set(open_album: Locked) -> None:
    client = open_album.running.client
    assert (await client.post("/commands/create-album", json={"name": "Lake"})).status_code == 202
    async with open_album.running.browser() as owner:
        new = {"password": PASSWORD, "again": PASSWORD}
        assert (await owner.post("/access/password", data=new)).status_code == 303
        assert (await owner.get("/albums")).status_code == 200
        assert (await client.get("/api/images")).status_code == 401
        answer = await owner.post("/access/password", data={"current": PASSWORD, "remove": "1"})
        assert answer.status_code == 303
    assert (await client.get("/api/images")).status_code == 200


async def test_the_first_visit_sets_the_password_once(settings: Settings) -> None:
    async with stack(settings, projector=False) as running, running.browser() as owner:
        code = running.gate.code
        assert code is not None and len(code) >= 21, "128 bits"
        assert (await owner.get("/")).status_code == 403
        assert (await running.client.get("/healthz")).status_code == 200
        assert (await owner.get("/first-visit?code=guess")).status_code == 403
        assert 'name="again"' in (await owner.get(f"/first-visit?code={code}")).text
        new = {"code": code, "password": PASSWORD, "again": PASSWORD}
        assert (await owner.post("/first-visit", data={**new, "code": "guess"})).status_code == 403
        assert (await owner.post("/first-visit", data={**new, "again": "other password"})).status_code == 422
        assert running.gate.keyring.keys().password is None
        assert (await owner.post("/first-visit", data=new)).headers["Location"] == "/"
        assert (await owner.get("/albums")).status_code == 200
        async with running.browser() as thief:
            again = {"code": code, "password": "taken over", "again": "taken over"}
            assert (await thief.post("/first-visit", data=again)).headers["Location"] == "/sign-in"
            assert not thief.cookies
    assert password.matches(PASSWORD, Keyring(settings.data).keys().password or "")


async def test_a_trusted_network_needs_no_password_but_asks_for_one_that_is_set(settings: Settings) -> None:
    settings = msgspec.structs.replace(settings, trusted_network=True)
    async with stack(settings, projector=False) as running:
        assert (await running.client.get("/api/images")).status_code == 200
        with_password(settings)
        assert (await running.client.get("/api/images")).status_code == 401


async def test_a_session_ends_by_itself_and_its_secret_changes_every_day(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    async with locked.signed_in() as browser:
        (cookie,) = browser.cookies.values()
        now[0] += gate.ROTATE_S + 1
        await browser.get("/albums")
        (renewed,) = browser.cookies.values()
        assert renewed != cookie
        late = {"Cookie": f"{locked.gate.cookie}={cookie}"}
        assert (await locked.running.client.get("/albums", headers=late)).status_code == 200, "under way"
        now[0] += gate.GRACE_S + 1
        await browser.get("/albums")
        assert (await locked.running.client.get("/albums", headers=late)).status_code == 401
        now[0] += gate.IDLE_S + 1
        assert (await browser.get("/albums")).status_code == 303


async def test_the_file_is_for_its_owner_alone_and_nobody_is_let_in_without_it(locked: Locked) -> None:
    path = locked.running.settings.data / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    async with locked.signed_in() as owner:
        path.write_text("{")
        assert (await owner.get("/albums")).status_code == 503
        assert (await owner.get("/healthz")).status_code == 200
    with pytest.raises(KeyringUnreadable, match="albumen password"):
        Gate(locked.running.settings)


async def test_nobody_is_let_in_once_the_file_is_gone(tmp_path: Path) -> None:
    """Its disk may be away; only a file without a password says that there is none."""
    own = Settings(data=tmp_path / "data", previews=tmp_path / "previews", workers=1)
    async with stack(own) as running:
        path = own.data / FILE
        assert (await running.client.get("/albums")).status_code == 200
        Keyring(own.data).change(lambda keys: setattr(keys, "password", password.hashed(PASSWORD)))
        assert (await running.client.get("/api/albums")).status_code == 401
        path.rename(path.with_name("away"))
        assert (await running.client.get("/api/albums")).status_code == 503
        path.with_name("away").rename(path)
        assert (await running.client.get("/api/albums")).status_code == 401
        Keyring(own.data).change(lambda keys: setattr(keys, "password", None))
        assert (await running.client.get("/api/albums")).status_code == 200
        path.unlink()
        assert (await running.client.get("/api/albums")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/sign-out"), ("GET", f"/s/{'x' * 22}")],
)
async def test_without_a_readable_file_every_way_in_says_so(locked: Locked, method: str, path: str) -> None:
    (locked.running.settings.data / FILE).write_text("{")
    form = {"password": PASSWORD, "next": "/"} if method == "POST" else None
    cookie = {"Cookie": f"{locked.gate.cookie}=x"}
    answer = await locked.running.client.request(method, path, data=form, headers=cookie)
    assert answer.status_code == 503
    assert "nobody is let in" in answer.json()["detail"]


async def test_what_another_process_changes_counts_at_once(locked: Locked) -> None:
    """`albumen password` while the gateway runs."""
    async with locked.signed_in() as browser:
        Keyring(locked.running.settings.data).change(lambda keys: keys.sessions.clear())
        assert (await browser.get("/albums")).status_code == 303


async def test_a_token_opens_what_its_role_may_until_it_is_revoked(locked: Locked) -> None:
    client, viewer, owner = locked.running.client, locked.token(Role.VIEWER), locked.token(Role.OWNER)
    assert (await client.get("/api/images", headers=viewer)).status_code == 200
    album = {"name": "Lake"}
    refused = await client.post("/commands/create-album", json=album, headers=viewer)
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "Only the owner may do this; your token lets you look.",
    )
    assert (await client.post("/commands/create-album", json=album, headers=owner)).status_code == 202
    async with locked.signed_in() as browser:
        (first, _second) = locked.gate.keyring.keys().tokens
        await browser.post("/access/tokens", data={"revoke": first.id})
    assert (await client.get("/api/images", headers=viewer)).status_code == 401
    assert (await client.get("/api/images", headers=owner)).status_code == 200


async def test_a_workers_token_opens_previews_and_nothing_else(locked: Locked) -> None:
    """No page either, on which it would say whose album it is; with it, one still signs in."""
    client, worker = locked.running.client, locked.token(Role.WORKER)
    assert (await client.get(f"/images/{'0' * 32}/preview", headers=worker)).status_code == 404
    for path in ("/", "/api/images", "/events", f"/images/{'0' * 32}", f"/images/{'0' * 32}/original"):
        refused = await client.get(path, headers=worker)
        assert refused.status_code == 403, path
    assert refused.json()["detail"] == "Your token is a worker’s: it is for previews and nothing else."
    assert (await client.get("/sign-in", headers=worker)).status_code == 200


async def test_a_classifier_of_another_version_is_told_and_not_served(locked: Locked) -> None:
    """Strangers learn no version."""
    client, path = locked.running.client, f"/images/{'0' * 32}/preview"
    worker = locked.token(Role.WORKER)
    assert (await client.get(path, headers={**worker, VERSION_HEADER: VERSION})).status_code == 404
    refused = await client.get(path, headers={**worker, VERSION_HEADER: "99.0"})
    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        f"This gateway is Albumen {VERSION}, the worker 99.0: install the same version on both.",
    )
    assert (await client.get(path, headers={VERSION_HEADER: "99.0"})).status_code == 401


async def test_roles_of_tokens_that_an_earlier_version_stored_mean_the_same(locked: Locked) -> None:
    stored = [(one.value, one.name) for one in (Role.VIEWER, Role.OWNER)]
    assert stored == [(1, "VIEWER"), (2, "OWNER")]


async def test_a_token_made_on_the_page_is_shown_once_and_kept_as_a_hash(locked: Locked) -> None:
    async with locked.signed_in() as browser:
        made = await browser.post("/access/tokens", data={"name": "backup", "role": "viewer"})
        secret = made.text.partition("<code>")[2].partition("</code>")[0]
        assert secret.startswith("albumen_")
        assert secret not in (await browser.get("/access")).text
        assert secret not in (locked.running.settings.data / FILE).read_text()
        headers = {"Authorization": f"Bearer {secret}"}
        assert (await locked.running.client.get("/api/albums", headers=headers)).status_code == 200
        for data in ({"name": " ", "role": "viewer"}, {"name": "x\0y", "role": "owner"}, {"name": "x"}):
            assert (await browser.post("/access/tokens", data=data)).status_code == 422


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Bearer albumen_x", "Basic x", "Bearer \xff"])
async def test_an_unknown_token_opens_nothing(locked: Locked, value: str) -> None:
    headers = {b"Authorization": value.encode("latin-1")}
    assert (await locked.running.client.get("/api/images", headers=headers)).status_code == 401


async def test_a_viewer_does_not_look_back_as_that_appends_a_command(locked: Locked) -> None:
    viewer, owner = locked.token(Role.VIEWER), locked.token(Role.OWNER)
    await locked.running.client.post("/commands/create-album", json={"name": "Lake"}, headers=owner)
    before = len(await locked.running.log())
    answer = await locked.running.client.get("/albums", headers={**viewer, "Cookie": "as_of=1"})
    assert answer.status_code == 200
    assert len(await locked.running.log()) == before


def test_hashes_are_argon2id_with_the_parameters_of_the_rfc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "RFC_9106_LOW_MEMORY", AS_EVER)
    hash = password.hashed(PASSWORD)
    assert hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert password.matches(PASSWORD, hash)
    assert not password.matches(PASSWORD, "no hash")
    assert json.dumps(hash)


def test_keys_that_change_in_two_processes_are_not_lost(tmp_path: Path) -> None:
    one, two = Keyring(tmp_path), Keyring(tmp_path)
    one.change(lambda keys: keys.links.update(a="1"))
    two.change(lambda keys: keys.links.update(b="2"))
    one.change(lambda keys: keys.links.update(c="3"))
    assert Keyring(tmp_path).keys().links == {"a": "1", "b": "2", "c": "3"}


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_a_proxy_on_this_machine_opens_no_album_without_a_password(
    open_album: Locked, header: str
) -> None:
    """Loopback is open without one, but what a proxy forwards comes from elsewhere."""
    client = open_album.running.client
    answer = await client.get("/api/images", headers={header: "203.0.113.5"})
    assert (answer.status_code, "albumen password" in answer.json()["detail"]) == (403, True)
    assert (await client.get("/api/images")).status_code == 200


async def test_a_trusted_proxy_does(settings: Settings) -> None:
    async with stack(msgspec.structs.replace(settings, trusted_network=True), projector=False) as running:
        answer = await running.client.get("/api/images", headers={"X-Forwarded-For": "203.0.113.5"})
        assert answer.status_code == 200


async def test_what_is_wrong_is_told_to_those_who_may_look_and_to_no_stranger(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names folders of this computer."""
    # the checks of this sound album would clear it within two seconds
    monkeypatch.setattr(locked.running.gateway.health, "clear", lambda code: None)
    locked.running.gateway.health.report(
        Condition(code="backup_failed", problem=Sentence("In /secret/place."), remedy=Sentence("Look there."))
    )
    async with locked.signed_in() as owner, locked.running.browser() as stranger:
        for path in ("/sign-in", "/no-such-page", "/offline", "/s/x", "/readyz", "/metrics"):
            assert "/secret/place" not in (await stranger.get(path, follow_redirects=True)).text, path
        for path in ("/albums", "/no-such-page"):
            assert "/secret/place" in (await owner.get(path)).text, path


async def test_on_a_full_disk_the_owner_gets_in_and_is_told_what_can_not_be_saved(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(private, "write", full)
    async with locked.signed_in() as owner:
        assert (await owner.get("/albums")).status_code == 200
        answer = await owner.post("/access/tokens", data={"name": "backup", "role": "owner"})
        assert (answer.status_code, "No space left on device" in answer.text) == (503, True)
        assert locked.gate.keyring.keys().tokens == []
        monkeypatch.undo()
        assert (await owner.post("/access/sign-out")).status_code == 303
        assert (await owner.get("/albums")).status_code == 303
