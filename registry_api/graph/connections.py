"""Pages with cursors, as the Relay specification has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import strawberry
from graphql import GraphQLError

MOST_PER_PAGE = 100
T = TypeVar("T")


class NoSuchPage(GraphQLError):
    """A page was asked for that cannot be; `argument` is `first` or `after`."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT"})


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    edges: list[Edge[T]]
    page_info: PageInfo


def connection(
    nodes: Iterable[tuple[str, T]], *, has_next_page: bool, has_previous_page: bool
) -> Connection[T]:
    """One page of (cursor, node) pairs."""
    edges = [Edge(cursor=cursor, node=node) for cursor, node in nodes]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=has_next_page,
            has_previous_page=has_previous_page,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def checked_first(first: int) -> int:
    """Raises NoSuchPage where a page is too short or too long."""
    if not 1 <= first <= MOST_PER_PAGE:
        raise NoSuchPage(f"Ask for 1 to {MOST_PER_PAGE} entries.")
    return first


def page_of(nodes: Sequence[tuple[str, T]], first: int, after: str | None) -> Connection[T]:
    """A page of a short list that is in memory anyway.

    Raises:
        NoSuchPage: `first` is not 1 to 100, or `after` is no cursor of this list.
    """
    checked_first(first)
    start = 0
    if after is not None:
        places = [cursor for cursor, _ in nodes]
        if after not in places:
            raise NoSuchPage("Pass a cursor as an earlier page gave it.")
        start = places.index(after) + 1
    return connection(
        nodes[start : start + first],
        has_next_page=start + first < len(nodes),
        has_previous_page=start > 0,
    )
