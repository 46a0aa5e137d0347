"""setup_primary() changes what it is given; the rest stays as it was set before."""

from netserve import cluster
from tests.conformance.scenario import play_cluster, trace


def primary() -> None:
    def settings(when: str) -> None:
        names = ("args", "silent", "cwd", "serialization")
        trace("primary", when, *(cluster.settings[name] for name in names))

    cluster.setup_primary(args=["one"], silent=True, serialization="advanced")
    settings("first")
    cluster.setup_primary(args=["two"], cwd="/")
    settings("second")
    cluster.setup_primary()
    settings("third")


play_cluster(primary=primary)
