"""A value computed when it is first asked for, and kept: ``functools.cached_property`` without its lock.

Until Python 3.12 that takes a lock which all instances share. A process that forks while a thread computes such a
value leaves its child with a lock that nobody will ever release. Without it, threads that ask at once may compute the
value twice; all of ours are functions of what does not change, so that costs time and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


class lazy(Generic[Value]):  # noqa: N801 - used as a decorator, like property
    """Makes a method a value that is computed once for each instance.

    >>> class Circle:
    ...     @lazy
    ...     def area(self) -> int:
    ...         print("computed")
    ...         return 3
    >>> circle = Circle()
    >>> circle.area, circle.area
    computed
    (3, 3)
    """

    def __init__(self, function: Callable[[Any], Value]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """The name under which instances keep the value."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: object | None, owner: type) -> Self | Value:
        """The value, computed now; from then on the instance has it."""
        if instance is None:
            return self
        value = self._function(instance)
        instance.__dict__[self._name] = value
        return value
