# File: forms.py
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
"""Forms made from what the manifest declares: an asset's configuration, an action's parameters."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from local_soar import containers

from dev.soar.runtime import LocalSoar


# A text that may have several lines: its description says so, or a value is there already that
# does.
LONG = re.compile(r"\bJSON\b|\btext of\b")
LONGEST_LINE = 100
# More than any number that a parameter takes; a longer one would cost its digits in memory.
DIGITS, DECIMALS = 25, 6
# An optional truth value without a default may also be left open.
OPEN, YES, NO = "", "true", "false"
# So few further parameters are not worth a click.
FEW = 3


class Group(NamedTuple):
    """Fields that stand together; `folded` ones are hidden until somebody opens them."""

    title: str
    fields: list[forms.BoundField]
    folded: bool = False

    @property
    def open(self) -> bool:
        """Whether something in it is to be seen at once: a mistake, or other than the defaults."""
        return any(
            field.errors or _shown(field.value()) != _shown(field.field.initial)
            for field in self.fields
        )


class Text(forms.CharField):
    """A string as it was typed: browsers send a line's end as CR LF."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value).replace("\r\n", "\n")


class Number(forms.DecimalField):
    """A number as JSON has it: an int where it is whole, otherwise a float."""

    def clean(self, value: Any) -> int | float | None:
        number: Decimal | None = super().clean(value)
        if number is None:
            return None
        return int(number) if number == number.to_integral_value() else float(number)


class ManifestForm(forms.Form):
    """Fields as the manifest declares them (`configuration` or an action's `parameters`). Secrets
    are only ever written.

    stored: names of the secrets that have a value; left empty they keep it, and a box beside each
    removes it.
    """

    def __init__(
        self,
        declared: dict[str, Any],
        *arguments: Any,
        stored: Collection[str] = (),
        **keywords: Any,
    ) -> None:
        super().__init__(*arguments, label_suffix="", **keywords)
        self._stored = stored
        for name, field in by_order(declared).items():
            self.fields[name] = _field(name, field, str(self.initial.get(name, "")), name in stored)
            if field.get("description") or field.get("contains"):
                help_id = f"id_{self.prefix}-{name}_helptext"
                self.fields[name].widget.attrs["aria-describedby"] = help_id
            if name in stored:
                self.fields[_removal(name)] = forms.BooleanField(
                    required=False, label=f"remove the stored {name}"
                )

    def offer(self, seen: dict[str, list[str]]) -> None:
        """Have the fields of one line offer these values."""
        for name, values in seen.items():
            field = self.fields[name]
            if isinstance(field.widget, forms.TextInput) and values:
                field.widget.attrs["list"] = f"id_{self.prefix}-{name}_seen"
                field.seen = values

    def by_need(self) -> list[Group]:
        """Required parameters, those that take what other actions show, and the rest."""
        groups: dict[str, list[forms.BoundField]] = {"Required": [], "Usual": [], "More": []}
        for field in self:
            declared = field.field.declared
            is_usual = declared.get("primary") or declared.get("contains")
            name = "Required" if field.field.required else "Usual" if is_usual else "More"
            groups[name].append(field)
        folded = FEW < len(groups["More"]) < len(self.fields)
        return [
            Group(name, fields, folded and name == "More")
            for name, fields in groups.items()
            if fields
        ]

    def by_category(self) -> list[Group]:
        """The settings of an asset as the app's manifest groups them."""
        groups: dict[str, list[forms.BoundField]] = {}
        category = ""
        for field in self:
            # The box that removes a secret stands beside it.
            category = getattr(field.field, "declared", {"category": category}).get("category", "")
            groups.setdefault(category, []).append(field)
        return [Group(name.capitalize(), fields) for name, fields in groups.items()]

    def values(self) -> dict[str, Any]:
        """What was filled in; of the stored secrets only new ones."""
        boxes = {_removal(name) for name in self._stored}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "") and name not in boxes
        }

    def secrets_to_keep(self) -> list[str]:
        """The stored secrets that shall stay."""
        return [
            name
            for name in self._stored
            if not self.cleaned_data[name] and not self.cleaned_data[_removal(name)]
        ]


class WhereForm(forms.Form):
    """On which asset and for which container an action runs."""

    def __init__(self, soar: LocalSoar, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, label_suffix="", **keywords)
        self._soar = soar
        self.fields["asset"] = forms.ChoiceField(choices=list(soar.assets().items()))
        self.fields["container"] = forms.IntegerField(
            min_value=1,
            max_value=containers.LARGEST_ID,
            initial=1,
            help_text="The container's number; files are added to its part of the vault",
        )

    def clean_container(self) -> int:
        container_id: int = self.cleaned_data["container"]
        if containers.find_container(self._soar.installation, container_id) is None:
            raise forms.ValidationError("This container does not exist.")
        return container_id


class AssetNameForm(forms.Form):
    """The name of a new asset."""

    name = forms.CharField(max_length=100)

    def __init__(self, soar: LocalSoar, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, label_suffix="", **keywords)
        self._taken = soar.assets().values()

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name in self._taken:
            raise forms.ValidationError("An asset with this name already exists.")
        return name


class PollForm(forms.Form):
    """What SOAR's dialog of Poll Now asks for."""

    def __init__(self, soar: LocalSoar, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, label_suffix="", **keywords)
        self.fields["asset"] = forms.ChoiceField(choices=list(soar.assets().items()))
        self.fields["containers"] = forms.IntegerField(
            min_value=1, max_value=100_000, initial=5, label="Maximum containers"
        )
        self.fields["artifacts"] = forms.IntegerField(
            min_value=1, max_value=100_000, initial=10, label="Maximum artifacts per container"
        )


class UserForm(forms.Form):
    """An automation user, and where its token works."""

    name = forms.CharField(max_length=100)
    allowed = forms.CharField(
        required=False,
        label="Addresses",
        help_text="Comma-separated addresses or networks; leave empty to allow all",
    )


class UploadForm(forms.Form):
    """A file for the vault."""

    file = forms.FileField(allow_empty_file=True)


def _shown(value: Any) -> str:
    return "" if value is None or value is False else str(value)


def by_order(declared: dict[str, Any]) -> dict[str, Any]:
    """What is shown of what the manifest declares, in its order."""
    visible = {name: field for name, field in declared.items() if field["data_type"] != "ph"}
    return dict(sorted(visible.items(), key=lambda item: item[1].get("order", 0)))


def _removal(name: str) -> str:
    return f"{name}.remove"


def _field(name: str, declared: dict[str, Any], value: str, stored: bool) -> forms.Field:
    field = _of_type(declared, value, stored)
    field.label = name
    field.declared, field.stored = declared, stored
    return field


def _of_type(declared: dict[str, Any], value: str, stored: bool) -> forms.Field:
    common = {
        "required": bool(declared.get("required")) and not stored,
        "help_text": declared.get("description", ""),
        "initial": declared.get("default"),
    }
    data_type, choices = declared["data_type"], declared.get("value_list")
    if data_type == "password":
        hidden = forms.PasswordInput(
            attrs={
                "autocomplete": "new-password",
                "placeholder": "stored; leave empty to keep it" if stored else "",
            }
        )
        return Text(widget=hidden, **{**common, "initial": None})
    if data_type == "boolean":
        return _truth_value(common)
    if choices:
        return forms.ChoiceField(
            choices=[("", ""), *((choice, choice) for choice in choices)], **common
        )
    if data_type == "numeric":
        return Number(
            max_digits=DIGITS,
            decimal_places=DECIMALS,
            widget=forms.NumberInput(attrs={"step": "any"}),
            **common,
        )
    long = LONG.search(common["help_text"]) or "\n" in value or len(value) > LONGEST_LINE
    return Text(widget=forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput, **common)


def _truth_value(common: dict[str, Any]) -> forms.Field:
    if common["initial"] is not None:
        return forms.BooleanField(**{**common, "required": False})
    return forms.TypedChoiceField(
        choices=[(OPEN, ""), (YES, "yes"), (NO, "no")],
        coerce=lambda text: text == YES,
        empty_value=None,
        **common,
    )
