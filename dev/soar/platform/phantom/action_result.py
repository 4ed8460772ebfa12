# File: action_result.py
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
"""ActionResult: what one call of handle_action hands back for one parameter dictionary."""

from __future__ import annotations

import json
from typing import Any

from local_soar import installation

from phantom.consts import APP_ERROR, APP_ERROR_STR, APP_SUCCESS, APP_SUCCESS_STR


DEFAULT_MESSAGES = {APP_SUCCESS: "Action execution succeeded", APP_ERROR: "Action execution failed"}


def format_leniently(text: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """`str.format` as SOAR applies it: a text whose braces are no fields stays as it is."""
    if not isinstance(text, str):
        raise TypeError(f"A message is text, not {type(text).__name__}")
    try:
        return text.format(*args, **kwargs)
    except (IndexError, KeyError, ValueError):
        return text


def compose_progress(text: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """A line of progress with its fields filled in, as Profile.messages says."""
    mode = installation.current().profile.messages
    if mode == "as_they_are":
        return text
    return (
        text.format(*args, **kwargs)
        if mode == "formatted"
        else format_leniently(text, args, kwargs)
    )


def compose_message(
    text: str, exception: BaseException | None, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> str:
    """A status's message, with its fields filled in as Profile.messages says, and the exception's
    text behind it.
    """
    mode, has_arguments = installation.current().profile.messages, bool(args or kwargs)
    if mode == "three_arguments" and has_arguments:
        raise TypeError("set_status() takes a status, a message and an exception")
    if mode == "formatted":
        message = text.format(*args, **kwargs)
    elif mode == "formatted_leniently" or (mode == "formatted_with_arguments" and has_arguments):
        message = format_leniently(text, args, kwargs)
    else:
        message = text
    return " ".join(filter(None, [message, str(exception) if exception else ""]))


def checked_status(code: Any, text: Any) -> bool:
    """The code if it is APP_SUCCESS or APP_ERROR and the message is text; else TypeError."""
    if not isinstance(code, bool):
        raise TypeError(f"A status is APP_SUCCESS or APP_ERROR, not {code!r}")
    if not isinstance(text, str):
        raise TypeError(f"A message is text, not {type(text).__name__}")
    return code


def _checked(value: Any, kind: type, what: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{what} takes a {kind.__name__}, not {type(value).__name__}")
    return value


class ActionResult:
    """Status, message, data, summary for `param`; a failed result until set_status() says
    otherwise.
    """

    def __init__(self, param: dict[str, Any] | None = None) -> None:
        self.__param: dict[str, Any] = (
            {} if param is None else _checked(param, dict, "ActionResult()")
        )
        self.__status = APP_ERROR
        self.__message = ""
        self.__is_set = False
        self.__data: list[dict[str, Any]] = []
        self.__extra_data: list[dict[str, Any]] = []
        self.__debug_data: list[Any] = []
        self.__summary: dict[str, Any] = {}

    def add_data(self, item: dict[str, Any]) -> dict[str, Any]:
        self.__data.append(_checked(item, dict, "add_data()"))
        return item

    def update_data(self, items: list[dict[str, Any]]) -> None:
        for item in _checked(items, list, "update_data()"):
            self.add_data(item)

    def get_data(self) -> list[dict[str, Any]]:
        return self.__data

    def get_data_size(self) -> int:
        return len(self.__data)

    def add_extra_data(self, item: dict[str, Any]) -> dict[str, Any]:
        self.__extra_data.append(_checked(item, dict, "add_extra_data()"))
        return item

    def update_extra_data(self, items: list[dict[str, Any]]) -> None:
        for item in _checked(items, list, "update_extra_data()"):
            self.add_extra_data(item)

    def get_extra_data(self) -> list[dict[str, Any]]:
        return self.__extra_data

    def get_extra_data_size(self) -> int:
        return len(self.__extra_data)

    def add_debug_data(self, item: Any) -> Any:
        self.__debug_data.append(item)
        return item

    def get_debug_data(self) -> list[Any]:
        return self.__debug_data

    def get_debug_data_size(self) -> int:
        return len(self.__debug_data)

    def dump_debug_data(self) -> None:
        """Write the debug data to spawn.log."""
        if self.__debug_data:
            installation.current().log(
                f"Action result debug data: {json.dumps(self.__debug_data, default=repr)}"
            )

    def set_summary(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Replace the summary."""
        self.__summary = _checked(summary, dict, "set_summary()")
        return self.__summary

    def update_summary(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Merge into the summary."""
        self.__summary.update(_checked(summary, dict, "update_summary()"))
        return self.__summary

    def get_summary(self) -> dict[str, Any]:
        return self.__summary

    def set_param(self, param: dict[str, Any]) -> None:
        self.__param = _checked(param, dict, "set_param()")

    def update_param(self, param: dict[str, Any]) -> None:
        self.__param.update(_checked(param, dict, "update_param()"))

    def get_param(self) -> dict[str, Any]:
        return self.__param

    def set_param_context(self, context: dict[str, Any]) -> None:
        self.__param["context"] = _checked(context, dict, "set_param_context()")

    def set_status(
        self,
        status_code: bool,
        status_message: str = "",
        exception: BaseException | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """Replace status and message; without a message the platform's own. Returns the code."""
        self.__status = checked_status(status_code, status_message)
        self.__message = compose_message(status_message, exception, args, kwargs)
        self.__is_set = True
        return status_code

    def get_status(self) -> bool:
        return self.__status

    def get_message(self) -> str:
        """Empty before the first set_status()."""
        return self.__full_message() if self.__is_set else self.__message

    def __full_message(self) -> str:
        """The message; without one the platform's own, which tells a success's summary."""
        if self.__message:
            return self.__message
        if self.__status and self.__summary and installation.current().profile.lenient:
            return ", ".join(
                f"{name.replace('_', ' ').capitalize()}: {value}"
                for name, value in self.__summary.items()
            )
        return DEFAULT_MESSAGES[self.__status]

    def append_to_message(self, text: str) -> None:
        self.__message = (
            f"{self.get_message()} {_checked(text, str, 'append_to_message()')}".strip()
        )

    def add_exception_details(self, exception: BaseException) -> bool:
        """Append the exception's text to the message; returns the status."""
        self.append_to_message(str(exception))
        return self.__status

    def is_success(self) -> bool:
        return self.__status

    def is_fail(self) -> bool:
        return not self.__status

    def get_dict(self) -> dict[str, Any]:
        """One entry of the run's `result_data`."""
        return {
            "status": APP_SUCCESS_STR if self.__status else APP_ERROR_STR,
            "message": self.__full_message(),
            "parameter": self.__param,
            "data": self.__data,
            "summary": self.__summary,
            "extra_data": self.__extra_data,
            "context": self.__param.get("context", {}),
        }
