"""Promises of photos on a place's page: who may send, see, order and remove them."""

import os
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.resources.photos import decoding
from nucleus.resources.photos.files import sweep_photos
from nucleus.resources.photos.forms import FAULTS, AddPhoto
from nucleus.resources.photos.models import Photo
from nucleus.resources.photos.pictures import MOST_BYTES, Fault, Picture
from nucleus.resources.twins.merging import merge_twin
from nucleus.resources.views.photos import read_photo
from tests.cast import Cast
from tests.resources.furnish import SECRET, put_resource, resource
from tests.resources.photos.shots import SECRETS, shot, telling_shot
from tests.resources.twins.pairs import pair_of, put_twins

ALT = "Una porta verde <b>accanto</b> alla farmacia"


def send(client: FlaskClient, number: int, data: bytes | None = None, **more: Any) -> int:
    said = {"alt": ALT, "photo": (BytesIO(data or telling_shot()), "../../etc/passwd.svg"), **more}
    return client.post(f"/resources/photo/add/{number}", data=said).status_code


def is_refused_for(fault: Fault, cast: Cast, data: bytes) -> bool:
    """Say whether a file that got past the first look at its length is refused in these words."""
    with cast.app.test_request_context():
        form = AddPhoto()
        form.photo.data = FileStorage(BytesIO(data))
        assert read_photo(form) is None
        return [str(said) for said in form.photo.errors] == [str(FAULTS[fault])]


def photos(cast: Cast) -> list[Photo]:
    with cast.stage():
        rows = db.session.scalars(select(Photo).order_by(Photo.position, Photo.id)).all()
        db.session.expunge_all()
        return list(rows)


def files(cast: Cast) -> list[Path]:
    with cast.app.app_context():
        return sorted(path for path in settings().data.glob("photos/**/*") if path.is_file())


def page_of(photo: Photo) -> str:
    return f"/resources/photo/show/{photo.token}"


def test_a_photo_is_kept_without_its_secrets_and_shown_with_its_words(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        number = put_resource()
    carla, visitor = cast_on_both.signed_in(cast_on_both.carla), cast_on_both.app.test_client()
    assert send(carla, number, taken_by="Vito", taken_on="2026-10-01") == 303
    (photo,) = photos(cast_on_both)
    assert "&lt;b&gt;accanto" in visitor.get(f"/resources/resource/show/{number}").text
    for address in (page_of(photo), page_of(photo) + "?small=1"):
        answer = visitor.get(address)
        assert answer.status_code == 200
        assert not any(secret in answer.data for secret in SECRETS)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "script" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "private, max-age=86400, immutable"
        again = visitor.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    for path in files(cast_on_both):
        assert path.stem.partition("-")[0] == photo.token
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "said",
    [
        {"alt": ""},
        {"photo": (BytesIO(b"<svg/>"), "a.jpg")},
        {"photo": (BytesIO(b""), "")},
        {"taken_on": "2999-01-01"},
    ],
)
def test_without_words_or_with_no_photo_nothing_is_kept(cast: Cast, said: dict[str, Any]) -> None:
    with cast.stage():
        number = put_resource()
    assert send(cast.signed_in(cast.carla), number, **said) == 422
    assert photos(cast) == []
    assert files(cast) == []


def test_a_file_too_large_for_a_photo_is_refused(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    carla = cast.signed_in(cast.carla)
    announced = {"CONTENT_LENGTH": str(MOST_BYTES + 100_000)}
    kind = "multipart/form-data; boundary=x"
    address = f"/resources/photo/add/{number}"
    answer = carla.post(address, data=b"--x", content_type=kind, environ_overrides=announced)
    assert answer.status_code == 413
    assert is_refused_for(Fault.BYTES, cast, bytes(MOST_BYTES + 1))


def test_nobody_waits_while_a_photo_is_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.stage():
        number = put_resource()
    open_meanwhile = []

    def looked(data: bytes) -> Picture:
        open_meanwhile.append(db.session().in_transaction())
        return real(data)

    real = decoding.decode
    monkeypatch.setattr(decoding, "decode", looked)
    carla = cast.signed_in(cast.carla)
    assert send(carla, number, once="same") == 303
    assert send(carla, number, once="same") == 303
    assert open_meanwhile == [False]
    assert len(photos(cast)) == 1


def test_who_may_not_see_the_place_does_not_see_its_photos(cast: Cast) -> None:
    with cast.stage():
        numbers = [
            put_resource(visibility="members"),
            put_resource(where=SECRET),
            put_resource(visibility="coordinators"),
        ]
    carla = cast.signed_in(cast.carla)
    for number in numbers:
        assert send(carla, number) == 303
    of_members, of_hidden, of_coordinators = (page_of(photo) for photo in photos_by(cast, numbers))
    bea, visitor = cast.signed_in(cast.bea), cast.app.test_client()
    assert [visitor.get(one).status_code for one in (of_members, of_hidden, of_coordinators)] == [
        404
    ] * 3
    assert [bea.get(one).status_code for one in (of_members, of_hidden, of_coordinators)] == [
        200,
        404,
        404,
    ]
    assert "photo/show" not in visitor.get(f"/resources/resource/show/{numbers[1]}").text
    assert "photo/show" not in bea.get(f"/resources/resource/show/{numbers[1]}").text
    assert carla.get(of_hidden).headers["Cache-Control"] == "no-store"
    assert bea.get(of_members).headers["Cache-Control"] == "no-store"
    for guess in ("../../nucleus", "%2e%2e%2fnucleus.db", "x", of_hidden.rpartition("/")[2][:-1]):
        assert visitor.get(f"/resources/photo/show/{guess}").status_code == 404


def photos_by(cast: Cast, numbers: list[int]) -> list[Photo]:
    found = {photo.resource_id: photo for photo in photos(cast)}
    return [found[number] for number in numbers]


def test_only_who_keeps_the_place_changes_its_photos(cast: Cast) -> None:
    with cast.stage():
        number = put_resource(organisation_id=cast.organisation)
    assert send(cast.signed_in(cast.carla), number) == 303
    (photo,) = photos(cast)
    for person in (cast.dario, cast.bea, cast.vito):
        client = cast.signed_in(person)
        assert send(client, number) == 404
        for verb in ("edit", "remove", "move"):
            assert (
                client.post(f"/resources/photo/{verb}/{photo.id}", data={"alt": "x"}).status_code
                == 404
            )
    assert [one.alt for one in photos(cast)] == [ALT]


def test_they_are_put_in_order_described_anew_and_removed_for_good(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    carla = cast.signed_in(cast.carla)
    for alt in ("uno", "due", "tre"):
        assert send(carla, number, shot(), alt=alt) == 303
    three = photos(cast)
    carla.post(f"/resources/photo/move/{three[2].id}", data={"earlier": "1"})
    carla.post(f"/resources/photo/move/{three[0].id}", data={"earlier": "1"})
    carla.post(f"/resources/photo/edit/{three[1].id}", data={"alt": "due e mezzo"})
    assert [photo.alt for photo in photos(cast)] == ["uno", "tre", "due e mezzo"]
    assert carla.get(f"/resources/photo/remove/{three[0].id}").status_code == 200
    assert len(files(cast)) == 6
    assert carla.post(f"/resources/photo/remove/{three[0].id}").status_code == 303
    assert carla.get(page_of(three[0])).status_code == 404
    assert len(files(cast)) == 4


def test_files_that_no_row_names_are_swept_after_an_hour(cast: Cast) -> None:
    with cast.stage():
        number = put_resource()
    send(cast.signed_in(cast.carla), number)
    with cast.stage():
        db.session.delete(db.session.scalars(select(Photo)).one())
    with cast.stage():
        assert sweep_photos() == 0
    for path in files(cast):
        os.utime(path, (time.time() - 7200,) * 2)
    with cast.stage():
        assert sweep_photos() == 2
    assert files(cast) == []


def test_the_photos_of_a_merged_entry_follow_it(cast: Cast) -> None:
    with cast.stage():
        one, other, _pair = put_twins()
    assert send(cast.signed_in(cast.carla), other) == 303
    with cast.stage():
        merge_twin(pair_of(one, other), {}, actor=cast.carla)
    (photo,) = photos(cast)
    assert photo.resource_id == one
    assert cast.app.test_client().get(page_of(photo)).status_code == 200
    with cast.stage():
        resource(one).visibility = "coordinators"
    assert cast.app.test_client().get(page_of(photo)).status_code == 404
