"""What SARIF 2.1.0 and GitHub's code scanning require of a log, for the parts that we write.

From the standard's JSON schema, which refuses a key it does not know, and from GitHub's page "SARIF
support for code scanning", whose limits are the stricter ones. Read on 2026-11-22.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Level = Literal["error", "warning", "note", "none"]
Text = Annotated[str, Field(min_length=1, max_length=1024)]
Name = Annotated[str, Field(min_length=1, max_length=255)]


class Form(BaseModel):
    """An object of the standard; an unknown key or another type is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class Message(Form):
    """A message, or a string with its Markdown."""

    text: Text
    markdown: Text | None = None


class RuleProperties(Form):
    """What GitHub reads of a rule besides: a severity over 0 and up to 10, as text."""

    tags: Annotated[list[Name], Field(max_length=20)]
    security_severity: Annotated[str, Field(alias="security-severity", pattern=r"^(\d\.\d|10\.0)$")]
    precision: Literal["very-high", "high", "medium", "low"]


class Configuration(Form):
    """How a rule reports unless a result says otherwise."""

    level: Level


class SarifRule(Form):
    """A reporting descriptor."""

    id: Name
    short_description: Message
    full_description: Message
    help: Message
    default_configuration: Configuration
    properties: RuleProperties


class Artifact(Form):
    """A file of the repository, from its root."""

    uri: Annotated[str, Field(pattern=r"^[\w.-]+(/[\w.-]+)*$")]


class Region(Form):
    """Where in the file; without columns the whole line is meant."""

    start_line: Annotated[int, Field(ge=1)]


class Place(Form):
    """A physical location."""

    artifact_location: Artifact
    region: Region


class LogicalPlace(Form):
    """What a finding is about, where that is no line."""

    fully_qualified_name: str
    kind: Name


class Location(Form):
    """Both places of a finding."""

    physical_location: Place
    logical_locations: list[LogicalPlace]


class Suppression(Form):
    """Why a finding is no alert."""

    kind: Literal["inSource", "external"]
    justification: Text


class Result(Form):
    """A finding; GitHub shows the first of its locations."""

    rule_id: Name
    rule_index: Annotated[int, Field(ge=0)]
    level: Level
    message: Message
    locations: Annotated[list[Location], Field(min_length=1, max_length=1000)]
    partial_fingerprints: Annotated[dict[str, str], Field(min_length=1)]
    suppressions: list[Suppression] = []


class Driver(Form):
    """The tool and its rules."""

    name: Name
    semantic_version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    rules: Annotated[list[SarifRule], Field(max_length=25_000)]


class Tool(Form):
    """A tool without extensions."""

    driver: Driver


class Automation(Form):
    """What tells one upload from another of the same tool: it ends with a slash."""

    id: Annotated[str, Field(pattern=r"/$")]


class Run(Form):
    """One run of the tool."""

    tool: Tool
    automation_details: Automation
    results: Annotated[list[Result], Field(max_length=25_000)]


class Log(Form):
    """The whole file."""

    schema_address: Annotated[str, Field(alias="$schema", pattern=r"^https://.*sarif.*2\.1\.0")]
    version: Literal["2.1.0"]
    runs: Annotated[list[Run], Field(min_length=1, max_length=20)]
