# File: vault.py
# Copyright (c) 2026 The tanium-soar maintainers
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software distributed under
# the License is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND,
# either express or implied. See the License for the specific language governing permissions
# and limitations under the License.
"""The vault's files: to be put in and saved, never looked at. They are evidence, and may be
malware.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from phantom.vault import Vault, vault_add

from dev.soar.web.pages.forms import UploadForm
from dev.soar.web.pages.page import show
from dev.soar.web.pages.tables import Kinds
from dev.soar.web.replies import plain
from dev.soar.web.widgets import menu_candidates


PAGE_SIZE = 100
CONTAINER_OF_UPLOADS = 1


def vault(request: HttpRequest) -> HttpResponse:
    """The newest first; POST adds a file."""
    upload = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and upload.is_valid():
        return _add(request, upload)
    newest = Paginator(request.soar.vault_items()[::-1], PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    kinds = Kinds(menu_candidates(request.soar.app))
    items = [{**item, "cell": kinds.cell([item["vault_id"]], ["vault id"])} for item in newest]
    return show(request, "vault", upload=upload, page=newest, items=items)


def download(request: HttpRequest, item_id: int) -> HttpResponse:
    """A file, so that no browser shows it, whatever it is."""
    item = next((item for item in request.soar.vault_items() if item["id"] == item_id), None)
    if item is None:
        raise Http404
    name = "".join(character if character.isprintable() else "_" for character in item["name"])
    file = Path(item["path"]).open("rb")  # noqa: SIM115  the response closes it
    response = FileResponse(
        file, as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _add(request: HttpRequest, upload: UploadForm) -> HttpResponse:
    file = upload.cleaned_data["file"]
    with request.soar.active():
        folder = tempfile.mkdtemp(dir=Vault.get_vault_tmp_dir())
        try:
            path = Path(folder, "upload")
            with path.open("wb") as target:
                shutil.copyfileobj(file, target)
            added, message, _ = vault_add(CONTAINER_OF_UPLOADS, str(path), file.name)
        finally:
            shutil.rmtree(folder)
    return HttpResponseRedirect("/vault") if added else plain(message, 400)
