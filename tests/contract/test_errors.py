from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import build_schema
from graphql.type import is_interface_type

from diary.errors import DiaryError
from registry_api.conversations.errors import ConversationError
from registry_api.enrolment.errors import EnrolmentError
from registry_api.exports.errors import ExportError
from registry_api.graph.errors import ELSEWHERE, MAPPINGS
from registry_api.graph.problems import Problem, ProblemCode
from registry_api.identity.errors import IdentityError
from registry_api.trials.errors import TrialError
from tests.contract.project import CONTRACT


def _leaves(error: type[Exception]) -> Iterator[type[Exception]]:
    below = error.__subclasses__()
    if not below:
        yield error
    for each in below:
        yield from _leaves(each)


_LEAVES = sorted(
    {
        leaf
        for root in (ConversationError, DiaryError, EnrolmentError, ExportError, IdentityError, TrialError)
        for leaf in _leaves(root)
    },
    key=lambda leaf: leaf.__qualname__,
)


@pytest.mark.parametrize("leaf", _LEAVES, ids=lambda leaf: leaf.__name__)
def test_every_error_is_mapped_or_said_to_be_elsewhere(leaf: type[Exception]) -> None:
    """An error of a domain becomes one problem, or there is a reason why clients never see it as one."""
    mapped = [each for each in MAPPINGS if issubclass(leaf, each.exception_type)]
    assert len(mapped) + (leaf in ELSEWHERE) == 1


def test_every_problem_and_code_comes_from_some_error() -> None:
    """No problem type or code is promised that nothing makes, and each type has one code."""
    schema = build_schema((CONTRACT / "schema.graphql").read_text("utf-8"))
    interface = schema.type_map["Problem"]
    assert is_interface_type(interface)
    promised = {each.name for each in schema.get_implementations(interface).objects}
    assert {each.error_type.__name__ for each in MAPPINGS} == promised
    assert {each.code for each in MAPPINGS} == set(ProblemCode)
    assert all(issubclass(each.error_type, Problem) for each in MAPPINGS)
    assert len({(each.error_type, each.code) for each in MAPPINGS}) == len(promised)


def test_codes_are_named_as_their_types() -> None:
    """A client that knows the type knows the code."""
    for each in MAPPINGS:
        assert each.code.replace("_", "") == each.error_type.__name__.upper()
