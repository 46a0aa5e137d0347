"""Values for `serialization: "advanced"` that hypothesis makes up."""

from __future__ import annotations

from datetime import UTC

from hypothesis import strategies as st

# Everything that comes back equal. No NaN: it is not equal to itself.
characters = st.characters(exclude_categories=())
instants = st.datetimes(timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | instants
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(0, 9).map(str), inner),
    max_leaves=20,
) | st.sets(leaves)
