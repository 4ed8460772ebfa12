# File: __init__.py
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
"""Questions: their text and their structure, what endpoints answer, and how answers become rows.

Nothing here knows HTTP. `model` has the question as the server understands it; `grammar` and
`structure` make it of text and of JSON, `text` and `objects` go back; `candidates` is the parser's
guessing; `values` and `filters` are the endpoints' part; `answers` says who has answered when, and
`results` counts and tabulates it.

For tests of a client, with `tanium` a SimulatorServer:

- `tanium.settings` has what `question_settings` describes: how fast answers come, who never
  answers, what is unavailable, how large the estate is, how long results live, and both variants
  of what Tanium's documents leave open. `answer_seconds=0, estimate_seconds=0` makes a question
  complete at once; with a clock of the test's, answers come as the clock is moved.
- `tanium.state.questions.asked` is what the server has understood: for every question its `text`,
  `question`, `user`, `body` (the JSON as it came) and `fallback` (it became *Get number of
  machines*). `tanium.log` has the requests as ever.
- `seed.SENSORS` are the sensors, by name as `seed.PROCESS_OF_HASH`, `seed.BROKEN`, `seed.SLOW`,
  `seed.CUSTOM_FORM` and so on; those whose name begins with Custom have one parameter of each type
  and answer `key=value` with what has reached their script.
- `seed.GROUPS` are the computer groups, `seed.SAVED_QUESTIONS` the saved questions. Eight of
  `seed.HOSTS` are registered and answer; the others are off.
- `seed.TOKEN_FINANCE` gets answers of two computers, `seed.TOKEN_NO_COMPUTERS` of none,
  `seed.TOKEN_BASE_CONTENT` does not see all sensors, `seed.TOKEN_READER` may not ask.
- `tanium.state.sensors.all`, `tanium.state.computers.groups`, `tanium.state.computers.hosts` and
  `tanium.state.saved_questions.all` are plain lists that a test may add to; a new sensor's answers
  are a function in `values.VALUES`, and without one it echoes its parameters.
"""
