"""Twilio's OpenAPI document, read from beside the project: what an exchange with the API must look like."""

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

_NAME = "urn:twilio"
_COLLECTION = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
_SINGLE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"


class TwilioDocument:
    def __init__(self, path: Path) -> None:
        self._document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        resource = Resource.from_contents(self._document, default_specification=DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource(_NAME, resource)

    def operation(self, method: str, url: str) -> dict[str, Any]:
        single = not urlsplit(url).path.endswith("/Messages.json")
        return dict(self._document["paths"][_SINGLE if single else _COLLECTION][method.lower()])

    def form_fields(self) -> dict[str, Any]:
        return dict(self._form(self.operation("POST", "/Messages.json"))["properties"])

    def schema(self, name: str) -> dict[str, Any]:
        return dict(self._document["components"]["schemas"][name])

    def faults(self, method: str, url: str, form: dict[str, Any] | None, status: int, text: str) -> list[str]:
        """What is wrong with one exchange; an answer must have each documented field and no other."""
        operation = self.operation(method, url)
        wrong = self._query_faults(operation, url)
        if form:
            wrong += self._faults(self._form(operation), _typed(form))
        response = operation["responses"].get(str(status))
        if response is None:
            return [*wrong, f"status {status} is not documented"]
        if "content" not in response:
            return [*wrong, *(["a body where none is documented"] if text else [])]
        answer = json.loads(text)
        schema = response["content"]["application/json"]["schema"]
        wrong += self._faults(schema, answer) + self._field_faults(schema, answer)
        for message in answer.get("messages", []):
            wrong += self._field_faults(schema["properties"]["messages"]["items"], message)
        return wrong

    def _form(self, operation: dict[str, Any]) -> dict[str, Any]:
        content = operation["requestBody"]["content"]
        return dict(content["application/x-www-form-urlencoded"]["schema"])

    def _query_faults(self, operation: dict[str, Any], url: str) -> list[str]:
        known = {entry["name"]: entry["schema"] for entry in operation.get("parameters", [])}
        wrong = []
        for name, text in parse_qsl(urlsplit(url).query, keep_blank_values=True):
            if name not in known:
                wrong.append(f"query parameter {name} is not documented")
                continue
            value = int(text) if known[name]["type"] == "integer" else text
            wrong += self._faults(known[name], value)
        return wrong

    def _field_faults(self, schema: dict[str, Any], answer: dict[str, Any]) -> list[str]:
        if "$ref" in schema:
            schema = self.schema(schema["$ref"].rpartition("/")[2])
        differing = set(schema["properties"]) ^ set(answer)
        wrong = [f"field {name} is missing or not documented" for name in sorted(differing)]
        for name, field in schema["properties"].items():
            if field.get("format") == "date-time-rfc-2822" and not _is_rfc_2822(answer.get(name)):
                wrong.append(f"field {name} is no moment of RFC 2822")
        return wrong

    def _faults(self, schema: dict[str, Any], value: Any) -> list[str]:
        placed = {"$id": _NAME, **_absolute(schema)}
        validator = OAS30Validator(placed, registry=self._registry)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _typed(form: dict[str, Any]) -> dict[str, Any]:
    """A form's fields with the truth values that the wire writes as words."""
    words = {"true": True, "false": False}
    return {
        name: words.get(value, value) if isinstance(value, str) else value for name, value in form.items()
    }


def _is_rfc_2822(text: str | None) -> bool:
    try:
        return text is None or parsedate_to_datetime(text).utcoffset() == timedelta(0)
    except ValueError:
        return False


def _absolute(schema: Any) -> Any:
    """The schema with its references pointing into the whole document."""
    if isinstance(schema, dict):
        return {
            key: f"{_NAME}{value}" if key == "$ref" else _absolute(value) for key, value in schema.items()
        }
    return [_absolute(entry) for entry in schema] if isinstance(schema, list) else schema
